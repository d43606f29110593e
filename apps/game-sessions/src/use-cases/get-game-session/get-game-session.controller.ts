import { Controller } from '@nestjs/common';
import {
  gameSessionsQueries,
  ok,
  refuse,
  type Device,
  type GameSessionDetails,
  type GetGameSession,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { elapsedMs, nextRealityCheckMs, type GameSession } from '../../domain/game-session';
import { isUuid } from '../../paging';
import { isoTime, sessionDto } from '../../session-dto';
import { findSession, sumRounds, type SessionResult } from '../../store/sessions';

@Controller()
export class GetGameSessionController {
  constructor(private readonly database: Database) {}

  @Handles(gameSessionsQueries.getGameSession)
  async handle({ sessionId, brand, playerId }: GetGameSession): Promise<Result<GameSessionDetails>> {
    const session = isUuid(sessionId) ? await findSession(this.database, sessionId, brand) : undefined;
    if (!session || (playerId !== undefined && session.playerId !== playerId))
      return refuse('game-sessions.session-not-found', 'There is no such session.');
    return ok(details(session, await sumRounds(this.database, sessionId), Date.now()));
  }
}

function details(session: GameSession, result: SessionResult, nowMs: number): GameSessionDetails {
  const { currency, device, locale, realityCheckMinutes, lastActiveAtMs } = session;
  const nextMs = nextRealityCheckMs(session, nowMs);
  return {
    ...sessionDto(session, nowMs),
    currency,
    rounds: result.rounds,
    staked: Number(result.staked),
    won: Number(result.won),
    net: Number(result.won - result.staked),
    elapsedSeconds: Math.floor(elapsedMs(session, nowMs) / 1_000),
    ...(device !== undefined && { device: device as Device }),
    ...(locale !== undefined && { locale }),
    ...(lastActiveAtMs !== undefined && { lastActiveAt: isoTime(lastActiveAtMs) }),
    ...(realityCheckMinutes !== undefined && { realityCheckMinutes }),
    ...(nextMs !== undefined && { nextRealityCheckAt: isoTime(nextMs) }),
  };
}
