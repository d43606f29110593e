import type { Db } from '@baize/persistence';

/** A wallet whose balance its journal or entries do not explain. */
export interface Mismatch {
  readonly playerId: string;
  readonly currency: string;
  readonly problem: string;
}

/**
 * The opening check of a starting service: the newest movements have balanced entries that match their journal
 * rows, and their wallets stand where their newest rows say. Bounded, whatever the size of the ledger.
 */
export function verifyNewest(db: Db, journalRows = 1_000): Promise<Mismatch[]> {
  return db.query<Mismatch>(
    `WITH newest AS (SELECT * FROM journal ORDER BY id DESC LIMIT $1),
     top AS (SELECT DISTINCT ON (player_id, currency) player_id, currency FROM newest)
     SELECT j.player_id AS "playerId", j.currency, 'entries of ' || j.id || ' differ' AS problem
     FROM newest j CROSS JOIN LATERAL (
       SELECT coalesce(sum(amount), 0) AS total, coalesce(sum(amount) FILTER (WHERE account = 'real'), 0) AS real,
         coalesce(sum(amount) FILTER (WHERE account = 'bonus'), 0) AS bonus,
         coalesce(sum(amount) FILTER (WHERE account = 'locked'), 0) AS locked
       FROM entry WHERE journal_id = j.id) e
     WHERE (e.total, e.real, e.bonus, e.locked) <> (0, j.real, j.bonus, j.locked)
     UNION ALL
     SELECT w.player_id, w.currency, format('total %s at %s, journal ends with %s at %s',
       w.real + w.bonus + w.locked, w.sequence, j.balance_after, j.sequence)
     FROM top JOIN wallet w USING (player_id, currency) CROSS JOIN LATERAL (
       SELECT sequence, balance_after FROM journal x WHERE x.player_id = w.player_id AND x.currency = w.currency
       ORDER BY sequence DESC LIMIT 1) j
     WHERE (j.sequence, j.balance_after) <> (w.sequence, w.real + w.bonus + w.locked)`,
    [journalRows],
  );
}
