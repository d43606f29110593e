import type { Db } from '@baize/persistence';

/** Seconds until logins with this e-mail are tried again; 0 when they are not locked. */
export async function findLock(db: Db, brand: string, emailIndex: Buffer): Promise<number> {
  const [row] = await db.query<{ seconds: number }>(
    `SELECT ceil(extract(epoch FROM locked_until - clock_timestamp()))::int AS seconds FROM login_guard
     WHERE brand = $1 AND email_index = $2 AND locked_until > clock_timestamp()`,
    [brand, emailIndex],
  );
  return row?.seconds ?? 0;
}

/**
 * Counts a failed login; the row stays locked until commit. Returns the failures in a row, 0 when this one changes
 * nothing because the account is locked already.
 */
export async function countFailure(db: Db, brand: string, emailIndex: Buffer): Promise<number> {
  const [row] = await db.query<{ failures: number }>(
    `INSERT INTO login_guard AS g (brand, email_index, failures) VALUES ($1, $2, 1)
     ON CONFLICT (brand, email_index) DO UPDATE SET failures = g.failures + 1, updated_at = clock_timestamp()
       WHERE coalesce(g.locked_until, '-infinity') <= clock_timestamp()
     RETURNING failures`,
    [brand, emailIndex],
  );
  return row?.failures ?? 0;
}

export async function lockLogin(db: Db, brand: string, emailIndex: Buffer, seconds: number): Promise<void> {
  await db.query(
    `UPDATE login_guard SET locked_until = clock_timestamp() + $3 * interval '1 second'
     WHERE brand = $1 AND email_index = $2`,
    [brand, emailIndex, seconds],
  );
}

/**
 * Forgets the failures, unless they lock the account by now: of many guesses at once the right one counts only
 * when it comes before the failure that locks. False when locked.
 */
export async function clearFailures(db: Db, brand: string, emailIndex: Buffer): Promise<boolean> {
  const [row] = await db.query<{ locked: boolean }>(
    `SELECT coalesce(locked_until > clock_timestamp(), false) AS locked FROM login_guard
     WHERE brand = $1 AND email_index = $2 FOR UPDATE`,
    [brand, emailIndex],
  );
  if (row?.locked === true) return false;
  if (row)
    await db.query('DELETE FROM login_guard WHERE brand = $1 AND email_index = $2', [brand, emailIndex]);
  return true;
}

/** Forgets the failures and the lock: whoever reads the account's mail is its owner. */
export async function dropGuard(db: Db, brand: string, emailIndex: Buffer): Promise<void> {
  await db.query('DELETE FROM login_guard WHERE brand = $1 AND email_index = $2', [brand, emailIndex]);
}

/** Forgets failures that nobody added to for a day. */
export async function deleteOldGuards(db: Db, limit: number): Promise<void> {
  await db.query(
    `DELETE FROM login_guard WHERE (brand, email_index) IN (
       SELECT brand, email_index FROM login_guard
       WHERE updated_at < clock_timestamp() - interval '1 day'
         AND coalesce(locked_until, '-infinity') < clock_timestamp()
       ORDER BY updated_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [limit],
  );
}
