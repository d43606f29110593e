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

/** Counts money that was paid out, once. */
export async function insertPayout(
  db: Db,
  payout: CountedDeposit & { readonly paymentId: string; readonly playerId: string },
): Promise<void> {
  await db.query(
    `INSERT INTO kyc_payout (payment_id, player_id, micro_euros, paid_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [payout.paymentId, payout.playerId, payout.microEuros.toString(), payout.confirmedAt],
  );
}

/** A payout that came back was none. Of one that came back in part nothing is left: to look too early harms nobody. */
export async function deletePayout(db: Db, paymentId: string): Promise<void> {
  await db.query('DELETE FROM kyc_payout WHERE payment_id = $1', [paymentId]);
}

/** Payouts of the last so many days. */
export function listPayouts(db: Db, playerId: string, days: number): Promise<CountedDeposit[]> {
  return db.query<CountedDeposit>(
    `SELECT micro_euros AS "microEuros", paid_at AS "confirmedAt" FROM kyc_payout
     WHERE player_id = $1 AND paid_at > clock_timestamp() - $2 * interval '1 day'`,
    [playerId, days],
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
