import type { EventContract, ServiceName } from '@baize/contracts';
import type { EventEnvelope } from './envelope';
import { consumedEvents } from './names';
import { parseEventData } from './parse';
import type { Sql } from './sql';

/** Applies events in order within the transaction of `db`; they are new to this consumer. */
export type ApplyEvents<Data extends object = object> = (
  db: Sql,
  events: readonly EventEnvelope<Data>[],
) => Promise<void>;

/** One function and the event types it takes. */
export interface EventHandler {
  readonly contracts: readonly EventContract<object>[];
  readonly apply: ApplyEvents;
}

type DataOf<C> = C extends EventContract<infer Data> ? Data : never;

/**
 * Handles some event types with one function. It gets as many events at once as lie next to each other in the
 * batch, so that a projection can write them in one statement; after a failure it gets them one by one.
 */
export function onEvents<const C extends readonly EventContract<object>[]>(
  contracts: C,
  apply: ApplyEvents<DataOf<C[number]>>,
): EventHandler {
  return { contracts, apply: apply as unknown as ApplyEvents };
}

/** Tells the types of a mixed batch apart. */
export function isEvent<Data extends object>(
  event: EventEnvelope,
  contract: EventContract<Data>,
): event is EventEnvelope<Data> {
  return event.type === contract.type;
}

/** All that a service does with events: for its consumer and for its dead-letter command. */
export class EventHandlers {
  private readonly byType = new Map<string, { contract: EventContract<object>; handler: EventHandler }>();

  /** @throws when the handlers are not exactly those that the contracts name the service a consumer of */
  constructor(
    readonly service: ServiceName,
    handlers: readonly EventHandler[],
  ) {
    for (const handler of handlers) {
      for (const contract of handler.contracts) {
        if (this.byType.has(contract.type)) throw new Error(`${contract.type} has two handlers`);
        if (!contract.consumers.includes(service)) throw new Error(`${contract.type} is not for ${service}`);
        this.byType.set(contract.type, { contract, handler });
      }
    }
    const missing = consumedEvents(service).filter(({ type }) => !this.byType.has(type));
    if (missing.length > 0) throw new Error(`no handler for ${missing.map(({ type }) => type).join(', ')}`);
  }

  /**
   * Hands the events over in order, neighbours of one handler together.
   * @throws when one of them does not fit its contract
   */
  async apply(db: Sql, events: readonly EventEnvelope[]): Promise<void> {
    const runs: { handler: EventHandler; events: EventEnvelope[] }[] = [];
    for (const event of events) {
      const handler = this.checkedHandler(event);
      const run = runs.at(-1);
      if (run?.handler === handler) run.events.push(event);
      else runs.push({ handler, events: [event] });
    }
    for (const run of runs) await run.handler.apply(db, run.events);
  }

  private checkedHandler(event: EventEnvelope): EventHandler {
    const known = this.byType.get(event.type);
    if (known === undefined) throw new Error(`no handler for ${event.type}`);
    const data = parseEventData(known.contract.data, event.data);
    if (!data.ok) throw new Error(`invalid ${event.type}: ${data.error}`);
    return known.handler;
  }
}
