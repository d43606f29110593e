import type { EventEnvelope } from './envelope';
import type { EventHandlers } from './event-handlers';
import { groupBy } from './group-by';
import { EXPIRED, MAX_EVENT_AGE_MS, parkedKeys, parkEvents, parkKey, takeNew } from './inbox';
import { backOffMs, pause } from './pause';
import type { Sql, SqlDatabase } from './sql';

export interface Applied {
  applied: number;
  duplicate: number;
  parked: number;
  expired: number;
}

export interface ApplyOptions {
  database: SqlDatabase;
  handlers: EventHandlers;
  /** Tries of an event before its key is parked. Default 5. */
  attempts?: number;
  /** Aborted when the puller has lost its range or stops: waits end, nothing is parked any more. */
  signal: AbortSignal;
  onFailure: (event: EventEnvelope, error: unknown, attempt: number) => void;
  now?: () => number;
}

const ATTEMPTS = 5;
/** Keys that are worked off side by side after a batch has failed: one that backs off holds up no other. */
const CONCURRENT_KEYS = 8;

/**
 * Applies a batch in one transaction: inbox, effects, commit. Resolves when every event was applied, was a
 * duplicate, or stands in the parked queue; all may be acknowledged then.
 * @throws when any of them cannot be applied: none was
 */
export function applyTogether(
  events: readonly EventEnvelope[],
  options: Pick<ApplyOptions, 'database' | 'handlers' | 'now'>,
): Promise<Applied> {
  return options.database.transactions.run((db) => applyIn(db, events, options));
}

/**
 * Applies a batch that failed as a whole: its keys are worked off side by side, event by event; an event that keeps
 * failing parks its key. All may be acknowledged then, as after {@link applyTogether}.
 * @throws when the database is gone or `signal` ended it; the batch is to be delivered again then
 */
export async function applyOneByOne(
  events: readonly EventEnvelope[],
  options: ApplyOptions,
): Promise<Applied> {
  await options.database.check();
  const total: Applied = { applied: 0, duplicate: 0, parked: 0, expired: 0 };
  const chains = groupBy(events, (event) => event.partitionkey).values();
  const worker = async (): Promise<void> => {
    for (const chain of chains) for (const event of chain) add(total, await applyOrPark(event, options));
  };
  await Promise.all(Array.from({ length: CONCURRENT_KEYS }, worker));
  return total;
}

async function applyIn(
  db: Sql,
  events: readonly EventEnvelope[],
  { handlers, now = Date.now }: Pick<ApplyOptions, 'handlers' | 'now'>,
): Promise<Applied> {
  const oldest = now() - MAX_EVENT_AGE_MS;
  const parked = await parkedKeys(db, handlers.service, events);
  const expired = events.filter((event) => Date.parse(event.time) < oldest);
  const current = events.filter((event) => Date.parse(event.time) >= oldest);
  const queued = current.filter((event) => parked.has(event.partitionkey));
  const due = current.filter((event) => !parked.has(event.partitionkey));
  await parkEvents(db, handlers.service, expired, EXPIRED);
  await parkEvents(db, handlers.service, queued, 'queued');
  const fresh = await takeNew(db, handlers.service, due);
  await handlers.apply(db, fresh);
  return {
    applied: fresh.length,
    duplicate: due.length - fresh.length,
    parked: queued.length,
    expired: expired.length,
  };
}

async function applyOrPark(event: EventEnvelope, options: ApplyOptions): Promise<Applied> {
  const { database, handlers, attempts = ATTEMPTS, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await database.transactions.run((db) => applyIn(db, [event], options));
    } catch (error) {
      // a database that does not answer is no fault of the event
      await database.check();
      options.onFailure(event, error, attempt);
      if (attempt >= attempts) {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
        await database.transactions.run(async (db) => {
          await parkKey(db, handlers.service, event.partitionkey, reason.slice(0, 500));
          await parkEvents(db, handlers.service, [event], reason.slice(0, 500));
        });
        return { applied: 0, duplicate: 0, parked: 1, expired: 0 };
      }
      await pause(backOffMs(attempt), signal);
    }
  }
}

function add(total: Applied, more: Applied): void {
  for (const outcome of Object.keys(total) as (keyof Applied)[]) total[outcome] += more[outcome];
}
