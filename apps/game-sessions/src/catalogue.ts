import type { Database } from '@baize/persistence';
import type { Game } from './domain/catalogue';
import { loadGames } from './store/games';

const refreshMs = 15_000;

/** The whole catalogue in memory: the hot path looks games up without a query. */
export class Catalogue {
  private list: readonly Game[] = [];
  private byId = new Map<string, Game>();
  private byProviderGameId = new Map<string, Map<string, Game>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Loads it and goes on reloading it; a failed reload keeps what is there. */
  async start(): Promise<void> {
    await this.reload();
    this.timer = setInterval(() => void this.reload().catch(this.onError), refreshMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async reload(): Promise<void> {
    const games = await loadGames(this.database);
    const byProviderGameId = new Map<string, Map<string, Game>>();
    for (const game of games) {
      const ofProvider = byProviderGameId.get(game.provider) ?? new Map<string, Game>();
      byProviderGameId.set(game.provider, ofProvider.set(game.providerGameId, game));
    }
    this.list = games;
    this.byId = new Map(games.map((game) => [game.id, game]));
    this.byProviderGameId = byProviderGameId;
  }

  /** In the order in which games are listed: name, then id. */
  all(): readonly Game[] {
    return this.list;
  }

  find(id: string): Game | undefined {
    return this.byId.get(id);
  }

  /** The game behind the provider's own id, disabled ones too. */
  findByProviderGameId(provider: string, providerGameId: string): Game | undefined {
    return this.byProviderGameId.get(provider)?.get(providerGameId);
  }
}
