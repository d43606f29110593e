import { ok, refuse, type CatalogueRunDto, type Result } from '@baize/contracts';
import type { Database } from '@baize/persistence';
import { uuidv7 } from 'uuidv7';
import { applyWholeList, finishedRun } from '../../apply-list';
import type { Catalogue } from '../../catalogue';
import type { ListedGame } from '../../domain/catalogue';
import type { ProviderGate } from '../../provider-gate';
import type { Providers } from '../../providers';
import { lockCatalogue } from '../../store/games';
import { beginSync, failRun } from '../../store/catalogue-runs';
import { fetchGameList } from './fetch-game-list';

/** A process that died while it fetched blocks its provider no longer than this. */
const abandonedMs = 120_000;
const answerReserveMs = 500;

/**
 * Makes the catalogue agree with the provider's list of games. Brands that are known to the provider under accounts of
 * their own may be offered different games: the catalogue has those of all, and each list has to be whole.
 */
export class SyncCatalogueUseCase {
  constructor(
    private readonly database: Database,
    private readonly catalogue: Catalogue,
    private readonly providers: Providers,
    private readonly gate: ProviderGate,
  ) {}

  /** Answers how it went, also when no list could be had. `quietMs` skips a provider that was asked a short while ago. */
  async execute(provider: string, deadlineMs: number, quietMs = 0): Promise<Result<CatalogueRunDto>> {
    const [api] = this.providers.apisOf(provider);
    if (!api) return refuse('game-sessions.unknown-provider', 'No API of such a provider is configured.');
    const id = uuidv7();
    const begun = await this.database.transactions.run(async (db) => {
      await lockCatalogue(db);
      return beginSync(db, { id, provider }, { quietMs, abandonedMs });
    });
    if (!begun) return refuse('game-sessions.sync-running', 'The list of this provider is being fetched.');
    const list = await this.fetchAll(provider, deadlineMs - answerReserveMs);
    if (list.ok) {
      const defaults = { currencies: api.currencies };
      await applyWholeList(this.database, id, { provider, list: list.value, defaults, confirmed: false });
      await this.catalogue.refresh();
    } else await failRun(this.database, id, list.error);
    return ok(await finishedRun(this.database, id));
  }

  /** Every provider with an API that was not asked within `quietMs`, one after the other. */
  async executeAll(quietMs: number, perProviderMs: number): Promise<CatalogueRunDto[]> {
    const runs: CatalogueRunDto[] = [];
    for (const { provider } of this.providers.dialects()) {
      if (this.providers.apisOf(provider).length === 0) continue;
      const run = await this.execute(provider, Date.now() + perProviderMs, quietMs);
      if (run.ok) runs.push(run.value);
    }
    return runs;
  }

  private async fetchAll(provider: string, deadlineMs: number): Promise<Result<ListedGame[], string>> {
    const games = new Map<string, ListedGame>();
    for (const api of this.providers.apisOf(provider)) {
      const list = await fetchGameList(this.gate, provider, api, deadlineMs);
      if (!list.ok) return list;
      for (const game of list.value)
        if (!games.has(game.providerGameId)) games.set(game.providerGameId, game);
    }
    return ok([...games.values()]);
  }
}
