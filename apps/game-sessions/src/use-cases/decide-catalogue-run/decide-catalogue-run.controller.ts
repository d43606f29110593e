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
import { applyWholeList, finishedRun } from '../../apply-list';
import { Catalogue } from '../../catalogue';
import { isUuid } from '../../paging';
import { Providers } from '../../providers';
import { discardRun, findHeldList, findRun, resumeRun, type HeldList } from '../../store/catalogue-runs';
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
    const { runId, decision } = request;
    if (!isUuid(runId)) return notFound;
    const held = await this.database.transactions.run((db) => this.take(db, request));
    if (!held.ok) return held;
    if (decision === 'apply') {
      const { provider, list } = held.value;
      const defaults = { currencies: this.providers.apisOf(provider)[0]?.currencies ?? [] };
      await applyWholeList(this.database, runId, { provider, list, defaults, confirmed: true });
      await this.catalogue.refresh();
    }
    return ok(await finishedRun(this.database, runId));
  }

  /** The list, which nobody else decides about any more. */
  private async take(db: Db, { runId, decision, actor }: DecideCatalogueRun): Promise<Result<HeldList>> {
    await lockCatalogue(db);
    const held = await findHeldList(db, runId);
    if (!held) {
      const known = await findRun(db, runId);
      return known ? refuse('game-sessions.run-not-held', 'The list is not held (any more).') : notFound;
    }
    if (decision === 'apply') await resumeRun(db, runId);
    else await discardRun(db, runId);
    const action = `catalogue-list.${decision === 'apply' ? 'applied' : 'discarded'}`;
    const details = { provider: held.provider, listed: held.list.length };
    await appendAudit(db, { subject: runId, actor, action, details });
    return ok(held);
  }
}

const notFound = refuse('game-sessions.run-not-found', 'There is no such run.');
