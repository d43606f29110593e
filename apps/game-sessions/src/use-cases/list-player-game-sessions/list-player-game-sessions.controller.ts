import { Controller } from '@nestjs/common';
import {
  gameSessionsQueries,
  ok,
  type GameSessionPage,
  type ListPlayerGameSessions,
  type Result,
} from '@baize/contracts';
import { Handles, RequestClient, type RequestContext } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { requirePlayer } from '../../known-player';
import { decodeCursor, defaultPageSize, isTime, toPage } from '../../paging';
import { isoTime, sessionDto } from '../../session-dto';
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
    const now = Date.now();
    return ok(
      toPage(
        sessions,
        limit,
        ({ startedAtMs, id }) => ({ at: isoTime(startedAtMs), id }),
        (session) => sessionDto(session, now),
      ),
    );
  }
}
