import type { SessionEndReason } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { GameSession } from '../domain/game-session';
import type { Round } from '../domain/round';
import { listOfPlayer, type PageOfPlayer } from './list-of-player';

interface SessionRow {
  id: string;
  brand: string;
  player_id: string;
  provider: string;
  game_id: string;
  mode: 'real' | 'demo';
  currency: string;
  device: string | null;
  locale: string | null;
  started_at: Date;
  expires_at: Date;
  idle_minutes: number | null;
  reality_check_minutes: number | null;
  last_active_at: Date | null;
  ended_at: Date | null;
  end_reason: SessionEndReason | null;
}

function fromRow(row: SessionRow): GameSession {
  return {
    id: row.id,
    brand: row.brand,
    playerId: row.player_id,
    provider: row.provider,
    gameId: row.game_id,
    mode: row.mode,
    currency: row.currency,
    startedAtMs: row.started_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    ...(row.device !== null && { device: row.device }),
    ...(row.locale !== null && { locale: row.locale }),
    ...(row.idle_minutes !== null && { idleMinutes: row.idle_minutes }),
    ...(row.reality_check_minutes !== null && { realityCheckMinutes: row.reality_check_minutes }),
    ...(row.last_active_at && { lastActiveAtMs: row.last_active_at.getTime() }),
    ...(row.ended_at && { endedAtMs: row.ended_at.getTime() }),
    ...(row.end_reason && { endReason: row.end_reason }),
  };
}

/** `handleHash` is what the provider will present; left out while a one-use token waits to be exchanged. */
export async function insertSession(
  db: Db,
  session: GameSession,
  tokenHash: Buffer,
  handleHash?: Buffer,
): Promise<void> {
  await db.query(
    `INSERT INTO game_session (id, brand, player_id, provider, game_id, mode, currency, token_hash, handle_hash,
       started_at, expires_at, device, locale, idle_minutes, reality_check_minutes)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      session.id,
      session.brand,
      session.playerId,
      session.provider,
      session.gameId,
      session.mode,
      session.currency,
      tokenHash,
      handleHash ?? null,
      new Date(session.startedAtMs),
      new Date(session.expiresAtMs),
      session.device ?? null,
      session.locale ?? null,
      session.idleMinutes ?? null,
      session.realityCheckMinutes ?? null,
    ],
  );
}

/** One launch of a player at a time, until the transaction ends: each sees the sessions that the one before left. */
export async function lockLaunches(db: Db, brand: string, playerId: string): Promise<void> {
  await db.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`launch ${brand} ${playerId}`]);
}

/** The sessions of a player whose time is not over, oldest first. */
export async function listOpenSessions(db: Db, brand: string, playerId: string): Promise<GameSession[]> {
  const rows = await db.query<SessionRow>(
    `SELECT * FROM game_session
     WHERE player_id = $1 AND brand = $2 AND ended_at IS NULL AND expires_at > clock_timestamp()
     ORDER BY started_at, id`,
    [playerId, brand],
  );
  return rows.map(fromRow);
}

/** What the rounds of a session add up to. */
export interface SessionResult {
  readonly rounds: number;
  readonly staked: bigint;
  readonly won: bigint;
}

/** From the projection, which follows the wallet within moments. */
export async function sumRounds(db: Db, sessionId: string): Promise<SessionResult> {
  const [row] = await db.query<{ rounds: bigint; staked: string; won: string }>(
    `SELECT count(*) AS rounds, coalesce(sum(staked), 0) AS staked, coalesce(sum(won), 0) AS won
     FROM round WHERE session_id = $1`,
    [sessionId],
  );
  return {
    rounds: Number(row?.rounds ?? 0n),
    staked: BigInt(row?.staked ?? 0),
    won: BigInt(row?.won ?? 0),
  };
}

/** Remembers when sessions were last played in. Written at most twice a minute for each: it is read by the minute. */
export async function touchSessions(
  db: Db,
  seen: readonly { readonly id: string; readonly at: string }[],
): Promise<void> {
  if (seen.length === 0) return;
  await db.query({
    name: 'touch-sessions',
    text: `UPDATE game_session AS s SET last_active_at = seen.at
           FROM jsonb_to_recordset($1::jsonb) AS seen(id uuid, at timestamptz)
           WHERE s.id = seen.id AND coalesce(s.last_active_at, s.started_at) < seen.at - interval '30 seconds'`,
    values: [JSON.stringify(seen)],
  });
}

/** The session behind what the provider presents, ended and expired ones too. */
export async function findSessionByHandle(db: Db, handleHash: Buffer): Promise<GameSession | undefined> {
  const [row] = await db.query<SessionRow>({
    name: 'session-by-handle',
    text: 'SELECT * FROM game_session WHERE handle_hash = $1',
    values: [handleHash],
  });
  return row && fromRow(row);
}

/**
 * Whose sessions ended or were shortened by transactions that were not over at the last look: at most so many players,
 * none at the first look. `horizon` is for the next one.
 */
export async function findChangedSessions(
  db: Db,
  horizon: string | undefined,
  limit: number,
): Promise<{ horizon: string; playerIds: string[] }> {
  const [row] = await db.query<{ horizon: string; playerIds: string[] }>({
    name: 'changed-sessions',
    text: `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon, ARRAY(
             SELECT DISTINCT player_id FROM game_session WHERE end_moved_in >= $1::xid8 LIMIT $2
           ) AS "playerIds"`,
    values: [horizon ?? null, limit],
  });
  return row!;
}

/** The open session whose one-use launch token waits to be exchanged. */
export async function findSessionByLaunchToken(
  db: Db,
  wanted: { brand: string; provider: string; playerId?: string; tokenHash: Buffer },
): Promise<GameSession | undefined> {
  const [row] = await db.query<SessionRow>(
    `SELECT * FROM game_session
     WHERE token_hash = $1 AND brand = $2 AND provider = $3 AND ($4::text IS NULL OR player_id = $4)
       AND handle_hash IS NULL AND ended_at IS NULL AND expires_at > clock_timestamp()`,
    [wanted.tokenHash, wanted.brand, wanted.provider, wanted.playerId ?? null],
  );
  return row && fromRow(row);
}

/** The newest session for real money of a player at a provider: of those that are open, else of those that were. */
export async function findNewestSession(
  db: Db,
  of: { brand: string; provider: string; playerId: string },
): Promise<GameSession | undefined> {
  const [row] = await db.query<SessionRow>({
    name: 'newest-session',
    text: `SELECT * FROM game_session
           WHERE player_id = $1 AND brand = $2 AND provider = $3 AND mode = 'real'
           ORDER BY (ended_at IS NULL AND expires_at > clock_timestamp()) DESC, started_at DESC, id DESC LIMIT 1`,
    values: [of.playerId, of.brand, of.provider],
  });
  return row && fromRow(row);
}

/** Exchanges a launch token for a session value: once, and only while the session is open. */
export async function exchangeToken(
  db: Db,
  wanted: { brand: string; provider: string; playerId?: string; tokenHash: Buffer; handleHash: Buffer },
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE game_session SET handle_hash = $5
     WHERE token_hash = $1 AND brand = $2 AND provider = $3 AND ($4::text IS NULL OR player_id = $4)
       AND handle_hash IS NULL AND ended_at IS NULL AND expires_at > clock_timestamp()
     RETURNING id`,
    [wanted.tokenHash, wanted.brand, wanted.provider, wanted.playerId ?? null, wanted.handleHash],
  );
  return rows.length === 1;
}

export async function findSession(db: Db, id: string, brand: string): Promise<GameSession | undefined> {
  const [row] = await db.query<SessionRow>('SELECT * FROM game_session WHERE id = $1 AND brand = $2', [
    id,
    brand,
  ]);
  return row && fromRow(row);
}

/** Ends it unless it is ended already; true when this call did it. */
export async function endSession(db: Db, id: string, reason: SessionEndReason, at: Date): Promise<boolean> {
  const rows = await db.query(
    'UPDATE game_session SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL RETURNING id',
    [id, at, reason],
  );
  return rows.length === 1;
}

/** Ends every open session of these players, and answers those that it ended. */
export async function endOpenSessions(
  db: Db,
  playerIds: readonly string[],
  reason: SessionEndReason,
  at: Date,
): Promise<GameSession[]> {
  const rows = await db.query<SessionRow>(
    `UPDATE game_session SET ended_at = $2, end_reason = $3 WHERE player_id = ANY ($1) AND ended_at IS NULL RETURNING *`,
    [playerIds, at, reason],
  );
  return rows.map(fromRow);
}

/** Marks sessions whose time is over, oldest first; replicas that sweep at once take different ones. */
export async function endExpiredSessions(db: Db, limit: number): Promise<GameSession[]> {
  const rows = await db.query<SessionRow>(
    `UPDATE game_session SET ended_at = expires_at, end_reason = 'expired'
     WHERE id IN (SELECT id FROM game_session WHERE ended_at IS NULL AND expires_at <= clock_timestamp()
                  ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    [limit],
  );
  return rows.map(fromRow);
}

/** Ends sessions in which nothing was played for as long as they allow; as above, replicas take different ones. */
export async function endIdleSessions(db: Db, limit: number): Promise<GameSession[]> {
  const rows = await db.query<SessionRow>(
    `UPDATE game_session SET ended_at = clock_timestamp(), end_reason = 'idle'
     WHERE id IN (SELECT id FROM game_session
                  WHERE ended_at IS NULL AND idle_minutes IS NOT NULL
                    AND coalesce(last_active_at, started_at) < clock_timestamp() - make_interval(mins => idle_minutes)
                  ORDER BY started_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    [limit],
  );
  return rows.map(fromRow);
}

/** Newest first. */
export async function listSessions(db: Db, of: PageOfPlayer): Promise<GameSession[]> {
  return (await listOfPlayer<SessionRow>(db, 'game_session', of)).map(fromRow);
}

/**
 * Where the dialect presents no session: the newest one of player, provider and currency that was open at the time, of
 * those for the game if there is one; players go on to other games in the page of the one that they launched.
 */
export async function findSessionsOfRounds(
  db: Db,
  rounds: readonly Pick<
    Round,
    'id' | 'brand' | 'playerId' | 'provider' | 'gameId' | 'currency' | 'openedAt'
  >[],
): Promise<Map<string, string>> {
  const wanted = rounds.map(({ id, brand, playerId, provider, gameId, currency, openedAt }) => {
    return { id, brand, playerId, provider, gameId, currency, openedAt };
  });
  const rows = await db.query<{ round_id: string; session_id: string }>({
    name: 'sessions-of-rounds',
    text: sessionsOfRoundsSql,
    values: [JSON.stringify(wanted)],
  });
  return new Map(rows.map((row) => [row.round_id, row.session_id]));
}

const sessionsOfRoundsSql = `
SELECT r.id AS round_id, s.id AS session_id
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, brand text, "playerId" text, provider text, "gameId" text,
  currency text, "openedAt" timestamptz)
CROSS JOIN LATERAL (
  SELECT id FROM game_session
  WHERE player_id = r."playerId" AND brand = r.brand AND provider = r.provider AND mode = 'real'
    AND currency = r.currency
    AND started_at <= r."openedAt" AND coalesce(ended_at, expires_at) >= r."openedAt"
  ORDER BY (game_id::text = r."gameId") DESC, started_at DESC, id DESC LIMIT 1
) s`;
