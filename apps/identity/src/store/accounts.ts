import type { Db } from '@baize/persistence';
import { endSession } from './events';
import { isUuid } from './players';

/** An account with what changes to it are decided on. */
export interface Account {
  readonly id: string;
  readonly personId: string;
  readonly wrappedKey: Buffer;
  readonly brand: string;
  readonly status: 'active' | 'suspended' | 'closed';
  readonly country: string;
  readonly emailIndex: Buffer;
  readonly emailState: 'not-asked' | 'pending' | 'verified';
  readonly passwordHash: string;
  readonly profile: Buffer;
  readonly closedAt: Date | null;
  readonly createdAt: Date;
}

const columns = `p.id, p.person_id AS "personId", k.wrapped_key AS "wrappedKey", p.brand, p.status, p.country,
  p.email_index AS "emailIndex", p.email_state AS "emailState", p.password_hash AS "passwordHash", p.profile,
  p.closed_at AS "closedAt", p.created_at AS "createdAt"`;
const known = `FROM player p JOIN person_key k USING (person_id)
  WHERE p.status <> 'pending' AND p.erased_at IS NULL AND p.brand = $1`;

export async function findAccount(db: Db, brand: string, playerId: string): Promise<Account | undefined> {
  if (!isUuid(playerId)) return undefined;
  const [row] = await db.query<Account>(`SELECT ${columns} ${known} AND p.id = $2`, [brand, playerId]);
  return row;
}

/** Locks the account until commit: changes to it happen one after the other. */
export async function lockAccount(db: Db, brand: string, playerId: string): Promise<Account | undefined> {
  if (!isUuid(playerId)) return undefined;
  const [row] = await db.query<Account>(`SELECT ${columns} ${known} AND p.id = $2 FOR UPDATE OF p`, [
    brand,
    playerId,
  ]);
  return row;
}

export async function findAccountByEmail(
  db: Db,
  brand: string,
  emailIndex: Buffer,
): Promise<Account | undefined> {
  const [row] = await db.query<Account>(`SELECT ${columns} ${known} AND p.email_index = $2`, [
    brand,
    emailIndex,
  ]);
  return row;
}

export async function setPasswordHash(db: Db, playerId: string, hash: string): Promise<void> {
  await db.query('UPDATE player SET password_hash = $2 WHERE id = $1', [playerId, hash]);
}

export async function setEmailState(db: Db, playerId: string, state: Account['emailState']): Promise<void> {
  await db.query('UPDATE player SET email_state = $2 WHERE id = $1', [playerId, state]);
}

/** Ends every living session of the player, or the one; tokens stop with the commit. Answers how many there were. */
export async function revokeSessions(db: Db, playerId: string, sessionId?: string): Promise<number> {
  const living = await db.query<{ id: string }>(
    `SELECT id FROM player_session WHERE player_id = $1 AND ended_at IS NULL AND ($2::uuid IS NULL OR id = $2)
     ORDER BY started_at`,
    [playerId, sessionId ?? null],
  );
  let ended = 0;
  for (const { id } of living) if (await endSession(db, id, 'revoked')) ended += 1;
  return ended;
}
