import type { Game } from './catalogue';
import { CatalogueIndex, type GameFilter, type GamePosition } from './catalogue-index';
import { madeGames } from './fixtures/made-games';

const games = madeGames(20_000);
const index = new CatalogueIndex(games, []);
const everything = { after: undefined, limit: 200, also: () => true };
const sorted = [...games].sort((a, b) =>
  a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1,
);

/** What a filter means, said without any index. */
function plainly(filter: GameFilter): Game[] {
  const has = (value: string | undefined, list: readonly string[] = []) =>
    value === undefined || list.includes(value);
  return sorted.filter(
    (game) =>
      game.enabled &&
      has(filter.provider, [game.provider]) &&
      has(filter.category, [game.category]) &&
      has(filter.currency, game.currencies) &&
      has(filter.device, game.devices) &&
      has(filter.language, game.languages) &&
      has(filter.feature, game.features) &&
      has(filter.jurisdiction, game.jurisdictions) &&
      has(filter.volatility, game.volatility === undefined ? [] : [game.volatility]) &&
      (filter.country === undefined || !game.blockedCountries.includes(filter.country)) &&
      (filter.q === undefined || game.name.toLowerCase().includes(filter.q.toLowerCase())),
  );
}

describe('20,000 games', () => {
  it.each<[GameFilter]>([
    [{}],
    [{ provider: 'evolution' }],
    [{ provider: 'softswiss', category: 'slot', currency: 'EUR', device: 'mobile', country: 'DE' }],
    [{ q: 'gold' }],
    [{ q: 'RUSH 77', currency: 'BTC' }],
    [{ feature: 'free-rounds', volatility: 'high', language: 'de', jurisdiction: 'MT' }],
    [{ category: 'nothing' }],
    [{ q: 'no game is called so' }],
  ])('are found by %j, page by page, each once', (filter) => {
    const wanted = plainly(filter).map(({ id }) => id);
    const found: string[] = [];
    let after: GamePosition | undefined;
    for (;;) {
      const page = index.search(filter, { ...everything, after });
      found.push(...page.map(({ id }) => id));
      after = page.at(-1);
      if (page.length < 200) break;
    }
    expect(found).toEqual(wanted);
  });

  it('go on after a position whose game is gone', () => {
    const [, second, third] = plainly({ provider: 'hub88' });
    const after = { name: second?.name ?? '', id: `${second?.id ?? ''}0` };
    expect(index.search({ provider: 'hub88' }, { ...everything, after, limit: 1 })[0]?.id).toBe(third?.id);
  });

  it('are looked up by either id, those that are not offered too', () => {
    const gone = games.find(({ enabled }) => !enabled);
    expect(index.find(gone?.id ?? '')).toBe(gone);
    expect(index.findByProviderGameId(gone?.provider ?? '', gone?.providerGameId ?? '')).toBe(gone);
    expect(index.find('nobody')).toBeUndefined();
    expect(index.findByProviderGameId('softswiss', 'nobody')).toBeUndefined();
  });
});
