import type { Db } from '@baize/persistence';

export async function closePlayer(db: Db, playerId: string): Promise<Date> {
  const rows = await db.query<{ closedAt: Date }>(
    `UPDATE player SET status = 'closed', closed_at = clock_timestamp() WHERE id = $1
     RETURNING closed_at AS "closedAt"`,
    [playerId],
  );
  return rows[0]!.closedAt;
}

/** @param profile the profile without its device, sealed */
export async function eraseMarketingData(db: Db, playerId: string, profile: Buffer): Promise<void> {
  await db.query(`UPDATE player SET click_id = NULL, consents = '{}', profile = $2 WHERE id = $1`, [
    playerId,
    profile,
  ]);
}

/**
 * Takes some persons whose retention is over: every account was closed so many years ago. They are locked until commit,
 * and a registration that would join them waits for the lock of its identifiers, not for this: see {@link erasePerson}.
 */
export async function takePersonsToErase(db: Db, years: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT id FROM person
     WHERE id IN (
       SELECT p.person_id FROM player p
       WHERE p.closed_at < clock_timestamp() - $1 * interval '1 year' AND p.erased_at IS NULL
         AND NOT EXISTS (
           SELECT FROM player o WHERE o.person_id = p.person_id
             AND coalesce(o.closed_at, 'infinity') >= clock_timestamp() - $1 * interval '1 year')
       LIMIT $2)
     FOR UPDATE SKIP LOCKED`,
    [years, limit],
  );
  return rows.map(({ id }) => id);
}

export interface ErasedPlayer {
  readonly id: string;
  readonly brand: string;
  readonly erasedAt: Date;
}

/** What of a player's rows holds or leads to personal data, beside the player itself. */
const belongings = ['player_session', 'mail', 'mail_token', 'player_totp', 'profile_change'] as const;

/**
 * Drops the person's key, after which nothing sealed under it can be read again, and the blind indexes of the accounts.
 * Of a person who was ever restricted the identifiers stay: an exclusion must find them again.
 */
export async function erasePerson(db: Db, personId: string): Promise<ErasedPlayer[]> {
  await db.query(
    `DELETE FROM person_identifier WHERE person_id = $1
       AND NOT EXISTS (SELECT FROM person WHERE id = $1 AND epoch > 0)`,
    [personId],
  );
  await db.query(
    `DELETE FROM spent_refresh_token WHERE session_id IN (
       SELECT s.id FROM player_session s JOIN player p ON p.id = s.player_id WHERE p.person_id = $1)`,
    [personId],
  );
  for (const table of belongings) {
    await db.query(`DELETE FROM ${table} t USING player p WHERE p.id = t.player_id AND p.person_id = $1`, [
      personId,
    ]);
  }
  await db.query('DELETE FROM person_key WHERE person_id = $1', [personId]);
  return db.query<ErasedPlayer>(
    `UPDATE player SET profile = '', password_hash = '', consents = '{}', click_id = NULL, phone_index = NULL,
       email_index = sha256(convert_to(gen_random_uuid()::text, 'UTF8')),
       name_birth_index = sha256(convert_to(gen_random_uuid()::text, 'UTF8')), erased_at = clock_timestamp()
     WHERE person_id = $1 AND erased_at IS NULL RETURNING id, brand, erased_at AS "erasedAt"`,
    [personId],
  );
}
