import { Controller } from '@nestjs/common';
import {
  gameSessionsQueries,
  ok,
  refuse,
  type FreeRoundsDto,
  type FreeRoundsPage,
  type GetFreeRounds,
  type ListFreeRounds,
  type Result,
} from '@baize/contracts';
import { Handles, RequestClient, type RequestContext } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { freeRoundsDto } from '../../free-rounds-dto';
import { requirePlayer } from '../../known-player';
import { decodeCursor, defaultPageSize, isTime, isUuid, toPage } from '../../paging';
import { isoTime } from '../../session-dto';
import { findFreeRounds, listFreeRounds } from '../../store/free-rounds';

/** Free rounds of a player, and one grant. */
@Controller()
export class ListFreeRoundsController {
  constructor(
    private readonly database: Database,
    private readonly client: RequestClient,
  ) {}

  @Handles(gameSessionsQueries.listFreeRounds)
  async list(request: ListFreeRounds, { deadline }: RequestContext): Promise<Result<FreeRoundsPage>> {
    const { playerId, brand, limit = defaultPageSize } = request;
    const after = decodeCursor(request.cursor, isTime);
    if (!after.ok) return after;
    const position = after.value && { after: after.value };
    const found = await listFreeRounds(this.database, { playerId, brand, limit: limit + 1, ...position });
    if (found.length === 0) {
      const known = await requirePlayer(this.client, request, deadline);
      if (!known.ok) return known;
    }
    return ok(
      toPage(found, limit, ({ createdAtMs, id }) => ({ at: isoTime(createdAtMs), id }), freeRoundsDto),
    );
  }

  @Handles(gameSessionsQueries.getFreeRounds)
  async get({ id, brand, playerId }: GetFreeRounds): Promise<Result<FreeRoundsDto>> {
    const rounds = isUuid(id) ? await findFreeRounds(this.database, id, brand) : undefined;
    if (!rounds || (playerId !== undefined && rounds.playerId !== playerId))
      return refuse('game-sessions.free-rounds-not-found', 'There are no such free rounds.');
    return ok(freeRoundsDto(rounds));
  }
}
