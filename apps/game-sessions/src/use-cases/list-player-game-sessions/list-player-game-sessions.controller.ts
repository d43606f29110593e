import { Controller } from '@nestjs/common';
import {
  gameSessionsQueries,
  ok,
  type GameSessionDto,
  type GameSessionPage,
  type ListPlayerGameSessions,
  type Result,
} from '@baize/contracts';
import { Handles, RequestClient, type RequestContext } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { statusOf, type GameSession } from '../../domain/game-session';
import { requirePlayer } from '../../known-player';
import { decodeCursor, defaultPageSize, isTime, toPage } from '../../paging';
import { listSessions } from '../../store/sessions';

@Controller()
export class ListPlayerGameSessionsController {
  constructor(
    private readonly database: Database,
    private readonly client: RequestClient,
  ) {}

  @Handles(gameSessionsQueries.listPlayerGameSessions)
  async handle(
    request: ListPlayerGameSessions,
    { deadline }: RequestContext,
  ): Promise<Result<GameSessionPage>> {
    const { playerId, brand, limit = defaultPageSize } = request;
    const after = decodeCursor(request.cursor, isTime);
    if (!after.ok) return after;
    const position = after.value && { after: after.value };
    const sessions = await listSessions(this.database, { playerId, brand, limit: limit + 1, ...position });
    if (sessions.length === 0) {
      const known = await requirePlayer(this.client, request, deadline);
      if (!known.ok) return known;
    }
    return ok(toPage(sessions, limit, ({ startedAtMs, id }) => ({ at: iso(startedAtMs), id }), toDto));
  }
}

function toDto(session: GameSession): GameSessionDto {
  const { id, playerId, gameId, provider, mode, startedAtMs, expiresAtMs, endedAtMs } = session;
  return {
    id,
    playerId,
    gameId,
    provider,
    mode,
    status: statusOf(session, Date.now()),
    startedAt: iso(startedAtMs),
    expiresAt: iso(expiresAtMs),
    ...(endedAtMs !== undefined && { endedAt: iso(endedAtMs) }),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
