import type { GameSessionDto } from '@baize/contracts';
import { statusOf, type GameSession } from './domain/game-session';

/** A session as lists show it. */
export function sessionDto(session: GameSession, nowMs: number): GameSessionDto {
  const { id, playerId, gameId, provider, mode, startedAtMs, expiresAtMs, endedAtMs, endReason } = session;
  return {
    id,
    playerId,
    gameId,
    provider,
    mode,
    status: statusOf(session, nowMs),
    startedAt: isoTime(startedAtMs),
    expiresAt: isoTime(expiresAtMs),
    ...(endedAtMs !== undefined && { endedAt: isoTime(endedAtMs) }),
    ...(endReason !== undefined && { endReason }),
  };
}

/** RFC 3339 of epoch milliseconds. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
