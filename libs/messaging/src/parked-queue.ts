import type { EventEnvelope } from './envelope';
import type { EventHandlers } from './event-handlers';
import { EXPIRED, takeNew } from './inbox';
import type { Sql, SqlDatabase } from './sql';

/** A key whose events wait for people. */
export interface ParkedKey {
  partitionKey: string;
  events: number;
  /** Why its first event could not be applied. */
  reason: string;
  parkedAt: Date;
}

export interface Replayed {
  replayed: number;
  /** Keys that still cannot go on, and why. */
  stuck: { partitionKey: string; reason: string }[];
}

interface ParkedRow {
  id: bigint;
  reason: string;
  envelope: EventEnvelope;
}

const MAX_KEYS = 10_000;

/** The dead letters of a consumer: every parked key with its first reason, oldest first. */
export async function listParked(db: Sql, consumer: string): Promise<ParkedKey[]> {
  return db.query<ParkedKey>(
    `SELECT partition_key AS "partitionKey", count(*)::int AS events,
       (array_agg(reason ORDER BY id))[1] AS reason, min(parked_at) AS "parkedAt"
     FROM parked_event WHERE consumer = $1 GROUP BY partition_key ORDER BY min(id) LIMIT ${MAX_KEYS}`,
    [consumer],
  );
}

/**
 * Applies parked events in order, one transaction each, and lets a key go on when its queue is empty; live events
 * of the key queue up behind until then. A key whose event fails again stays parked. Expired events are left: they
 * may have been applied before.
 */
export async function replayParked(
  database: SqlDatabase,
  handlers: EventHandlers,
  onlyKey?: string,
): Promise<Replayed> {
  const outcome: Replayed = { replayed: 0, stuck: [] };
  const keys = onlyKey === undefined ? await parkedKeysOf(database, handlers.service) : [onlyKey];
  for (const partitionKey of keys) {
    try {
      while (await database.transactions.run((db) => replayNext(db, handlers, partitionKey)))
        outcome.replayed += 1;
    } catch (error) {
      outcome.stuck.push({ partitionKey, reason: error instanceof Error ? error.message : 'unknown error' });
    }
  }
  return outcome;
}

/** Gives up parked events of a key, all or one: they will never be applied. Answers how many. */
export function discardParked(
  database: SqlDatabase,
  consumer: string,
  partitionKey: string,
  eventId?: string,
): Promise<number> {
  return database.transactions.run(async (db) => {
    await lockKey(db, consumer, partitionKey);
    const rows = await db.query<{ envelope: EventEnvelope }>(
      `DELETE FROM parked_event WHERE consumer = $1 AND partition_key = $2 AND ($3::uuid IS NULL OR event_id = $3)
       RETURNING envelope`,
      [consumer, partitionKey, eventId ?? null],
    );
    // remembered as taken, so that a late redelivery does not apply what was given up
    const events = rows.map((row) => row.envelope);
    await takeNew(db, consumer, events);
    await unparkWhenEmpty(db, consumer, partitionKey);
    return rows.length;
  });
}

async function parkedKeysOf(db: Sql, consumer: string): Promise<string[]> {
  const rows = await db.query<{ partition_key: string }>(
    `SELECT partition_key FROM parked_key WHERE consumer = $1 ORDER BY parked_at LIMIT ${MAX_KEYS}`,
    [consumer],
  );
  return rows.map((row) => row.partition_key);
}

/** Answers false when the key's queue is empty. */
async function replayNext(db: Sql, handlers: EventHandlers, partitionKey: string): Promise<boolean> {
  await lockKey(db, handlers.service, partitionKey);
  const [next] = await db.query<ParkedRow>(
    `SELECT id, reason, envelope FROM parked_event
     WHERE consumer = $1 AND partition_key = $2 AND reason <> $3 ORDER BY id LIMIT 1`,
    [handlers.service, partitionKey, EXPIRED],
  );
  if (next !== undefined) {
    await handlers.apply(db, await takeNew(db, handlers.service, [next.envelope]));
    await db.query('DELETE FROM parked_event WHERE id = $1', [next.id]);
  }
  await unparkWhenEmpty(db, handlers.service, partitionKey);
  return next !== undefined;
}

async function lockKey(db: Sql, consumer: string, partitionKey: string): Promise<void> {
  await db.query('SELECT FROM parked_key WHERE consumer = $1 AND partition_key = $2 FOR UPDATE', [
    consumer,
    partitionKey,
  ]);
}

async function unparkWhenEmpty(db: Sql, consumer: string, partitionKey: string): Promise<void> {
  await db.query(
    `DELETE FROM parked_key WHERE consumer = $1 AND partition_key = $2 AND NOT EXISTS (
       SELECT FROM parked_event WHERE consumer = $1 AND partition_key = $2 AND reason <> $3)`,
    [consumer, partitionKey, EXPIRED],
  );
}
