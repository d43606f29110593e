import type { Database } from '@baize/persistence';
import type { Game } from './domain/catalogue';
import { CatalogueIndex, type GameFilter, type GamePosition } from './domain/catalogue-index';
import { catalogueVersion, loadGames, loadVisibility } from './store/games';

/** How long another replica's change may go unseen. */
const lookEveryMs = 5_000;

/** The whole catalogue in memory: the hot path looks games up without a query, lists are searched in it. */
export class Catalogue {
  private index = new CatalogueIndex([], []);
  private version = 0n;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Loads it and goes on looking for changes; a failed look keeps what is there. */
  async start(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => void this.refresh().catch(this.onError), lookEveryMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Loads the catalogue again if it has changed. */
  async refresh(): Promise<void> {
    const version = await catalogueVersion(this.database);
    if (version === this.version) return;
    this.index = new CatalogueIndex(await loadGames(this.database), await loadVisibility(this.database));
    // read before the games were: a change in between is loaded again, never missed
    this.version = version;
  }

  /** Looks at once, for a call about a game that is not here; calls that come meanwhile wait for the same look. */
  lookAgain(): Promise<void> {
    return (this.looking ??= this.refresh().finally(() => (this.looking = undefined)));
  }

  find(id: string): Game | undefined {
    return this.index.find(id);
  }

  /** The game behind the provider's own id, one that is not offered too. */
  findByProviderGameId(provider: string, providerGameId: string): Game | undefined {
    return this.index.findByProviderGameId(provider, providerGameId);
  }

  /** Whether the brand shows the game; to a player of a country when one is named. */
  isVisible({ id }: Game, brand: string, country?: string): boolean {
    return this.index.isVisible(id, brand, country);
  }

  /** At most `limit` offered games in the order of their names; `also` says which of them may be shown. */
  search(
    filter: GameFilter,
    page: { after: GamePosition | undefined; limit: number; also: (game: Game) => boolean },
  ): Game[] {
    return this.index.search(filter, page);
  }
}
