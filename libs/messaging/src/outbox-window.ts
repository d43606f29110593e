import type { OutboxRow } from './envelope';
import type { Sql } from './sql';

/** Rows per window, unless one transaction alone wrote more. */
const MAX_WINDOW_ROWS = 10_000;

/** Transactions `[from, upto)`, all of them finished. */
export interface Window {
  upto: string;
  hasRows: boolean;
}

/** How far transactions have finished, seen from `from`; cut after some 10,000 rows. */
export async function nextWindow(db: Sql, from: string): Promise<Window> {
  const [window] = await db.query<Window>({
    name: 'baize-outbox-window',
    text: `
      WITH bound AS MATERIALIZED (
        SELECT coalesce(
          (SELECT xid FROM outbox WHERE xid > $1::xid8 AND xid < top ORDER BY xid OFFSET $2 LIMIT 1),
          greatest(top, $1::xid8)) AS upto
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS top) AS snapshot
      )
      SELECT upto::text AS upto,
        EXISTS (SELECT FROM outbox WHERE xid >= $1::xid8 AND xid < (SELECT upto FROM bound)) AS "hasRows"
      FROM bound`,
    values: [from, MAX_WINDOW_ROWS],
  });
  if (window === undefined) throw new Error('the outbox has no window');
  return window;
}

/**
 * The rows of a window in the order of their ids, and before each the earlier rows of its key from beyond the
 * window. Those exist because a transaction may draw its xid, then wait for a player's lock while a younger one
 * takes it and commits: the older xid then has the later id. They are committed (the lock proves it), so they can
 * go out now; left to their own window they would come after their successor.
 */
export function windowRows(db: Sql, from: string, upto: string): Promise<OutboxRow[]> {
  return db.query<OutboxRow>({
    name: 'baize-outbox-rows',
    text: `
      WITH inside AS MATERIALIZED (
        SELECT * FROM outbox WHERE xid >= $1::xid8 AND xid < $2::xid8
      ), key AS MATERIALIZED (
        SELECT partition_key, max(id) AS last FROM inside GROUP BY partition_key
      ), due AS (
        SELECT *, false AS ahead FROM inside
        UNION ALL
        SELECT o.*, true FROM outbox o JOIN key ON key.partition_key = o.partition_key AND o.id < key.last
        WHERE o.xid >= $2::xid8 AND o.id < (SELECT max(last) FROM key)
      )
      SELECT id::text AS id, event_id::text AS event_id, type, subject, partition_key, sequence::text AS sequence,
        to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS time, traceparent,
        data::text AS data, ahead
      FROM due ORDER BY due.id`,
    values: [from, upto],
  });
}

/** Where the relay goes on. Refuses a horizon of another cluster: its transaction ids say nothing here. */
export async function readHorizon(db: Sql): Promise<string> {
  const [row] = await db.query<{ horizon: string; valid: boolean }>(
    `SELECT horizon::text AS horizon, horizon <= pg_snapshot_xmax(pg_current_snapshot()) AS valid FROM outbox_horizon`,
  );
  if (row === undefined) throw new Error('outbox_horizon has no row');
  if (!row.valid)
    throw new Error('outbox_horizon is ahead of this cluster: was the database restored elsewhere?');
  return row.horizon;
}

/** Everything before `upto` has been published. */
export async function saveHorizon(db: Sql, upto: string): Promise<void> {
  await db.query({
    name: 'baize-outbox-mark',
    text: `UPDATE outbox_horizon SET horizon = $1::xid8 WHERE horizon < $1::xid8`,
    values: [upto],
  });
}

/** Seconds that the oldest unpublished event has waited; 0 when there is none. */
export async function oldestAgeSeconds(db: Sql): Promise<number> {
  const [row] = await db.query<{ age: number }>(
    `SELECT extract(epoch FROM clock_timestamp() - time)::float8 AS age FROM outbox
     WHERE xid >= (SELECT horizon FROM outbox_horizon) ORDER BY xid, id LIMIT 1`,
  );
  return row?.age ?? 0;
}

/** Deletes published rows of more than 7 days, at most 500; answers how many. */
export async function pruneOutbox(db: Sql): Promise<number> {
  const rows = await db.query(
    `DELETE FROM outbox WHERE (xid, id) IN (
       SELECT xid, id FROM (SELECT xid, id, time FROM outbox ORDER BY xid, id LIMIT 500) AS oldest
       WHERE time < clock_timestamp() - interval '7 days' AND xid < (SELECT horizon FROM outbox_horizon))
     RETURNING 1`,
  );
  return rows.length;
}
