import { Client } from 'pg';
import type { Ledger, LedgerLine } from './check-ledger';

interface LineRow extends Omit<
  LedgerLine,
  'sequence' | 'amount' | 'balanceAfter' | 'entrySum' | 'playerEntrySum' | 'events'
> {
  sequence: string;
  amount: string;
  balanceAfter: string;
  entrySum: string;
  playerEntrySum: string;
  events: string;
}

// Both sides name what they write alike.
const linesSql = `
WITH sums AS (
  SELECT journal_id, sum(amount) AS all_sum,
    sum(amount) FILTER (WHERE account::text IN ('real', 'bonus', 'locked')) AS player_sum
  FROM entry GROUP BY journal_id
), published AS (
  SELECT (data ->> 'transactionId')::uuid AS id, count(*) AS events FROM outbox GROUP BY 1
)
SELECT j.id AS "transactionId", j.player_id AS "playerId", j.kind::text AS kind, j.provider_tx_id AS id, j.sequence,
  j.amount, j.balance_after AS "balanceAfter", coalesce(s.all_sum, 0) AS "entrySum",
  coalesce(s.player_sum, 0) AS "playerEntrySum", coalesce(p.events, 0) AS events
FROM journal j LEFT JOIN sums s ON s.journal_id = j.id LEFT JOIN published p ON p.id = j.id
WHERE j.kind::text IN ('bet', 'win')`;

const walletsSql = `SELECT player_id AS "playerId", "real" + bonus + locked AS balance, sequence FROM wallet`;

/** The whole ledger of a side, as its database has it. */
export async function readLedger(databaseUrl: string): Promise<Ledger> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const lines = await client.query<LineRow>(linesSql);
    const wallets = await client.query<{ playerId: string; balance: string; sequence: string }>(walletsSql);
    return {
      lines: lines.rows.map((row) => ({
        ...row,
        sequence: Number(row.sequence),
        amount: Number(row.amount),
        balanceAfter: Number(row.balanceAfter),
        entrySum: Number(row.entrySum),
        playerEntrySum: Number(row.playerEntrySum),
        events: Number(row.events),
      })),
      wallets: wallets.rows.map(({ playerId, balance, sequence }) => ({
        playerId,
        balance: Number(balance),
        sequence: Number(sequence),
      })),
    };
  } finally {
    await client.end();
  }
}
