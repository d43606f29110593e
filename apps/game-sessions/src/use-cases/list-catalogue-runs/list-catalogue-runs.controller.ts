import { Controller } from '@nestjs/common';
import {
  gameSessionsQueries,
  ok,
  type CatalogueRunPage,
  type ListCatalogueRuns,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { decodeCursor, defaultPageSize, isTime, toPage } from '../../paging';
import { listRuns } from '../../store/catalogue-runs';

/** Fetched and imported lists, newest first. */
@Controller()
export class ListCatalogueRunsController {
  constructor(private readonly database: Database) {}

  @Handles(gameSessionsQueries.listCatalogueRuns)
  async handle({
    provider,
    limit = defaultPageSize,
    cursor,
  }: ListCatalogueRuns): Promise<Result<CatalogueRunPage>> {
    const after = decodeCursor(cursor, isTime);
    if (!after.ok) return after;
    const runs = await listRuns(this.database, {
      limit: limit + 1,
      ...(provider !== undefined && { provider }),
      ...(after.value && { after: after.value }),
    });
    return ok(
      toPage(
        runs,
        limit,
        ({ startedAt, id }) => ({ at: startedAt, id }),
        (run) => run,
      ),
    );
  }
}
