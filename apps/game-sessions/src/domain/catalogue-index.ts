import type { ListGames } from '@baize/contracts';
import type { Game } from './catalogue';

export type GameFilter = Omit<ListGames, 'brand' | 'limit' | 'cursor'>;
/** Where a list goes on: after this name and id. */
export interface GamePosition {
  readonly name: string;
  readonly id: string;
}
/** One rule of a brand about a game; without a market it holds wherever no market's rule does. */
export interface BrandVisibility {
  readonly brand: string;
  readonly gameId: string;
  readonly market?: string;
  readonly visible: boolean;
}

/** The filters that have a list of places each, and the values under which a game stands. */
const listedBy = {
  provider: (game: Game) => [game.provider],
  category: (game: Game) => [game.category],
  currency: (game: Game) => game.currencies,
  device: (game: Game) => game.devices,
  volatility: (game: Game) => (game.volatility === undefined ? [] : [game.volatility]),
  language: (game: Game) => game.languages ?? [],
  jurisdiction: (game: Game) => game.jurisdictions ?? [],
  feature: (game: Game) => game.features ?? [],
} as const satisfies Partial<Record<keyof GameFilter, (game: Game) => readonly string[]>>;
type Listed = keyof typeof listedBy;
const listedFilters = Object.keys(listedBy) as Listed[];
const nowhere: readonly number[] = [];

/**
 * The catalogue prepared for reading, made anew when it changes. Offered games stand in the order in which they are
 * listed; for every value of a filter there is the list of their places, so that a search walks the shortest list.
 */
export class CatalogueIndex {
  private readonly byId: ReadonlyMap<string, Game>;
  private readonly byProviderGameId = new Map<string, Map<string, Game>>();
  private readonly offered: readonly Game[];
  private readonly names: readonly string[];
  private readonly all: readonly number[];
  private readonly places = new Map<string, number[]>();
  private readonly rules = new Map<string, boolean>();

  constructor(games: readonly Game[], visibility: readonly BrandVisibility[]) {
    this.byId = new Map(games.map((game) => [game.id, game]));
    for (const game of games) {
      const ofProvider = this.byProviderGameId.get(game.provider) ?? new Map<string, Game>();
      this.byProviderGameId.set(game.provider, ofProvider.set(game.providerGameId, game));
    }
    this.offered = games.filter(({ enabled }) => enabled).sort(byPosition);
    this.names = this.offered.map(({ name }) => name.toLowerCase());
    this.all = this.offered.map((_game, place) => place);
    this.offered.forEach((game, place) => this.enter(game, place));
    for (const rule of visibility)
      this.rules.set(ruleKey(rule.brand, rule.gameId, rule.market), rule.visible);
  }

  find(id: string): Game | undefined {
    return this.byId.get(id);
  }

  /** The game behind the provider's own id, one that is not offered too. */
  findByProviderGameId(provider: string, providerGameId: string): Game | undefined {
    return this.byProviderGameId.get(provider)?.get(providerGameId);
  }

  /** Whether the brand shows the game; to a player of a country when one is named. */
  isVisible(gameId: string, brand: string, country: string | undefined): boolean {
    if (this.rules.size === 0) return true;
    const ofMarket = country === undefined ? undefined : this.rules.get(ruleKey(brand, gameId, country));
    return ofMarket ?? this.rules.get(ruleKey(brand, gameId, undefined)) ?? true;
  }

  /** At most `limit` offered games by name, then id, that pass the filter and `also`. */
  search(
    filter: GameFilter,
    { after, limit, also }: { after: GamePosition | undefined; limit: number; also: (game: Game) => boolean },
  ): Game[] {
    const lists = listedFilters.flatMap((name) => {
      const value = filter[name];
      return value === undefined ? [] : [this.places.get(placesKey(name, value)) ?? nowhere];
    });
    const walked = lists.reduce(
      (shortest, list) => (list.length < shortest.length ? list : shortest),
      this.all,
    );
    const q = filter.q?.toLowerCase();
    const found: Game[] = [];
    for (let at = this.startOf(walked, after); at < walked.length && found.length < limit; at++) {
      const place = walked[at] ?? 0;
      const game = this.offered[place];
      if (!game || (q !== undefined && !this.names[place]?.includes(q))) continue;
      if (passes(game, filter) && also(game)) found.push(game);
    }
    return found;
  }

  private enter(game: Game, place: number): void {
    for (const name of listedFilters)
      for (const value of new Set<string>(listedBy[name](game))) {
        const key = placesKey(name, value);
        const list = this.places.get(key);
        if (list) list.push(place);
        else this.places.set(key, [place]);
      }
  }

  /** Where in a list of places the first game after a position stands. */
  private startOf(list: readonly number[], after: GamePosition | undefined): number {
    if (!after) return 0;
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const game = this.offered[list[middle] ?? 0];
      if (game && byPosition(game, after) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function passes(game: Game, filter: GameFilter): boolean {
  if (filter.country !== undefined && game.blockedCountries.includes(filter.country)) return false;
  return listedFilters.every((name) => {
    const value = filter[name];
    return value === undefined || (listedBy[name](game) as readonly string[]).includes(value);
  });
}

function byPosition(a: GamePosition, b: GamePosition): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function placesKey(filter: Listed, value: string): string {
  return `${filter} ${value}`;
}

function ruleKey(brand: string, gameId: string, market: string | undefined): string {
  return `${brand} ${gameId} ${market ?? ''}`;
}
