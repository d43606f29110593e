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
 * Some persons whose retention seems over: every account of everybody who is the same person was closed so many years
 * ago. Look again once they are locked: see {@link isRetentionOver}.
 */
export async function findErasable(db: Db, years: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT DISTINCT coalesce(own.root_id, own.id) AS id FROM player p JOIN person own ON own.id = p.person_id
     WHERE p.closed_at < clock_timestamp() - $1 * interval '1 year' AND p.erased_at IS NULL
       AND NOT EXISTS (
         SELECT FROM person one JOIN player o ON o.person_id = one.id
         WHERE (one.id = coalesce(own.root_id, own.id) OR one.root_id = coalesce(own.root_id, own.id))
           AND o.erased_at IS NULL AND coalesce(o.closed_at, 'infinity') >= clock_timestamp() - $1 * interval '1 year')
     LIMIT $2`,
    [years, limit],
  );
  return rows.map(({ id }) => id);
}

/** Whether no account of these persons keeps them; in a later statement than their lock, which registrations take too. */
export async function isRetentionOver(db: Db, personIds: readonly string[], years: number): Promise<boolean> {
  const kept = await db.query(
    `SELECT FROM player WHERE person_id = ANY ($1) AND erased_at IS NULL
       AND coalesce(closed_at, 'infinity') >= clock_timestamp() - $2 * interval '1 year' LIMIT 1`,
    [personIds, years],
  );
  return kept.length === 0;
}

export interface ErasedPlayer {
  readonly id: string;
  readonly brand: string;
  readonly erasedAt: Date;
}

/** What of a player's rows holds or leads to personal data, beside the player itself. */
const belongings = ['player_session', 'mail', 'mail_token', 'player_totp', 'profile_change'] as const;

/**
 * Drops the keys of everybody who is this person, after which nothing sealed under them can be read again, and the blind
 * indexes of the accounts. Of a person who was ever restricted, in whatever account, all identifiers stay: an exclusion
 * must find them again.
 */
export async function erasePersons(db: Db, personIds: readonly string[]): Promise<ErasedPlayer[]> {
  await db.query(
    `DELETE FROM person_identifier WHERE person_id = ANY ($1)
       AND NOT EXISTS (SELECT FROM restriction WHERE person_id = ANY ($1))`,
    [personIds],
  );
  await db.query(
    `DELETE FROM spent_refresh_token WHERE session_id IN (
       SELECT s.id FROM player_session s JOIN player p ON p.id = s.player_id WHERE p.person_id = ANY ($1))`,
    [personIds],
  );
  for (const table of belongings) {
    await db.query(
      `DELETE FROM ${table} t USING player p WHERE p.id = t.player_id AND p.person_id = ANY ($1)`,
      [personIds],
    );
  }
  await db.query(
    `UPDATE limit_epoch e SET age_due_at = NULL FROM player p WHERE p.id = e.player_id AND p.person_id = ANY ($1)`,
    [personIds],
  );
  await db.query('DELETE FROM person_key WHERE person_id = ANY ($1)', [personIds]);
  return db.query<ErasedPlayer>(
    `UPDATE player SET profile = '', password_hash = '', consents = '{}', click_id = NULL, phone_index = NULL,
       email_index = sha256(convert_to(gen_random_uuid()::text, 'UTF8')),
       name_birth_index = sha256(convert_to(gen_random_uuid()::text, 'UTF8')), erased_at = clock_timestamp()
     WHERE person_id = ANY ($1) AND erased_at IS NULL RETURNING id, brand, erased_at AS "erasedAt"`,
    [personIds],
  );
}
