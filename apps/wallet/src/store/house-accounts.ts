import type { Database, Db } from '@baize/persistence';

export interface HouseBalance {
  readonly brand: string;
  readonly account: 'games' | 'payments' | 'promotions' | 'adjustments';
  /** Provider, PSP or operator. */
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

/** The house's balances as of now: what is rolled up and the entries since. */
export function houseBalances(db: Db): Promise<HouseBalance[]> {
  return db.query<HouseBalance>(
    `SELECT brand, account, party, currency, sum(balance)::text AS balance FROM (
       SELECT brand, account, party, currency, balance FROM house_balance
       UNION ALL
       SELECT brand, account, party, currency, amount FROM entry
       WHERE transaction >= (SELECT transaction FROM house_horizon) AND brand IS NOT NULL
     ) b GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
  );
}

/** Keeps partitions of the entries ready for the coming months. */
export async function ensurePartitions(db: Db): Promise<void> {
  await db.query(`SELECT ensure_entry_partitions(3)`);
}
