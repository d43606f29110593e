import type { IdempotencyKey, PlayerRegisteredReply, Result } from '@baize/contracts';
import type { Db } from '@baize/persistence';

/** The answer that a registration ended with. */
export type RegistrationAnswer = Result<PlayerRegisteredReply>;

/** The scope of a key is (caller, brand, operation); this table is the operation. */
export interface RegistrationKey {
  readonly caller: string;
  readonly brand: string;
  readonly key: string;
}

export interface RegistrationRow {
  readonly bodySha256: string;
  readonly playerId: string | null;
  readonly answer: RegistrationAnswer | null;
}

export function registrationKey(brand: string, idempotency: IdempotencyKey): RegistrationKey {
  return { brand, caller: idempotency.caller, key: idempotency.key };
}

export async function findRegistration(db: Db, key: RegistrationKey): Promise<RegistrationRow | undefined> {
  const [row] = await db.query<RegistrationRow>(
    `SELECT body_sha256 AS "bodySha256", player_id AS "playerId", answer
     FROM registration WHERE caller = $1 AND brand = $2 AND key = $3`,
    [key.caller, key.brand, key.key],
  );
  return row;
}

/**
 * Commits the key, with the player that is being registered or with the refusal that ended it. False when the key
 * exists; a transaction that holds it is waited for.
 */
export async function insertRegistration(
  db: Db,
  key: RegistrationKey,
  row: { bodySha256: string; leaseMs: number } & ({ playerId: string } | { answer: RegistrationAnswer }),
): Promise<boolean> {
  const inserted = await db.query(
    `INSERT INTO registration (caller, brand, key, body_sha256, player_id, answer, leased_until)
     VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7 * interval '1 millisecond')
     ON CONFLICT DO NOTHING RETURNING key`,
    [
      key.caller,
      key.brand,
      key.key,
      row.bodySha256,
      'playerId' in row ? row.playerId : null,
      'answer' in row ? JSON.stringify(row.answer) : null,
      row.leaseMs,
    ],
  );
  return inserted.length === 1;
}

/** Takes over an unfinished registration whose worker is gone; undefined while somebody holds the lease. */
export async function claimRegistration(
  db: Db,
  key: RegistrationKey,
  leaseMs: number,
): Promise<string | undefined> {
  const [row] = await db.query<{ playerId: string }>(
    `UPDATE registration SET leased_until = clock_timestamp() + $4 * interval '1 millisecond'
     WHERE caller = $1 AND brand = $2 AND key = $3 AND answer IS NULL AND leased_until < clock_timestamp()
     RETURNING player_id AS "playerId"`,
    [key.caller, key.brand, key.key, leaseMs],
  );
  return row?.playerId;
}

/** Takes over some unfinished registrations whose workers are gone. */
export async function claimOrphans(
  db: Db,
  leaseMs: number,
  limit: number,
): Promise<{ key: RegistrationKey; playerId: string }[]> {
  const rows = await db.query<RegistrationKey & { playerId: string }>(
    `UPDATE registration r SET leased_until = clock_timestamp() + $1 * interval '1 millisecond'
     FROM (SELECT caller, brand, key FROM registration
           WHERE answer IS NULL AND leased_until < clock_timestamp()
           ORDER BY leased_until LIMIT $2 FOR UPDATE SKIP LOCKED) orphan
     WHERE (r.caller, r.brand, r.key) = (orphan.caller, orphan.brand, orphan.key)
     RETURNING r.caller, r.brand, r.key, r.player_id AS "playerId"`,
    [leaseMs, limit],
  );
  return rows.map(({ playerId, ...key }) => ({ key, playerId }));
}

/** Gives an unfinished registration up, so that a retry need not wait for the lease; it goes behind those that wait. */
export async function releaseRegistration(db: Db, key: RegistrationKey): Promise<void> {
  await db.query(
    `UPDATE registration SET leased_until = clock_timestamp()
     WHERE caller = $1 AND brand = $2 AND key = $3 AND answer IS NULL`,
    [key.caller, key.brand, key.key],
  );
}

/** Locks the registration and answers what it ended with, null while it is open. */
export async function lockAnswer(db: Db, key: RegistrationKey): Promise<RegistrationAnswer | null> {
  const [row] = await db.query<{ answer: RegistrationAnswer | null }>(
    'SELECT answer FROM registration WHERE caller = $1 AND brand = $2 AND key = $3 FOR UPDATE',
    [key.caller, key.brand, key.key],
  );
  if (!row) throw new Error('a registration vanished before it was answered');
  return row.answer;
}

export async function storeAnswer(db: Db, key: RegistrationKey, answer: RegistrationAnswer): Promise<void> {
  await db.query('UPDATE registration SET answer = $4 WHERE caller = $1 AND brand = $2 AND key = $3', [
    key.caller,
    key.brand,
    key.key,
    JSON.stringify(answer),
  ]);
}

/** Forgets some answered keys older than the retention. */
export async function deleteOldRegistrations(db: Db, hours: number, limit: number): Promise<void> {
  await db.query(
    `DELETE FROM registration WHERE (caller, brand, key) IN (
       SELECT caller, brand, key FROM registration
       WHERE created_at < clock_timestamp() - $1 * interval '1 hour' AND answer IS NOT NULL
       ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [hours, limit],
  );
}
