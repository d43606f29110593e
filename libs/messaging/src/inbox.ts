import type { EventEnvelope } from './envelope';
import type { Sql } from './sql';

/** Inboxes remember 30 days; an event older than that might have been applied before, so it never is. */
export const MAX_EVENT_AGE_MS = 30 * 86_400_000;
export const EXPIRED = 'expired';

/** Writes the ids to the inbox and answers the events that were not there yet, in order, each once. */
export async function takeNew(
  db: Sql,
  consumer: string,
  events: readonly EventEnvelope[],
): Promise<EventEnvelope[]> {
  if (events.length === 0) return [];
  const rows = await db.query<{ event_id: string }>({
    name: 'baize-inbox-take',
    // in one order, so that two pullers that share events during a hand-over wait for each other, never in a circle
    text: `INSERT INTO inbox (consumer, event_id) SELECT $1, id FROM unnest($2::uuid[]) AS id ORDER BY id
           ON CONFLICT DO NOTHING RETURNING event_id`,
    values: [consumer, events.map((event) => event.id)],
  });
  const fresh = new Set(rows.map((row) => row.event_id));
  return events.filter((event) => fresh.delete(event.id));
}

/** The keys that are parked; they stay so until this transaction ends. */
export async function parkedKeys(
  db: Sql,
  consumer: string,
  events: readonly EventEnvelope[],
): Promise<Set<string>> {
  const rows = await db.query<{ partition_key: string }>({
    name: 'baize-parked-keys',
    text: `SELECT partition_key FROM parked_key WHERE consumer = $1 AND partition_key = ANY ($2)
           ORDER BY partition_key FOR SHARE`,
    values: [consumer, [...new Set(events.map((event) => event.partitionkey))]],
  });
  return new Set(rows.map((row) => row.partition_key));
}

/** Blocks a key: from here on its events queue up behind the one that could not be applied. */
export async function parkKey(db: Sql, consumer: string, key: string, reason: string): Promise<void> {
  await db.query(
    `INSERT INTO parked_key (consumer, partition_key, reason) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [consumer, key, reason],
  );
}

/** Appends events to the parked queue, but not those that were applied or parked before. */
export async function parkEvents(
  db: Sql,
  consumer: string,
  events: readonly EventEnvelope[],
  reason: string,
): Promise<void> {
  if (events.length === 0) return;
  await db.query({
    name: 'baize-park-events',
    text: `INSERT INTO parked_event (consumer, event_id, type, partition_key, reason, envelope)
           SELECT $1, (e.envelope ->> 'id')::uuid, e.envelope ->> 'type', e.envelope ->> 'partitionkey', $2, e.envelope
           FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS e(envelope, position)
           WHERE NOT EXISTS (SELECT FROM inbox WHERE consumer = $1 AND event_id = (e.envelope ->> 'id')::uuid)
           ORDER BY position
           ON CONFLICT (consumer, event_id) DO NOTHING`,
    values: [consumer, reason, JSON.stringify(events)],
  });
}

/** Forgets what is a day past the age at which events are refused; at most 1,000 rows, answers how many. */
export async function pruneInbox(db: Sql, consumer: string): Promise<number> {
  const rows = await db.query(
    `DELETE FROM inbox WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM inbox WHERE received_at < clock_timestamp() - interval '31 days' LIMIT 1000))
       AND consumer = $1 AND received_at < clock_timestamp() - interval '31 days'
     RETURNING 1`,
    [consumer],
  );
  return rows.length;
}
