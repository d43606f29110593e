import type { AuthenticatedSession } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { StoredTokens } from '../crypto/tokens';

export type EndReason = 'logout' | 'expired' | 'revoked' | 'refresh-reuse';

export interface SessionOwner {
  readonly sessionId: string;
  readonly playerId: string;
  readonly brand: string;
}

export async function insertSession(
  db: Db,
  owner: SessionOwner,
  tokens: StoredTokens,
  context: Buffer,
): Promise<Date> {
  const rows = await db.query<{ startedAt: Date }>(
    `INSERT INTO player_session (id, player_id, brand, access_digest, access_expires_at, refresh_digest,
       refresh_expires_at, context)
     VALUES ($1, $2, $3, $4, clock_timestamp() + $6 * interval '1 second',
       $5, clock_timestamp() + $7 * interval '1 second', $8)
     RETURNING started_at AS "startedAt"`,
    [
      owner.sessionId,
      owner.playerId,
      owner.brand,
      tokens.accessDigest,
      tokens.refreshDigest,
      tokens.accessSeconds,
      tokens.refreshSeconds,
      context,
    ],
  );
  const [row] = rows as [{ startedAt: Date }];
  return row.startedAt;
}

/** The living session behind an access token: one look-up by its digest, on the path of every player's request. */
export async function findLivingSession(
  db: Db,
  accessDigest: Buffer,
): Promise<AuthenticatedSession | undefined> {
  const [row] = await db.query<AuthenticatedSession>({
    name: 'identity-authenticate',
    text: `SELECT s.id AS "sessionId", s.player_id AS "playerId", s.brand
      FROM player_session s JOIN player p ON p.id = s.player_id
      WHERE s.access_digest = $1 AND s.ended_at IS NULL AND s.access_expires_at > clock_timestamp()
        AND p.status = 'active'`,
    values: [accessDigest],
  });
  return row;
}

/**
 * Exchanges a living session's refresh token for new tokens and remembers it as spent. Of two that come at once the
 * second waits for the row, finds another digest in it, and gets undefined.
 */
export async function rotateTokens(
  db: Db,
  brand: string,
  spentDigest: Buffer,
  tokens: StoredTokens,
): Promise<SessionOwner | undefined> {
  const [session] = await db.query<SessionOwner>(
    `UPDATE player_session s SET access_digest = $3, refresh_digest = $4,
       access_expires_at = clock_timestamp() + $5 * interval '1 second',
       refresh_expires_at = clock_timestamp() + $6 * interval '1 second'
     FROM player p
     WHERE s.refresh_digest = $1 AND s.brand = $2 AND s.ended_at IS NULL
       AND s.refresh_expires_at > clock_timestamp() AND p.id = s.player_id AND p.status = 'active'
     RETURNING s.id AS "sessionId", s.player_id AS "playerId", s.brand`,
    [
      spentDigest,
      brand,
      tokens.accessDigest,
      tokens.refreshDigest,
      tokens.accessSeconds,
      tokens.refreshSeconds,
    ],
  );
  if (session) {
    await db.query('INSERT INTO spent_refresh_token (digest, session_id) VALUES ($1, $2)', [
      spentDigest,
      session.sessionId,
    ]);
  }
  return session;
}

/** The session that spent this refresh token before. */
export async function findSpentToken(db: Db, brand: string, digest: Buffer): Promise<string | undefined> {
  const [row] = await db.query<{ sessionId: string }>(
    `SELECT t.session_id AS "sessionId" FROM spent_refresh_token t JOIN player_session s ON s.id = t.session_id
     WHERE t.digest = $1 AND s.brand = $2`,
    [digest, brand],
  );
  return row?.sessionId;
}

/** The session of an access token, expired or not, so that it can be ended. */
export async function findSessionToEnd(db: Db, accessDigest: Buffer): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    'SELECT id FROM player_session WHERE access_digest = $1 AND ended_at IS NULL',
    [accessDigest],
  );
  return row?.id;
}

/** Sessions whose refresh token ran out unused. */
export async function findExpiredSessions(db: Db, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT id FROM player_session WHERE ended_at IS NULL AND refresh_expires_at <= clock_timestamp()
     ORDER BY refresh_expires_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Ends a living session with all its tokens; undefined when it had ended already. */
export async function closeSession(
  db: Db,
  sessionId: string,
  reason: EndReason,
): Promise<(SessionOwner & { endedAt: Date }) | undefined> {
  const [ended] = await db.query<SessionOwner & { endedAt: Date }>(
    `UPDATE player_session SET ended_at = clock_timestamp(), end_reason = $2
     WHERE id = $1 AND ended_at IS NULL
     RETURNING id AS "sessionId", player_id AS "playerId", brand, ended_at AS "endedAt"`,
    [sessionId, reason],
  );
  if (ended) await db.query('DELETE FROM spent_refresh_token WHERE session_id = $1', [sessionId]);
  return ended;
}

/** The player's living sessions beyond the newest so many. */
export async function findSurplusSessions(db: Db, playerId: string, kept: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT id FROM player_session WHERE player_id = $1 AND ended_at IS NULL
     ORDER BY started_at DESC OFFSET $2`,
    [playerId, kept],
  );
  return rows.map(({ id }) => id);
}

/** Forgets some sessions that ended so many days ago. */
export async function deleteOldSessions(db: Db, days: number, limit: number): Promise<void> {
  await db.query(
    `DELETE FROM player_session WHERE id IN (
       SELECT id FROM player_session WHERE ended_at < clock_timestamp() - $1 * interval '1 day'
       ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [days, limit],
  );
}

export interface StoredSession {
  readonly id: string;
  readonly startedAt: Date;
  readonly expiresAt: Date;
  readonly context: Buffer;
}

/** Sessions of a player, newest first. */
export async function listSessions(
  db: Db,
  playerId: string,
  { living, limit }: { living: boolean; limit: number },
): Promise<StoredSession[]> {
  return db.query<StoredSession>(
    `SELECT id, started_at AS "startedAt", refresh_expires_at AS "expiresAt", context FROM player_session
     WHERE player_id = $1 AND (NOT $2 OR (ended_at IS NULL AND refresh_expires_at > clock_timestamp()))
     ORDER BY started_at DESC LIMIT $3`,
    [playerId, living, limit],
  );
}
