import type { Db } from '@baize/persistence';
import type { Problem } from '../domain/decide-report';
import type { PspReport } from '../domain/psp';

/** Keeps that a PSP contradicts us, once as long as it is open. @returns whether it is new */
export async function raiseMismatch(
  db: Db,
  paymentId: string,
  mismatch: {
    readonly psp: string;
    readonly problem: Problem;
    readonly report: Pick<PspReport, 'status' | 'amount' | 'currency'>;
    readonly source: string;
  },
): Promise<boolean> {
  const { psp, problem, report, source } = mismatch;
  const rows = await db.query({
    name: 'raise-mismatch',
    text: `INSERT INTO payment_mismatch (payment_id, psp, problem, reported_status, reported_amount, reported_currency, source)
           SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT FROM payment_mismatch
             WHERE payment_id = $1 AND psp = $2 AND problem = $3 AND reported_status = $4 AND reported_amount = $5
               AND reported_currency = $6 AND resolved_at IS NULL)
           RETURNING 1`,
    values: [paymentId, psp, problem, report.status, report.amount, report.currency, source],
  });
  return rows.length > 0;
}

/** Closes what is open on a payment, because it was decided or because the PSP took it back. */
export async function resolveMismatches(db: Db, paymentId: string, resolution: string): Promise<void> {
  await db.query({
    name: 'resolve-mismatches',
    text: `UPDATE payment_mismatch SET resolved_at = now(), resolution = $2
           WHERE payment_id = $1 AND resolved_at IS NULL`,
    values: [paymentId, resolution],
  });
}

/** The newest open report that a deposit has money, of another amount than was asked for. */
export async function openConfirmation(
  db: Db,
  paymentId: string,
): Promise<{ amount: bigint; currency: string } | undefined> {
  const [row] = await db.query<{ amount: bigint; currency: string }>({
    name: 'open-confirmation',
    text: `SELECT reported_amount AS amount, reported_currency AS currency FROM payment_mismatch
           WHERE payment_id = $1 AND resolved_at IS NULL AND reported_status = 'confirmed' ORDER BY id DESC LIMIT 1`,
    values: [paymentId],
  });
  return row;
}

export async function countOpenMismatches(db: Db): Promise<number> {
  const [row] = await db.query<{ count: bigint }>(
    `SELECT count(*) FROM payment_mismatch WHERE resolved_at IS NULL`,
  );
  return Number(row!.count);
}
