import type { IdempotencyKey } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { CheckStatus } from '../domain/kyc';
import type { CheckKind } from '../domain/market-checks';

export interface KycCheckRow {
  readonly id: string;
  readonly playerId: string;
  readonly brand: string;
  readonly kind: CheckKind;
  readonly vendor: string;
  readonly status: CheckStatus;
  readonly reference: string | null;
  readonly url: string | null;
  readonly reason: string | null;
  readonly decidedAt: Date | null;
  readonly documentExpiresOn: string | null;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly bodySha256: string;
}

const columns = `id, player_id AS "playerId", brand, kind, vendor, status, reference, url, reason,
  decided_at AS "decidedAt", to_char(document_expires_on, 'YYYY-MM-DD') AS "documentExpiresOn", attempts,
  created_at AS "createdAt", body_sha256 AS "bodySha256"`;

export interface NewCheck {
  readonly id: string;
  readonly playerId: string;
  readonly brand: string;
  readonly kind: CheckKind;
  readonly vendor: string;
  readonly deadlineHours: number;
}

/** Inserts the check under its idempotency key; false when the key exists. */
export async function insertCheck(
  db: Db,
  check: NewCheck,
  { caller, key, bodySha256 }: IdempotencyKey,
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO kyc_check (id, player_id, brand, kind, vendor, status, next_attempt_at, deadline_at, caller, key, body_sha256)
     VALUES ($1, $2, $3, $4, $5, 'created', clock_timestamp() + interval '10 seconds',
       clock_timestamp() + $6 * interval '1 hour', $7, $8, $9)
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      check.id,
      check.playerId,
      check.brand,
      check.kind,
      check.vendor,
      check.deadlineHours,
      caller,
      key,
      bodySha256,
    ],
  );
  return rows.length > 0;
}

export async function findCheckByKey(
  db: Db,
  brand: string,
  key: IdempotencyKey,
): Promise<KycCheckRow | undefined> {
  const [row] = await db.query<KycCheckRow>(
    `SELECT ${columns} FROM kyc_check WHERE caller = $1 AND brand = $2 AND key = $3`,
    [key.caller, brand, key.key],
  );
  return row;
}

/** Newest first. */
export function listChecks(db: Db, playerId: string, limit: number): Promise<KycCheckRow[]> {
  return db.query<KycCheckRow>(
    `SELECT ${columns} FROM kyc_check WHERE player_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`,
    [playerId, limit],
  );
}

export async function lockCheck(db: Db, id: string): Promise<KycCheckRow | undefined> {
  const [row] = await db.query<KycCheckRow>(`SELECT ${columns} FROM kyc_check WHERE id = $1 FOR UPDATE`, [
    id,
  ]);
  return row;
}

/**
 * The check that a vendor speaks of: by its own id, by ours, or the newest of a player at this vendor where the
 * vendor knows the player alone. An id that is no UUID finds by the vendor's alone.
 */
export async function findSpokenOf(
  db: Db,
  named: { brand: string; vendor: string; reference: string; subject: string | null },
): Promise<{ id: string; playerId: string } | undefined> {
  const [row] = await db.query<{ id: string; playerId: string }>(
    `SELECT id, player_id AS "playerId" FROM kyc_check
     WHERE brand = $1 AND vendor = $2 AND (reference = $3 OR id = $4::uuid OR player_id = $4::uuid)
     ORDER BY reference = $3 DESC NULLS LAST, id = $4::uuid DESC NULLS LAST, created_at DESC LIMIT 1`,
    [named.brand, named.vendor, named.reference, named.subject],
  );
  return row;
}

export interface CheckChange {
  readonly status: CheckStatus;
  readonly reference?: string | undefined;
  readonly url?: string | undefined;
  readonly reason?: string | undefined;
  readonly decidedAt?: Date | undefined;
  readonly documentExpiresOn?: string | undefined;
  /** Until the vendor is asked again. */
  readonly pauseMs?: number;
}

/** Moves a locked check. The vendor's id stays what it was first. */
export async function changeCheck(db: Db, id: string, change: CheckChange): Promise<void> {
  await db.query(
    `UPDATE kyc_check SET status = $2, reference = coalesce(reference, $3), url = coalesce($4, url), reason = $5,
       decided_at = coalesce($6, decided_at), document_expires_on = $7, attempts = attempts + 1,
       next_attempt_at = clock_timestamp() + $8 * interval '1 millisecond'
     WHERE id = $1`,
    [
      id,
      change.status,
      change.reference ?? null,
      change.url ?? null,
      change.reason ?? null,
      change.decidedAt ?? null,
      change.documentExpiresOn ?? null,
      change.pauseMs ?? 0,
    ],
  );
}

/** Takes some open checks whose time has come; others leave them alone for the lease. */
export function claimDueChecks(
  db: Db,
  leaseMs: number,
  limit: number,
): Promise<(KycCheckRow & { isOver: boolean })[]> {
  return db.query(
    `UPDATE kyc_check c SET next_attempt_at = clock_timestamp() + $1 * interval '1 millisecond'
     FROM (SELECT id AS due FROM kyc_check
           WHERE status IN ('created', 'unknown', 'pending') AND next_attempt_at < clock_timestamp()
           ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED) d
     WHERE c.id = d.due RETURNING ${columns}, deadline_at < clock_timestamp() AS "isOver"`,
    [leaseMs, limit],
  );
}

/** Approved checks whose document has expired; the day after the last one that it holds for. */
export function findExpiredDocuments(db: Db, limit: number): Promise<{ id: string; playerId: string }[]> {
  return db.query(
    `SELECT id, player_id AS "playerId" FROM kyc_check
     WHERE status = 'approved' AND document_expires_on < (clock_timestamp() AT TIME ZONE 'UTC')::date LIMIT $1`,
    [limit],
  );
}
