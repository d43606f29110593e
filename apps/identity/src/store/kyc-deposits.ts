import type { Db } from '@baize/persistence';
import type { CountedDeposit } from '../domain/kyc';

export interface NewDeposit extends CountedDeposit {
  readonly paymentId: string;
  readonly playerId: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly rate: string;
  readonly policyVersion: string;
}

/** Counts a deposit once. */
export async function insertDeposit(db: Db, deposit: NewDeposit): Promise<void> {
  await db.query(
    `INSERT INTO kyc_deposit (payment_id, player_id, amount, currency, micro_euros, rate, policy_version, confirmed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [
      deposit.paymentId,
      deposit.playerId,
      deposit.amount.toString(),
      deposit.currency,
      deposit.microEuros.toString(),
      deposit.rate,
      deposit.policyVersion,
      deposit.confirmedAt,
    ],
  );
}

/**
 * Takes back a part of a deposit, or all of it, once per movement; at the deposit's rate, cut off: a threshold is never
 * escaped by rounding. Of a payment that is no counted deposit nothing is taken.
 */
export async function insertReversal(
  db: Db,
  { transactionId, paymentId, amount }: { transactionId: string; paymentId: string; amount: bigint },
): Promise<void> {
  await db.query(
    `INSERT INTO kyc_reversal (transaction_id, payment_id, micro_euros)
     SELECT $1, payment_id, div(micro_euros::numeric * $3::numeric, amount::numeric) FROM kyc_deposit WHERE payment_id = $2
     ON CONFLICT DO NOTHING`,
    [transactionId, paymentId, amount.toString()],
  );
}

/** Every counted deposit, added up by day of life where there are many: windows are days long. */
export function listDeposits(db: Db, playerId: string): Promise<CountedDeposit[]> {
  return db.query<CountedDeposit>(
    `SELECT sum(micro_euros)::bigint AS "microEuros", max(confirmed_at) AS "confirmedAt" FROM kyc_net_deposit
     WHERE player_id = $1 GROUP BY date_trunc('minute', confirmed_at)`,
    [playerId],
  );
}
