import type { HouseAccount, HouseAccountRef } from '@baize/contracts';
import type { Database, Db } from '@baize/persistence';

export interface HouseBalance {
  readonly brand: string;
  readonly account: HouseAccount;
  /** Provider, PSP, jackpot or operator. */
  readonly party: string;
  readonly currency: string;
  /** Minor units as text: the house's sums may exceed 2^53. */
  readonly balance: string;
}

// Of one step, so that no transaction takes long however much there is to catch up.
const transactionsPerStep = 10_000;

/**
 * Adds the house's entries of finished transactions to their balances: the postings only append, because a house
 * row that every posting updates would be one queue for all players. One replica at a time; the others skip.
 * @returns whether there is more to do
 */
export function rollUpHouse(database: Database): Promise<boolean> {
  return database.transactions.run(async (db) => {
    const [step] = await db.query<{ from: bigint; to: bigint; behind: boolean }>(
      `SELECT transaction AS from, least(horizon, transaction + $1) AS to, horizon > transaction + $1 AS behind
       FROM house_horizon, LATERAL (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon) s
       FOR UPDATE OF house_horizon SKIP LOCKED`,
      [transactionsPerStep],
    );
    if (!step || step.from >= step.to) return false;
    await db.query(
      `INSERT INTO house_balance AS h (brand, account, party, currency, balance)
       SELECT brand, account, party, currency, sum(amount) FROM entry
       WHERE transaction >= $1 AND transaction < $2 AND brand IS NOT NULL GROUP BY 1, 2, 3, 4
       ON CONFLICT (brand, account, party, currency) DO UPDATE SET balance = h.balance + excluded.balance`,
      [step.from, step.to],
    );
    await db.query(`UPDATE house_horizon SET transaction = $1`, [step.to]);
    return step.behind;
  });
}

/** The house's balances as of now, of one brand or of all: what is rolled up and the entries since. */
export function houseBalances(db: Db, brand?: string): Promise<HouseBalance[]> {
  return db.query<HouseBalance>(
    `SELECT brand, account, party, currency, sum(balance)::text AS balance FROM (
       SELECT brand, account, party, currency, balance FROM house_balance
       UNION ALL
       SELECT brand, account, party, currency, amount FROM entry
       WHERE transaction >= (SELECT transaction FROM house_horizon) AND brand IS NOT NULL
     ) b WHERE $1::text IS NULL OR brand = $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
    [brand ?? null],
  );
}

export interface HouseTransfer {
  readonly id: string;
  readonly brand: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly from: HouseAccountRef;
  readonly to: HouseAccountRef;
  readonly reason: string;
  readonly actor: string;
}

/** Entries of the house that no player has part in carry this id. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** Records a transfer with its two entries; they are rolled up like those of postings. */
export async function insertTransfer(db: Db, transfer: HouseTransfer): Promise<void> {
  const { id, brand, currency, amount, from, to, reason, actor } = transfer;
  await db.query(
    `WITH transfer AS (
       INSERT INTO house_transfer (id, brand, currency, amount, from_account, from_party, to_account, to_party, reason, actor)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *
     )
     INSERT INTO entry (journal_id, account, player_id, currency, amount, brand, party, transaction, created_at)
     SELECT id, account, $11, currency, change, brand, party, pg_current_xact_id()::text::bigint, created_at
     FROM transfer CROSS JOIN LATERAL (VALUES (from_account, from_party, -amount), (to_account, to_party, amount))
       side(account, party, change)`,
    [id, brand, currency, amount, from.account, from.party, to.account, to.party, reason, actor, nobody],
  );
}

/** Keeps partitions of the entries ready for the coming months. */
export async function ensurePartitions(db: Db): Promise<void> {
  await db.query(`SELECT ensure_entry_partitions(3)`);
}
