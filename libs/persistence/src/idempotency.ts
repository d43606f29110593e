import { refuse, type IdempotencyKey, type Result } from '@baize/contracts';
import { uuidv7 } from 'uuidv7';
import type { Db } from './db';

/**
 * The table, for a service's migrations. The key is committed with the effect's first transaction and answered in its
 * last one; in between it is in progress. `owner_id` is the id of the effect, from which keys further down derive.
 */
export const idempotencySql = `
CREATE TABLE idempotency_key (
  caller text NOT NULL,
  brand text NOT NULL,
  operation text NOT NULL,
  key text NOT NULL,
  body_sha256 text NOT NULL,
  owner_id uuid NOT NULL,
  answer jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, brand, operation, key)
);
CREATE INDEX idempotency_key_owner ON idempotency_key (owner_id);
CREATE INDEX idempotency_key_age ON idempotency_key USING brin (created_at);
`;

/** The caller's key within its scope. */
export interface KeyScope extends IdempotencyKey {
  readonly brand: string;
  readonly operation: string;
}

/**
 * Claims a key in the effect's first transaction; of two requests at once one waits here and then sees the other.
 * @returns undefined when the effect is ours to do; else what to answer: the stored answer as a replay,
 *   `idempotency.key-reused` after another body, `idempotency.in-progress` while somebody does it
 */
export async function claimKey<T extends object>(
  db: Db,
  scope: KeyScope,
  ownerId: string,
): Promise<Result<T> | undefined> {
  const { caller, brand, operation, key, bodySha256 } = scope;
  const claimed = await db.query(
    `INSERT INTO idempotency_key (caller, brand, operation, key, body_sha256, owner_id) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [caller, brand, operation, key, bodySha256, ownerId],
  );
  return claimed.length > 0 ? undefined : ((await findAnswer<T>(db, scope)) ?? inProgress);
}

/** What a key is answered now, without claiming it: undefined when nobody used it. */
export async function findAnswer<T extends object>(db: Db, scope: KeyScope): Promise<Result<T> | undefined> {
  const { caller, brand, operation, key, bodySha256 } = scope;
  const [known] = await db.query<{ body_sha256: string; answer: Result<T> | null }>(
    `SELECT body_sha256, answer FROM idempotency_key
     WHERE caller = $1 AND brand = $2 AND operation = $3 AND key = $4`,
    [caller, brand, operation, key],
  );
  if (!known) return undefined;
  if (known.body_sha256 !== bodySha256)
    return refuse('idempotency.key-reused', 'This key came with another body before. Use a new key.');
  const { answer } = known;
  if (!answer) return inProgress;
  return answer.ok
    ? { ok: true, value: { ...answer.value, replayed: true } }
    : { ok: false, error: { ...answer.error, replayed: true } };
}

const inProgress = refuse(
  'idempotency.in-progress',
  'This request is being worked on. Ask again with the same key.',
);

/** Stores the answer in the effect's last transaction; the first one stays. */
export async function storeAnswer(db: Db, ownerId: string, answer: Result<unknown>): Promise<void> {
  await db.query(`UPDATE idempotency_key SET answer = $2 WHERE owner_id = $1 AND answer IS NULL`, [
    ownerId,
    answer,
  ]);
}

/** An effect of one transaction: claims the key, does it and stores its answer, or answers what the key was answered. */
export async function oncePerKey<T extends object>(
  db: Db,
  scope: KeyScope,
  act: (ownerId: string) => Promise<Result<T>>,
): Promise<Result<T>> {
  const ownerId = uuidv7();
  const known = await claimKey<T>(db, scope, ownerId);
  if (known) return known;
  const answer = await act(ownerId);
  await storeAnswer(db, ownerId, answer);
  return answer;
}

/** Forgets keys of more than a week, at most `limit` at a time; answers how many. */
export async function pruneKeys(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM idempotency_key WHERE created_at < now() - interval '7 days' LIMIT $1))
     RETURNING 1`,
    [limit],
  );
  return rows.length;
}
