import type { Refusal } from '@baize/contracts';
import type { Db } from '@baize/persistence';

/** `posting` is on its way to the ledger: whoever finds it there for long posts it again, its id makes that safe. */
export type AdjustmentStatus = 'awaiting-approval' | 'posting' | 'posted' | 'refused';

export interface Adjustment {
  readonly id: string;
  readonly brand: string;
  readonly playerId: string;
  readonly currency: string;
  /** Signed minor units. */
  readonly amount: bigint;
  readonly reason: string;
  readonly requestedBy: string;
  readonly approvedBy: string | null;
  readonly status: AdjustmentStatus;
  readonly createdAt: Date;
}

const columns = `id, brand, player_id AS "playerId", currency, amount, reason, requested_by AS "requestedBy",
  approved_by AS "approvedBy", status, created_at AS "createdAt"`;

export async function insertAdjustment(
  db: Db,
  adjustment: Omit<Adjustment, 'approvedBy' | 'createdAt'>,
): Promise<Adjustment> {
  const { id, brand, playerId, currency, amount, reason, requestedBy, status } = adjustment;
  const [row] = await db.query<Adjustment>(
    `INSERT INTO adjustment (id, brand, player_id, currency, amount, reason, requested_by, status)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`,
    [id, brand, playerId, currency, amount, reason, requestedBy, status],
  );
  return row!;
}

export async function lockAdjustment(db: Db, brand: string, id: string): Promise<Adjustment | undefined> {
  const [row] = await db.query<Adjustment>(
    `SELECT ${columns} FROM adjustment WHERE id = $1 AND brand = $2 FOR UPDATE`,
    [id, brand],
  );
  return row;
}

export async function markApproved(db: Db, id: string, approvedBy: string): Promise<Adjustment> {
  const [row] = await db.query<Adjustment>(
    `UPDATE adjustment SET status = 'posting', approved_by = $2, posting_since = now() WHERE id = $1 RETURNING ${columns}`,
    [id, approvedBy],
  );
  return row!;
}

export async function markDecided(db: Db, id: string, status: 'posted' | 'refused'): Promise<void> {
  await db.query(`UPDATE adjustment SET status = $2 WHERE id = $1`, [id, status]);
}

/** Adjustments that a crash left in posting, oldest first. */
export async function findOrphans(db: Db, olderThanMs: number): Promise<Adjustment[]> {
  return db.query<Adjustment>(
    `SELECT ${columns} FROM adjustment WHERE status = 'posting' AND posting_since < now() - $1 * interval '1 ms'
     ORDER BY posting_since LIMIT 100`,
    [olderThanMs],
  );
}

/** What an adjustment was answered, if that was a refusal. */
export async function findRefusal(
  db: Db,
  adjustmentId: string,
): Promise<{ ok: false; error: Refusal } | undefined> {
  const [row] = await db.query<{ answer: { ok: false; error: Refusal } }>(
    `SELECT answer FROM idempotency_key WHERE owner_id = $1 AND answer ->> 'ok' = 'false'`,
    [adjustmentId],
  );
  return row?.answer;
}
