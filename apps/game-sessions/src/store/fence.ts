import { fenceLeaseMs, type ApplyRestriction, type RestrictedAction } from '@baize/contracts';
import type { Fence } from '@baize/messaging';
import { addToOutbox, type Database, type Db } from '@baize/persistence';
import { counter } from '@baize/runtime';
import { sessionEnded } from '../domain/session-ended';
import { endOpenSessions } from './sessions';

const unleased = counter(
  'game_sessions_unleased_launches_total',
  'Launches not begun because it was not known for sure whom restrictions forbid what',
);

/** The fence of game-sessions: rows per player, and one lease for all processes on the database's clock. */
export function gameSessionsFence(database: Database): Fence<string> {
  return {
    async now() {
      const [row] = await database.query<{ now: string }>(`SELECT clock_timestamp()::text AS now`);
      return row!.now;
    },
    async applied() {
      const [row] = await database.query<{ sequence: bigint }>(`SELECT sequence FROM fence_lease`);
      return Number(row!.sequence);
    },
    async apply(changes) {
      for (const change of changes) await database.transactions.run((db) => applyRestriction(db, change));
    },
    async renew(sequence, askedAt) {
      await database.query(
        `UPDATE fence_lease SET sequence = greatest(sequence, $1),
           valid_until = greatest(valid_until, $2::timestamptz + $3 * interval '1 millisecond')`,
        [sequence, askedAt, fenceLeaseMs],
      );
    },
  };
}

/**
 * Writes down what is forbidden and ends the open sessions of whoever may not play. Launches under way hold the row, so
 * that their sessions are either ended here or never begun. An epoch that is not newer changes nothing.
 */
export async function applyRestriction(
  db: Db,
  { sequence, epoch, players }: ApplyRestriction,
): Promise<void> {
  const barred = await db.query<{ playerId: string }>(
    `WITH changed AS (
       INSERT INTO player_fence AS f (player_id, epoch, forbids)
       SELECT "playerId", $2, forbids FROM json_to_recordset($1) p("playerId" text, forbids text[]) ORDER BY "playerId"
       ON CONFLICT (player_id) DO UPDATE SET epoch = excluded.epoch, forbids = excluded.forbids
         WHERE f.epoch < excluded.epoch
       RETURNING f.player_id, f.forbids)
     SELECT player_id AS "playerId" FROM changed WHERE 'launch' = ANY (forbids)`,
    [JSON.stringify(players), epoch],
  );
  const at = new Date();
  const playerIds = barred.map(({ playerId }) => playerId);
  const ended = await endOpenSessions(db, playerIds, 'restricted', at);
  await addToOutbox(
    db,
    ended.map((session) => sessionEnded(session, 'restricted', at)),
  );
  // Nothing lies between this change and those applied before: nobody needs to ask for it any more.
  await db.query(`UPDATE fence_lease SET sequence = $1 WHERE sequence = $1 - 1`, [sequence]);
}

/** Nobody knows for sure whom restrictions forbid what: nothing that they could forbid is begun. */
export class FenceUnavailable extends Error {
  constructor() {
    super('what is known of restrictions cannot be relied upon');
    this.name = 'FenceUnavailable';
    unleased.inc();
  }
}

/** What the fence says to an act; `unknown` when what is known of restrictions cannot be relied upon. */
export type FenceVerdict = 'allowed' | 'forbidden' | 'unknown';

/** Asks within the transaction of the act, and keeps restrictions out until it is committed. */
export async function passFence(db: Db, playerId: string, action: RestrictedAction): Promise<FenceVerdict> {
  await db.query(
    `INSERT INTO player_fence (player_id, epoch, forbids) VALUES ($1, 0, '{}') ON CONFLICT DO NOTHING`,
    [playerId],
  );
  await db.query(`SELECT FROM player_fence WHERE player_id = $1 FOR SHARE`, [playerId]);
  // In a later statement than the lock: what it waited for is seen, and the wait may have been longer than the lease.
  const [row] = await db.query<{ forbidden: boolean; leased: boolean }>(
    `SELECT $2 = ANY (forbids) AS forbidden, (SELECT valid_until > clock_timestamp() FROM fence_lease) AS leased
     FROM player_fence WHERE player_id = $1`,
    [playerId, action],
  );
  if (!row?.leased) return 'unknown';
  return row.forbidden ? 'forbidden' : 'allowed';
}
