import { Controller } from '@nestjs/common';
import {
  gameSessionsQueries,
  ok,
  refuse,
  type GetRound,
  type ListPlayerRounds,
  type Result,
  type RoundActionDto,
  type RoundDto,
  type RoundPage,
} from '@baize/contracts';
import { Handles, RequestClient, type RequestContext } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { requirePlayer } from '../../known-player';
import { decodeCursor, defaultPageSize, isTime, isUuid, toPage } from '../../paging';
import { findRound, listActions, listRounds, type ListedRound } from '../../store/rounds';

/** Of a round with more actions the first ones are shown. */
const maxActionsAlone = 1_000;
const maxActionsInList = 100;

@Controller()
export class GetRoundController {
  constructor(
    private readonly database: Database,
    private readonly client: RequestClient,
  ) {}

  @Handles(gameSessionsQueries.getRound)
  async getRound({ roundId, brand, playerId }: GetRound): Promise<Result<RoundDto>> {
    const round = isUuid(roundId) ? await findRound(this.database, roundId, brand) : undefined;
    if (!round || (playerId !== undefined && round.playerId !== playerId))
      return refuse('game-sessions.round-not-found', 'There is no such round.');
    const actions = await listActions(this.database, [roundId], maxActionsAlone);
    return ok(toDto(round, actions.get(round.id)));
  }

  @Handles(gameSessionsQueries.listPlayerRounds)
  async listPlayerRounds(
    request: ListPlayerRounds,
    { deadline }: RequestContext,
  ): Promise<Result<RoundPage>> {
    const { playerId, brand, limit = defaultPageSize } = request;
    const after = decodeCursor(request.cursor, isTime);
    if (!after.ok) return after;
    const position = after.value && { after: after.value };
    const rounds = await listRounds(this.database, { playerId, brand, limit: limit + 1, ...position });
    if (rounds.length === 0) {
      const known = await requirePlayer(this.client, request, deadline);
      if (!known.ok) return known;
    }
    const actions = await listActions(
      this.database,
      rounds.slice(0, limit).map(({ id }) => id),
      maxActionsInList,
    );
    const positionOf = ({ openedAt, id }: ListedRound) => ({ at: openedAt, id });
    return ok(toPage(rounds, limit, positionOf, (round) => toDto(round, actions.get(round.id))));
  }
}

function toDto(round: ListedRound, actions: RoundActionDto[] = []): RoundDto {
  return {
    id: round.id,
    playerId: round.playerId,
    provider: round.provider,
    gameId: round.gameId,
    providerRoundId: round.providerRoundId,
    ...(round.sessionId !== undefined && { sessionId: round.sessionId }),
    currency: round.currency,
    state: round.state,
    staked: Number(round.staked),
    won: Number(round.won),
    openedAt: round.openedAt,
    ...(round.closedAt !== undefined && { closedAt: round.closedAt }),
    actions,
  };
}
