import type { Db } from '@baize/persistence';

export type TokenPurpose = 'email-verification' | 'password-reset';

/** A token that a mail carries. */
export interface MailToken {
  readonly digest: Buffer;
  readonly purpose: TokenPurpose;
  readonly playerId: string;
  /** Of the address that the mail goes to. */
  readonly emailIndex: Buffer;
  readonly lifeSeconds: number;
}

/** Stores a token in place of the earlier one; false when that one is younger than so many seconds. */
export async function replaceToken(db: Db, token: MailToken, pauseSeconds: number): Promise<boolean> {
  const stored = await db.query(
    `INSERT INTO mail_token AS t (digest, purpose, player_id, email_index, expires_at)
     VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 second')
     ON CONFLICT (player_id, purpose) DO UPDATE SET digest = excluded.digest, email_index = excluded.email_index,
       expires_at = excluded.expires_at, created_at = clock_timestamp()
       WHERE t.created_at <= clock_timestamp() - $6 * interval '1 second'
     RETURNING 1`,
    [token.digest, token.purpose, token.playerId, token.emailIndex, token.lifeSeconds, pauseSeconds],
  );
  return stored.length === 1;
}

/** Uses a token up: the player whom it was sent to, if the account still has that address. */
export async function spendToken(
  db: Db,
  brand: string,
  purpose: TokenPurpose,
  digest: Buffer,
): Promise<string | undefined> {
  const [row] = await db.query<{ playerId: string }>(
    `DELETE FROM mail_token t USING player p
     WHERE t.digest = $1 AND t.purpose = $2 AND t.expires_at > clock_timestamp() AND p.id = t.player_id
       AND p.brand = $3 AND p.email_index = t.email_index
     RETURNING t.player_id AS "playerId"`,
    [digest, purpose, brand],
  );
  return row?.playerId;
}

export async function dropTokens(db: Db, playerId: string): Promise<void> {
  await db.query('DELETE FROM mail_token WHERE player_id = $1', [playerId]);
}

export async function insertMail(
  db: Db,
  mail: { id: string; playerId: string; content: Buffer; lifeSeconds: number },
): Promise<void> {
  await db.query(
    `INSERT INTO mail (id, player_id, content, expires_at)
     VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 second')`,
    [mail.id, mail.playerId, mail.content, mail.lifeSeconds],
  );
}

export interface DueMail {
  readonly id: string;
  readonly personId: string;
  readonly wrappedKey: Buffer;
  readonly content: Buffer;
}

/** Takes some mails to be sent; whoever dies on them leaves them to be taken again after `retrySeconds`, then later. */
export async function takeDueMails(db: Db, limit: number, retrySeconds: number): Promise<DueMail[]> {
  return db.query<DueMail>(
    `WITH due AS (
       SELECT id FROM mail WHERE due_at <= clock_timestamp() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
     ), taken AS (
       UPDATE mail m SET attempts = m.attempts + 1,
         due_at = clock_timestamp() + $2 * least(2 ^ m.attempts, 120) * interval '1 second'
       FROM due WHERE m.id = due.id RETURNING m.id, m.player_id, m.content
     )
     SELECT t.id, p.person_id AS "personId", k.wrapped_key AS "wrappedKey", t.content
     FROM taken t JOIN player p ON p.id = t.player_id JOIN person_key k USING (person_id)`,
    [limit, retrySeconds],
  );
}

export async function deleteMail(db: Db, id: string): Promise<void> {
  await db.query('DELETE FROM mail WHERE id = $1', [id]);
}

/** Forgets some mails and tokens whose time is over. */
export async function deleteExpiredMails(db: Db, limit: number): Promise<void> {
  for (const [table, key] of [
    ['mail', 'id'],
    ['mail_token', 'digest'],
  ] as const) {
    await db.query(
      `DELETE FROM ${table} WHERE ${key} IN (
         SELECT ${key} FROM ${table} WHERE expires_at <= clock_timestamp() LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [limit],
    );
  }
}

export async function insertResetRequest(db: Db, brand: string, emailIndex: Buffer): Promise<void> {
  await db.query('INSERT INTO password_reset_request (brand, email_index) VALUES ($1, $2)', [
    brand,
    emailIndex,
  ]);
}

/** Takes some requests for good: within the running transaction. */
export async function takeResetRequests(
  db: Db,
  limit: number,
): Promise<{ brand: string; emailIndex: Buffer }[]> {
  return db.query(
    `DELETE FROM password_reset_request WHERE id IN (
       SELECT id FROM password_reset_request ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING brand, email_index AS "emailIndex"`,
    [limit],
  );
}
