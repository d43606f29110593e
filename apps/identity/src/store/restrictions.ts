import type { Actor, ExclusionDto, IdempotencyKey, RestrictionKind } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { isUuid } from './players';

export interface NewRestriction {
  readonly id: string;
  readonly personId: string;
  readonly kind: RestrictionKind;
  readonly reason: string;
  readonly actor: Actor;
  readonly brand: string;
  readonly playerId: string;
  readonly expiresAt: Date | null;
  readonly policyVersion: string;
}

export interface Restriction {
  readonly id: string;
  readonly personId: string;
  readonly playerId: string;
  readonly brand: string;
  readonly kind: RestrictionKind;
  readonly reason: string;
  readonly requestedBy: string;
  readonly epoch: bigint;
  readonly sequence: bigint;
  readonly effectiveAt: Date;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
}

const columns = `r.id, r.person_id AS "personId", r.player_id AS "playerId", r.brand, r.kind, r.reason,
  r.requested_by AS "requestedBy", r.epoch, r.sequence, r.effective_at AS "effectiveAt", r.expires_at AS "expiresAt",
  r.ended_at AS "endedAt"`;

export const nameOf = ({ kind, id }: Actor) => `${kind}:${id}`;

/**
 * Inserts a restriction; its epoch and sequence are drawn later in the transaction. It ends no earlier than any of its
 * kind that is in force for the same person: the longest counts.
 */
export async function insertRestriction(
  db: Db,
  restriction: NewRestriction,
  personIds: readonly string[],
): Promise<void> {
  const { id, personId, kind, reason, actor, brand, playerId, expiresAt, policyVersion } = restriction;
  await db.query(
    `INSERT INTO restriction (id, person_id, kind, reason, requested_by, brand, player_id, epoch, sequence, policy_version, expires_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, 0, 0, $8, nullif(greatest(coalesce($9::timestamptz, 'infinity'), max(coalesce(r.expires_at, 'infinity'))), 'infinity')
     FROM restriction r WHERE r.person_id = ANY ($10) AND r.kind = $3 AND r.ended_at IS NULL`,
    [id, personId, kind, reason, nameOf(actor), brand, playerId, policyVersion, expiresAt, personIds],
  );
}

export async function numberRestriction(db: Db, id: string, change: { epoch: number; sequence: number }) {
  await db.query(`UPDATE restriction SET epoch = $2, sequence = $3 WHERE id = $1`, [
    id,
    change.epoch,
    change.sequence,
  ]);
}

export async function findRestriction(db: Db, id: string, brand: string): Promise<Restriction | undefined> {
  if (!isUuid(id)) return undefined;
  const [row] = await db.query<Restriction>(
    `SELECT ${columns} FROM restriction r WHERE r.id = $1 AND r.brand = $2`,
    [id, brand],
  );
  return row;
}

/** Restrictions of everybody who is the same person, newest first. */
export async function listRestrictions(db: Db, personId: string, limit: number): Promise<Restriction[]> {
  return db.query<Restriction>(
    `SELECT ${columns} FROM restriction r JOIN person p ON p.id = r.person_id
     WHERE coalesce(p.root_id, p.id) = (SELECT coalesce(root_id, id) FROM person WHERE id = $1)
     ORDER BY r.effective_at DESC LIMIT $2`,
    [personId, limit],
  );
}

/** Those that end by themselves and whose time is over. A self-exclusion is not among them. */
export async function findExpired(db: Db, limit: number): Promise<Restriction[]> {
  return db.query<Restriction>(
    `SELECT ${columns} FROM restriction r
     WHERE r.ended_at IS NULL AND r.kind IN ('time-out', 'operator-block') AND r.expires_at <= clock_timestamp()
     ORDER BY r.expires_at LIMIT $1`,
    [limit],
  );
}

/** Ends a restriction; false when it had ended already. The person's group is locked. */
export async function endRestriction(
  db: Db,
  id: string,
  reason: 'expired' | 'lifted' | 'register-cleared',
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE restriction SET ended_at = clock_timestamp(), end_reason = $2 WHERE id = $1 AND ended_at IS NULL RETURNING 1`,
    [id, reason],
  );
  return rows.length > 0;
}

/** What an idempotency key stands for. */
export interface ExclusionRequest {
  readonly bodySha256: string;
  readonly restrictionId: string;
  readonly answer: ExclusionDto | null;
}

export async function findRequest(
  db: Db,
  brand: string,
  { caller, key }: IdempotencyKey,
): Promise<ExclusionRequest | undefined> {
  const [row] = await db.query<ExclusionRequest>(
    `SELECT body_sha256 AS "bodySha256", restriction_id AS "restrictionId", answer
     FROM exclusion_request WHERE caller = $1 AND brand = $2 AND key = $3`,
    [caller, brand, key],
  );
  return row;
}

/** Claims the key for a restriction; false when another request has it, whose transaction is waited for. */
export async function insertRequest(
  db: Db,
  brand: string,
  { caller, key, bodySha256 }: IdempotencyKey,
  restrictionId: string,
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO exclusion_request (caller, brand, key, body_sha256, restriction_id) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [caller, brand, key, bodySha256, restrictionId],
  );
  return rows.length > 0;
}

/** Stores the acknowledgement; of two at once the first stays, and both say it. */
export async function storeAnswer(
  db: Db,
  brand: string,
  { caller, key }: IdempotencyKey,
  answer: ExclusionDto,
): Promise<ExclusionDto> {
  const [row] = await db.query<{ answer: ExclusionDto }>(
    `UPDATE exclusion_request SET answer = coalesce(answer, $4) WHERE caller = $1 AND brand = $2 AND key = $3 RETURNING answer`,
    [caller, brand, key, JSON.stringify(answer)],
  );
  return row?.answer ?? answer;
}
