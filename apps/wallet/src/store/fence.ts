import { fenceLeaseMs, type ApplyRestriction, type RestrictedAction } from '@baize/contracts';
import type { Fence } from '@baize/messaging';
import type { Database, Db } from '@baize/persistence';
import { restriction } from '../domain/instruction';

const bits: Partial<Record<RestrictedAction, number>> = {
  bet: restriction.noBets,
  deposit: restriction.noDeposits,
  bonus: restriction.noBonuses,
};

/** The anchor's bits of what restrictions forbid. */
export function bitsOf(forbids: readonly RestrictedAction[]): number {
  return forbids.reduce((sum, action) => sum | (bits[action] ?? 0), 0);
}

/** The wallet's fence: the players' anchors, and one lease for all its processes on the database's clock. */
export function walletFence(database: Database): Fence<string> {
  return {
    async now() {
      const [row] = await database.query<{ now: string }>(`SELECT clock_timestamp()::text AS now`);
      return row!.now;
    },
    async applied() {
      const [row] = await database.query<{ sequence: bigint }>(`SELECT sequence FROM fence_lease`);
      return Number(row!.sequence);
    },
    apply: (changes) => database.transactions.run((db) => applyRestrictions(db, changes)),
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
 * Writes what is forbidden to the anchors, which waits for the postings that hold them. A player that is not open yet
 * gets its anchor here, so that opening finds it restricted. An epoch that is not newer changes nothing.
 */
export async function applyRestrictions(db: Db, changes: readonly ApplyRestriction[]): Promise<void> {
  const rows = changes.flatMap(({ epoch, players }) =>
    players.map(({ playerId, brand, currency, forbids }) => ({
      ...{ player_id: playerId, brand, default_currency: currency, epoch, restrictions: bitsOf(forbids) },
    })),
  );
  // Locked in player order, as postings do; of two epochs of one player the newer.
  await db.query(
    `INSERT INTO anchor AS a (player_id, brand, default_currency, epoch, restrictions)
     SELECT DISTINCT ON (player_id) player_id, brand, default_currency, epoch, restrictions
     FROM json_to_recordset($1) r(player_id uuid, brand text, default_currency text, epoch bigint, restrictions integer)
     ORDER BY player_id, epoch DESC
     ON CONFLICT (player_id) DO UPDATE SET epoch = excluded.epoch, restrictions = a.restrictions & $2 | excluded.restrictions
       WHERE a.epoch < excluded.epoch`,
    [JSON.stringify(rows), restriction.hasLimits],
  );
}

/** Nothing lies between this change and those applied before: nobody needs to ask for it any more. */
export async function advance(db: Db, sequence: number): Promise<void> {
  await db.query(`UPDATE fence_lease SET sequence = $1 WHERE sequence = $1 - 1`, [sequence]);
}
