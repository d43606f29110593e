import { Controller } from '@nestjs/common';
import {
  gameSessionsQueries,
  ok,
  refuse,
  type CatalogueChangeDto,
  type CatalogueChangePage,
  type ListCatalogueChanges,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { defaultPageSize, isUuid, withinReply } from '../../paging';
import { listChanges, type RecordedChange } from '../../store/games';

const numberPattern = /^[1-9]\d{0,17}$/;

/** What changed in the catalogue, newest first. */
@Controller()
export class ListCatalogueChangesController {
  constructor(private readonly database: Database) {}

  @Handles(gameSessionsQueries.listCatalogueChanges)
  async handle(request: ListCatalogueChanges): Promise<Result<CatalogueChangePage>> {
    const { provider, gameId, limit = defaultPageSize, cursor } = request;
    if (cursor !== undefined && !numberPattern.test(cursor))
      return refuse('request.invalid', 'The cursor is not one that a list gave.', {
        errors: [{ path: '/cursor', message: 'is not a cursor of this list' }],
      });
    if (gameId !== undefined && !isUuid(gameId)) return ok({ items: [] });
    const found = await listChanges(this.database, {
      limit: limit + 1,
      ...(provider !== undefined && { provider }),
      ...(gameId !== undefined && { gameId }),
      ...(cursor !== undefined && { before: cursor }),
    });
    const items = withinReply(found.slice(0, limit).map(toDto));
    const last = items.at(-1);
    const more = found.length > items.length && last !== undefined;
    return ok({ items, ...(more && { nextCursor: last.id }) });
  }
}

function toDto(change: RecordedChange): CatalogueChangeDto {
  const { provider, kind } = change;
  return {
    id: String(change.id),
    runId: change.run_id,
    gameId: change.game_id,
    provider,
    kind,
    facts: [...change.facts],
    at: change.at.toISOString(),
  };
}
