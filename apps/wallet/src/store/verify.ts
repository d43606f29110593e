import type { Db } from '@baize/persistence';

/** A wallet whose balance its journal or entries do not explain. */
export interface Mismatch {
  readonly playerId: string;
  readonly currency: string;
  readonly problem: string;
}

const playersPerStep = 200;
const nobody = '00000000-0000-0000-0000-000000000000';

/** Recomputes wallets from journal and entries. `$1`..: the players. */
const recompute = `
  SELECT w.player_id AS "playerId", w.currency, problem
  FROM wallet w
  CROSS JOIN LATERAL (
    SELECT count(*) AS rows, coalesce(sum(j.real), 0) AS real, coalesce(sum(j.bonus), 0) AS bonus,
      coalesce(sum(j.locked), 0) AS locked, coalesce(sum(e.odd), 0) AS odd
    FROM journal j CROSS JOIN LATERAL (
      SELECT CASE WHEN coalesce(sum(amount), 0) = 0
        AND coalesce(sum(amount) FILTER (WHERE account = 'real'), 0) = j.real
        AND coalesce(sum(amount) FILTER (WHERE account = 'bonus'), 0) = j.bonus
        AND coalesce(sum(amount) FILTER (WHERE account = 'locked'), 0) = j.locked THEN 0 ELSE 1 END AS odd
      FROM entry WHERE journal_id = j.id
    ) e
    WHERE j.player_id = w.player_id AND j.currency = w.currency
  ) s
  CROSS JOIN LATERAL (VALUES
    (s.rows <> w.sequence, format('%s journal rows, sequence %s', s.rows, w.sequence)),
    (s.odd > 0, format('%s journal rows differ from their entries', s.odd)),
    ((s.real, s.bonus, s.locked) <> (w.real, w.bonus, w.locked),
      format('balance %s/%s/%s, journal %s/%s/%s', w.real, w.bonus, w.locked, s.real, s.bonus, s.locked))
  ) v(wrong, problem)
  WHERE wrong`;

/** Recomputes every wallet, some players at a time, so that no transaction takes long. */
export async function* verifyAll(db: Db): AsyncGenerator<{ players: number; mismatches: Mismatch[] }> {
  for (let after = nobody; ;) {
    const players = await db.query<{ player_id: string }>(
      `SELECT player_id FROM anchor WHERE player_id > $1 ORDER BY player_id LIMIT $2`,
      [after, playersPerStep],
    );
    if (players.length === 0) return;
    after = players[players.length - 1]!.player_id;
    const mismatches = await db.query<Mismatch>(`${recompute} AND w.player_id = ANY ($1)`, [
      players.map((p) => p.player_id),
    ]);
    yield { players: players.length, mismatches };
  }
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
