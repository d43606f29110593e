import type { Msg, NatsConnection } from 'nats';
import type { ServiceName } from '@baize/contracts';
import { applyEvents } from './apply-events';
import type { EventEnvelope } from './envelope';
import type { EventHandlers } from './event-handlers';
import { pruneInbox } from './inbox';
import { Leases, type LeaseOptions } from './leases';
import { consumerLag, deadLetters, eventsConsumed } from './metrics';
import { durableName, RANGES, sourcesOf, streamName } from './names';
import { backOffMs, pause } from './pause';
import { DeliveryGap, Puller } from './puller';
import type { Log, SqlDatabase } from './sql';
import { textOf } from './wire';

export interface EventConsumerOptions extends LeaseOptions {
  database: SqlDatabase;
  broker: NatsConnection;
  handlers: EventHandlers;
  log: Log;
  /** Tries of an event before its key is parked. Default 5. */
  attempts?: number;
}

interface Range {
  source: ServiceName;
  range: number;
}

const STANDBY_MS = 500;
const HOUSEKEEPING_MS = 5_000;

/**
 * Applies the events that the contracts name the service a consumer of: each once, a key's in order. Every replica
 * runs one; each range of partitions has one active puller among them, by a lease in the service's database.
 */
export class EventConsumer {
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | undefined;

  constructor(private readonly options: EventConsumerOptions) {}

  start(): void {
    const sources = sourcesOf(this.options.handlers.service);
    const ranges = sources.flatMap((source) =>
      Array.from({ length: RANGES }, (_, range) => ({ source, range })),
    );
    this.running ??= Promise.all([...ranges.map((range) => this.keepRunning(range)), this.keepHouse()]);
  }

  /** Stops pulling, finishes and acknowledges what is in hand, gives the ranges to other replicas. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepRunning(range: Range): Promise<void> {
    const { database, log } = this.options;
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted;) {
      let leases: Leases | undefined;
      try {
        leases = await Leases.open(database, this.options);
        const name = `consumer-${range.source}-r${range.range}`;
        while (!signal.aborted && !(await leases.take(name))) await pause(STANDBY_MS, signal);
        while (!signal.aborted && !leases.lost.aborted) {
          await this.pull(range, leases);
          failures = 0;
        }
      } catch (error) {
        if (!signal.aborted) log.error({ err: error, ...range }, 'event consumer starts over');
        failures += 1;
        await pause(backOffMs(failures), signal);
      } finally {
        await leases?.close().catch(() => undefined);
      }
    }
  }

  private async pull(range: Range, leases: Leases): Promise<void> {
    const { broker, handlers, log } = this.options;
    const { signal: stop } = this.stopping;
    const manager = await broker.jetstreamManager({ checkAPI: false });
    const durable = durableName(handlers.service, range.range);
    const ended = AbortSignal.any([stop, leases.lost]);
    const puller = await Puller.open(broker, manager, {
      stream: streamName(range.source),
      durable,
      signal: ended,
    });
    if (ended.aborted) return;
    try {
      await puller.run((batch) => this.apply(range.source, batch, leases.lost), { stop, lost: leases.lost });
    } catch (error) {
      if (!(error instanceof DeliveryGap)) throw error;
      log.warn({ ...range }, 'deliveries were lost; waiting for them to come again');
    }
  }

  private async apply(source: ServiceName, batch: readonly Msg[], lost: AbortSignal): Promise<void> {
    const { database, handlers, log, attempts } = this.options;
    const events = batch.flatMap((msg) => this.read(msg));
    const applied = await applyEvents(events, {
      database,
      handlers,
      attempts,
      signal: lost,
      onFailure: (event, error, attempt) => {
        log.warn({ err: error, eventId: event.id, type: event.type, attempt }, 'event could not be applied');
      },
    });
    for (const [outcome, count] of Object.entries(applied) as [string, number][]) {
      if (count > 0) eventsConsumed.inc({ consumer: handlers.service, source, outcome }, count);
    }
  }

  /** The event, or nothing when it is none: then nobody can ever apply it, and only the log keeps it. */
  private read(msg: Msg): EventEnvelope[] {
    const { handlers, log } = this.options;
    try {
      const event = JSON.parse(textOf(msg.data)) as EventEnvelope;
      if (typeof event.id !== 'string' || typeof event.partitionkey !== 'string')
        throw new Error('no envelope');
      return [event];
    } catch (error) {
      log.error({ err: error, subject: msg.subject, consumer: handlers.service }, 'unreadable event dropped');
      return [];
    }
  }

  private async keepHouse(): Promise<void> {
    const { database, handlers } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const [row] = await database.query<{ count: bigint }>(
          'SELECT count(*) AS count FROM parked_event WHERE consumer = $1',
          [handlers.service],
        );
        deadLetters.set({ consumer: handlers.service }, Number(row?.count ?? 0));
        await this.measureLag();
        while ((await pruneInbox(database, handlers.service)) > 0 && !signal.aborted) await pause(50, signal);
      } catch {
        // figures and pruning come again in a moment; what fails for good shows in the pullers
      }
      await pause(HOUSEKEEPING_MS, signal);
    }
  }

  private async measureLag(): Promise<void> {
    const { broker, handlers } = this.options;
    const manager = await broker.jetstreamManager({ checkAPI: false });
    for (const source of sourcesOf(handlers.service)) {
      for (let range = 0; range < RANGES; range += 1) {
        const info = await manager.consumers.info(streamName(source), durableName(handlers.service, range));
        consumerLag.set(
          { consumer: handlers.service, source, range: String(range) },
          info.num_pending + info.num_ack_pending,
        );
      }
    }
  }
}
