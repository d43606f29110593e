import type { IdempotencyKey, Refusal, Result } from '@baize/contracts';
import type { Db } from '@baize/persistence';

/** The caller's key within its scope. */
export interface KeyScope extends IdempotencyKey {
  readonly brand: string;
  readonly operation: string;
}

/** What a key says about a request: it is ours to serve, someone serves it, or it has an answer. */
export type Claim =
  | { readonly state: 'claimed' }
  | { readonly state: 'in-progress' }
  | { readonly state: 'reused' }
  | { readonly state: 'answered'; readonly answer: Result<unknown> };

/** Claims a key in the effect's first transaction; of two requests at once one waits here and then sees the other. */
export async function claimKey(db: Db, scope: KeyScope, ownerId: string): Promise<Claim> {
  const { caller, brand, operation, key, bodySha256 } = scope;
  const claimed = await db.query(
    `INSERT INTO idempotency_key (caller, brand, operation, key, body_sha256, owner_id) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [caller, brand, operation, key, bodySha256, ownerId],
  );
  if (claimed.length > 0) return { state: 'claimed' };
  const [known] = await db.query<{ body_sha256: string; answer: Result<unknown> | null }>(
    `SELECT body_sha256, answer FROM idempotency_key WHERE caller = $1 AND brand = $2 AND operation = $3 AND key = $4`,
    [caller, brand, operation, key],
  );
  if (known && known.body_sha256 !== bodySha256) return { state: 'reused' };
  return known?.answer ? { state: 'answered', answer: known.answer } : { state: 'in-progress' };
}

/** Stores the answer in the effect's last transaction; the first one stays. */
export async function storeAnswer(db: Db, ownerId: string, answer: Result<unknown>): Promise<void> {
  await db.query(`UPDATE idempotency_key SET answer = $2 WHERE owner_id = $1 AND answer IS NULL`, [
    ownerId,
    answer,
  ]);
}

/** The stored answer of an owner if it is a refusal. */
export async function findRefusal(
  db: Db,
  ownerId: string,
): Promise<{ ok: false; error: Refusal } | undefined> {
  const [row] = await db.query<{ answer: { ok: false; error: Refusal } }>(
    `SELECT answer FROM idempotency_key WHERE owner_id = $1 AND answer ->> 'ok' = 'false'`,
    [ownerId],
  );
  return row?.answer;
}

/** Forgets keys of more than a week, at most 1,000 at a time. */
export async function pruneKeys(db: Db): Promise<void> {
  await db.query(
    `DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM idempotency_key WHERE created_at < now() - interval '7 days' LIMIT 1000))`,
  );
}
