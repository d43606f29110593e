import { Controller } from '@nestjs/common';
import {
  ok,
  refuse,
  roundQueries,
  type ExportRounds,
  type GetRound,
  type ListPlayerRounds,
  type ListStuckRounds,
  type Result,
  type RoundDto,
  type RoundExportPage,
  type RoundPage,
} from '@baize/contracts';
import { Handles, RequestClient, type RequestContext } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { requirePlayer } from '../../known-player';
import {
  decodeCursor,
  defaultPageSize,
  encodeCursor,
  isTime,
  isUuid,
  toPage,
  withinReply,
} from '../../paging';
import { listResolutions } from '../../store/round-resolutions';
import { findRound, listInterrupted, listOver, listRounds, type ListedRound } from '../../store/rounds';
import { recall } from './recall';

/** Of a round with more actions, or more than a reply has room for, the first ones are shown. */
const maxActionsAlone = 1_000;
const maxActionsInList = 100;
const maxResolutions = 100;
const isTransaction = (text: string) => /^\d{1,20}$/.test(text);

/** Rounds and what they are made of, each answer of one moment: they change while they are played. */
@Controller()
export class ListRoundsController {
  constructor(
    private readonly database: Database,
    private readonly client: RequestClient,
  ) {}

  @Handles(roundQueries.getRound)
  async getRound({ roundId, brand, playerId }: GetRound): Promise<Result<RoundDto>> {
    return this.database.transactions.snapshot(async (db) => {
      const round = isUuid(roundId) ? await findRound(db, roundId, brand) : undefined;
      if (!round || (playerId !== undefined && round.playerId !== playerId))
        return refuse('game-sessions.round-not-found', 'There is no such round.');
      const [recalled] = await recall(db, [round], maxActionsAlone);
      const shown = Object.assign(recalled!, { actions: withinReply(recalled!.actions) });
      // who decided what about it, and why, is the operator's
      if (playerId !== undefined) return ok(shown);
      const decided = await listResolutions(db, round.id, maxResolutions);
      const resolutions = decided.map(({ roundId: _roundId, win: _win, ...resolution }) => resolution);
      return ok(Object.assign(shown, { resolutions }));
    });
  }

  @Handles(roundQueries.listPlayerRounds)
  async listPlayerRounds(
    request: ListPlayerRounds,
    { deadline }: RequestContext,
  ): Promise<Result<RoundPage>> {
    const { playerId, brand, limit = defaultPageSize } = request;
    const after = decodeCursor(request.cursor, isTime);
    if (!after.ok) return after;
    const position = after.value && { after: after.value };
    const page = await this.page(limit, (db) =>
      listRounds(db, { playerId, brand, limit: limit + 1, ...position }),
    );
    if (page.items.length === 0) {
      const known = await requirePlayer(this.client, request, deadline);
      if (!known.ok) return known;
    }
    return ok(page);
  }

  @Handles(roundQueries.listStuckRounds)
  async listStuckRounds(request: ListStuckRounds): Promise<Result<RoundPage>> {
    const { brand, provider, limit = defaultPageSize } = request;
    const after = decodeCursor(request.cursor, isTime);
    if (!after.ok) return after;
    const wanted = { brand, limit: limit + 1, ...(provider !== undefined && { provider }) };
    const position = after.value && { after: after.value };
    return ok(await this.page(limit, (db) => listInterrupted(db, { ...wanted, ...position })));
  }

  @Handles(roundQueries.exportRounds)
  async exportRounds(request: ExportRounds): Promise<Result<RoundExportPage>> {
    const { brand, provider, limit = defaultPageSize } = request;
    const after = decodeCursor(request.cursor, isTransaction);
    if (!after.ok) return after;
    const wanted = { brand, limit: limit + 1, ...(provider !== undefined && { provider }) };
    const position = after.value && { after: after.value };
    return this.database.transactions.snapshot(async (db) => {
      const rounds = await listOver(db, { ...wanted, ...position });
      const page = rounds.slice(0, limit);
      const shown = await recall(db, page, maxActionsInList);
      const items = withinReply(
        shown.map((round, at) => ({ cursor: encodeCursor(exportPosition(page[at]!)), round })),
      );
      const last = items.at(-1);
      return ok({ items, ...(rounds.length > items.length && last && { nextCursor: last.cursor }) });
    });
  }

  private page(limit: number, list: (db: Db) => Promise<ListedRound[]>): Promise<RoundPage> {
    const positionOf = ({ openedAt, id }: ListedRound) => ({ at: openedAt, id });
    return this.database.transactions.snapshot(async (db) => {
      const rounds = await list(db);
      const items = withinReply(await recall(db, rounds.slice(0, limit), maxActionsInList));
      const { nextCursor } = toPage(rounds, items.length, positionOf, (round) => round);
      return { items, ...(nextCursor !== undefined && { nextCursor }) };
    });
  }
}

function exportPosition({ changedIn, id }: ListedRound) {
  return { at: changedIn, id };
}
