import type { EventContract } from '@baize/contracts';
import { uuidv7 } from 'uuidv7';
import type { Db } from './db';

/**
 * The tables of the outbox, for a service's first migration. A row is published once its transaction is behind
 * `outbox_horizon.horizon`: marking rows one by one would write each of them twice. `xid` comes before `id` in
 * the only index because the relay reads windows of transactions. The sequence has CACHE 1, so that ids drawn under
 * a player's lock are in the order of the lock.
 */
export const outboxSql = `
CREATE SEQUENCE outbox_id_seq AS bigint CACHE 1;
CREATE TABLE outbox (
  id bigint NOT NULL DEFAULT nextval('outbox_id_seq'),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  event_id uuid NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  partition_key text NOT NULL,
  sequence bigint NOT NULL,
  time timestamptz NOT NULL DEFAULT clock_timestamp(),
  traceparent text,
  data json NOT NULL,
  PRIMARY KEY (xid, id)
);
ALTER SEQUENCE outbox_id_seq OWNED BY outbox.id;
CREATE TABLE outbox_horizon (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  horizon xid8 NOT NULL
);
INSERT INTO outbox_horizon (horizon) VALUES ('0');
CREATE VIEW outbox_pending AS
  SELECT * FROM outbox WHERE xid >= (SELECT horizon FROM outbox_horizon);
CREATE TABLE leader (
  name text PRIMARY KEY,
  pid int NOT NULL,
  beat_at timestamptz NOT NULL
);
CREATE TABLE event_sequence (
  partition_key text PRIMARY KEY,
  last bigint NOT NULL
) WITH (fillfactor = 50);
`;

/**
 * The tables of event consumers, for a service's first migration (after {@link outboxSql}, whose `leader` table
 * they share). `parked_key` blocks a key while its `parked_event` queue is not empty.
 */
export const inboxSql = `
CREATE TABLE inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_received_at ON inbox USING brin (received_at);
CREATE TABLE parked_key (
  consumer text NOT NULL,
  partition_key text NOT NULL,
  reason text NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, partition_key)
);
CREATE TABLE parked_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  type text NOT NULL,
  partition_key text NOT NULL,
  reason text NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  envelope jsonb NOT NULL,
  UNIQUE (consumer, event_id)
);
CREATE INDEX parked_event_queue ON parked_event (consumer, partition_key, id);
`;

/** A fact to publish with the transaction that made it true. */
export interface NewEvent<Data extends object = object> {
  contract: Pick<EventContract<Data>, 'type'>;
  /** The id of what the event is about. */
  subject: string;
  /** Events of one key are delivered in order: the player's id, else the aggregate's. */
  partitionKey: string;
  data: Data;
  /** W3C trace context of the cause. */
  traceparent?: string;
}

/** Far below the broker's largest message: an event that could not be sent would block its key for ever. */
const MAX_DATA_BYTES = 256 * 1024;

/**
 * Writes events to the outbox of the running transaction, in order, and draws their per-key sequence. The key's
 * sequence row stays locked until commit, which is what keeps the ids of one key in commit order.
 * @throws RangeError when the data of an event exceeds 256 KiB
 */
export async function addToOutbox(db: Db, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    event_id: uuidv7(),
    type: event.contract.type,
    subject: event.subject,
    partition_key: event.partitionKey,
    traceparent: event.traceparent ?? null,
    data: boundedJson(event),
  }));
  await db.query({ name: 'baize-outbox-add', text: addSql, values: [JSON.stringify(rows)] });
}

function boundedJson(event: NewEvent): object {
  const bytes = Buffer.byteLength(JSON.stringify(event.data));
  if (bytes > MAX_DATA_BYTES) throw new RangeError(`${event.contract.type} has ${bytes} bytes of data`);
  return event.data;
}

/**
 * The keys are locked in one order, so that two transactions that share several never deadlock; the ids are
 * drawn in a later step of the statement than the locks, in the order of the events.
 */
const addSql = `
WITH event AS (
  SELECT * FROM ROWS FROM (
    json_to_recordset($1::json) AS (event_id uuid, type text, subject text, partition_key text, traceparent text, data json)
  ) WITH ORDINALITY AS e(event_id, type, subject, partition_key, traceparent, data, position)
), drawn AS (
  INSERT INTO event_sequence AS s (partition_key, last)
  SELECT partition_key, count(*) FROM event GROUP BY partition_key ORDER BY partition_key
  ON CONFLICT (partition_key) DO UPDATE SET last = s.last + excluded.last
  RETURNING s.partition_key, s.last
), numbered AS MATERIALIZED (
  SELECT event.*, drawn.last - count(*) OVER later + 1 AS sequence
  FROM event JOIN drawn USING (partition_key)
  WINDOW later AS (PARTITION BY partition_key ORDER BY position ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
  ORDER BY position
)
INSERT INTO outbox (event_id, type, subject, partition_key, sequence, traceparent, data)
SELECT event_id, type, subject, partition_key, sequence, traceparent, data FROM numbered ORDER BY position`;
