import type { ListGames } from '@baize/contracts';
import type { Game } from '../../../apps/game-sessions/src/domain/catalogue';
import { CatalogueIndex } from '../../../apps/game-sessions/src/domain/catalogue-index';
import { madeGames } from '../../../apps/game-sessions/src/domain/fixtures/made-games';
import { Providers } from '../../../apps/game-sessions/src/providers';
import { ListGamesUseCase } from '../../../apps/game-sessions/src/use-cases/list-games/list-games';
import type { Benchmark } from '../frame/benchmark';
import { printTable, type Outcome } from '../frame/report';
import { ascending, percentile, round } from '../frame/statistics';

const count = 20_000;
const longestP99Ms = 50;
const brand = 'demo';

/** What players and operators ask for, the expensive ones too: nothing found, everything walked, far pages. */
const questions: Readonly<Record<string, Omit<ListGames, 'brand'>>> = {
  'first page': {},
  'largest page': { limit: 200 },
  provider: { provider: 'evolution', limit: 200 },
  'lobby of a player': { category: 'slot', country: 'DE', currency: 'EUR', device: 'mobile' },
  'part of a name': { q: 'gold', limit: 200 },
  'a name that nobody has': { q: 'no game is called so' },
  'rare features': { feature: 'free-rounds', volatility: 'high', language: 'de', jurisdiction: 'GB' },
};

/** Every question page by page, as the service answers it: searched, and written as JSON. */
export function searchCatalogue(benchmark: Benchmark): Outcome {
  const games = madeGames(count);
  const startedMs = performance.now();
  const index = new CatalogueIndex(games, []);
  const builtMs = performance.now() - startedMs;
  const catalogue = {
    search: index.search.bind(index),
    isVisible: (game: Game, ...where: [string, string?]) => index.isVisible(game.id, where[0], where[1]),
  };
  const listGames = new ListGamesUseCase(catalogue, providersOf(), { isHidden: () => false });
  const rows: string[][] = [];
  const all: number[] = [];
  for (const [name, question] of Object.entries(questions)) {
    const samples = timed(listGames, question, (benchmark.seconds * 1_000) / Object.keys(questions).length);
    all.push(...samples);
    const sorted = ascending(samples);
    rows.push([name, ...[0.5, 0.99].map((share) => String(round(percentile(sorted, share))))]);
  }
  printTable(['question', 'p50 ms', 'p99 ms'], rows);
  const sorted = ascending(all);
  const p99Ms = percentile(sorted, 0.99);
  const figures = {
    'p50-ms': round(percentile(sorted, 0.5)),
    'p99-ms': round(p99Ms),
    'build-ms': round(builtMs),
  };
  const failures =
    p99Ms < longestP99Ms ? [] : [`a page takes ${round(p99Ms)} ms at p99, ${longestP99Ms} are allowed`];
  return { figures, ratios: {}, failures };
}

function timed(listGames: ListGamesUseCase, question: Omit<ListGames, 'brand'>, forMs: number): number[] {
  const samples: number[] = [];
  const until = performance.now() + forMs;
  let cursor: string | undefined;
  while (performance.now() < until) {
    const startedMs = performance.now();
    const page = listGames.execute({ brand, ...question, ...(cursor !== undefined && { cursor }) });
    JSON.stringify(page);
    samples.push(performance.now() - startedMs);
    if (!page.ok) throw new Error(page.error.code);
    cursor = page.value.nextCursor;
  }
  return samples;
}

/** All that the made games are of; nothing is called, so any keys will do. */
function providersOf(): Providers {
  const key = 'a-key-for-nobody';
  const providers = {
    softswiss: { secret: key },
    evolution: { authToken: key },
    slotegrator: { merchantId: key, merchantKey: key },
    swipegames: { apiKey: key },
    pragmatic: { secretKey: key },
    playngo: { accessToken: key },
  };
  return new Providers({ brands: { [brand]: { providers } } });
}
