import {
  screeningQueries,
  type ListScreeningLists,
  type Result,
  type ScreeningLists,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { latestLoads } from '../../store/screening-lists';

@Controller()
export class ListScreeningListsController {
  constructor(private readonly database: Database) {}

  @Handles(screeningQueries.listScreeningLists)
  async handle(_request: ListScreeningLists): Promise<Result<ScreeningLists>> {
    const loads = await latestLoads(this.database);
    const items = loads.map(({ list, version, entries, added, changed, removed, loadedAt }) => ({
      ...{ list, version, entries, added, changed, removed },
      loadedAt: loadedAt.toISOString(),
    }));
    return { ok: true, value: { items } };
  }
}
