import { refuse, type IdempotencyKey, type Result } from '@baize/contracts';
import type { Db } from '@baize/persistence';

/** The caller's key within its scope. */
export interface KeyScope extends IdempotencyKey {
  readonly brand: string;
  readonly operation: string;
}

/**
 * Does something once per key, in the running transaction: claims the key, stores the answer, and answers a repeat
 * with what was stored. Of two requests at once the second waits here for the first one's commit.
 */
export async function oncePerKey<T extends object>(
  db: Db,
  scope: KeyScope,
  act: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const { caller, brand, operation, key, bodySha256 } = scope;
  const ids = [caller, brand, operation, key];
  const claimed = await db.query(
    `INSERT INTO idempotency_key (caller, brand, operation, key, body_sha256) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [...ids, bodySha256],
  );
  if (claimed.length === 0) return storedAnswer<T>(db, ids, bodySha256);
  const answer = await act();
  await db.query(
    `UPDATE idempotency_key SET answer = $5 WHERE caller = $1 AND brand = $2 AND operation = $3 AND key = $4`,
    [...ids, JSON.stringify(answer)],
  );
  return answer;
}

/** What a key has been answered, for acts that are safe to do again before they are written down. */
export async function findAnswer<T extends object>(db: Db, scope: KeyScope): Promise<Result<T> | undefined> {
  const { caller, brand, operation, key, bodySha256 } = scope;
  const ids = [caller, brand, operation, key];
  const [known] = await db.query(
    `SELECT 1 FROM idempotency_key WHERE caller = $1 AND brand = $2 AND operation = $3 AND key = $4`,
    ids,
  );
  return known === undefined ? undefined : storedAnswer<T>(db, ids, bodySha256);
}

async function storedAnswer<T extends object>(
  db: Db,
  ids: readonly string[],
  bodySha256: string,
): Promise<Result<T>> {
  const [known] = await db.query<{ body_sha256: string; answer: Result<T> | null }>(
    `SELECT body_sha256, answer FROM idempotency_key
     WHERE caller = $1 AND brand = $2 AND operation = $3 AND key = $4`,
    ids,
  );
  if (known && known.body_sha256 !== bodySha256)
    return refuse('idempotency.key-reused', 'The key was used with another request.');
  if (!known?.answer) return refuse('idempotency.in-progress', 'The first request is still being served.');
  const { answer } = known;
  return answer.ok
    ? { ok: true, value: { ...answer.value, replayed: true } }
    : { ok: false, error: { ...answer.error, replayed: true } };
}

/** Forgets keys of more than a week, at most `limit` at a time; answers how many. */
export async function pruneKeys(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM idempotency_key WHERE created_at < clock_timestamp() - interval '7 days' LIMIT $1))
     RETURNING 1`,
    [limit],
  );
  return rows.length;
}
