import { Controller } from '@nestjs/common';
import { appendAudit } from '@baize/audit';
import {
  gameSessionsCommands,
  ok,
  refuse,
  type CatalogueRunDto,
  type DecideCatalogueRun,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { applyListIn, finishedRun } from '../../apply-list';
import { Catalogue } from '../../catalogue';
import { isUuid } from '../../paging';
import { Providers } from '../../providers';
import { discardRun, findHeldList, findRun } from '../../store/catalogue-runs';
import { lockCatalogue } from '../../store/games';

/** A person says whether a list that was held is right. */
@Controller()
export class DecideCatalogueRunController {
  constructor(
    private readonly database: Database,
    private readonly catalogue: Catalogue,
    private readonly providers: Providers,
  ) {}

  @Handles(gameSessionsCommands.decideCatalogueRun)
  async handle(request: DecideCatalogueRun): Promise<Result<CatalogueRunDto>> {
    if (!isUuid(request.runId)) return notFound;
    const decided = await this.database.transactions.run((db) => this.decide(db, request));
    if (decided.ok) await this.catalogue.refresh();
    return decided;
  }

  private async decide(
    db: Db,
    { runId, decision, actor }: DecideCatalogueRun,
  ): Promise<Result<CatalogueRunDto>> {
    await lockCatalogue(db);
    const held = await findHeldList(db, runId);
    if (!held) {
      const known = await findRun(db, runId);
      return known ? refuse('game-sessions.run-not-held', 'The list is not held (any more).') : notFound;
    }
    const { provider, list } = held;
    const defaults = { currencies: this.providers.apisOf(provider)[0]?.currencies ?? [] };
    if (decision === 'apply') await applyListIn(db, runId, { provider, list, defaults, confirmed: true });
    else await discardRun(db, runId);
    const action = `catalogue-list.${decision === 'apply' ? 'applied' : 'discarded'}`;
    await appendAudit(db, { subject: runId, actor, action, details: { provider, listed: list.length } });
    return ok(await finishedRun(db, runId));
  }
}

const notFound = refuse('game-sessions.run-not-found', 'There is no such run.');
