import type { GamePage, ListGames } from '@baize/contracts';
import seed from '../../../seed/games.json';
import { dialects } from '../../adapters/registry';
import type { Game } from '../../domain/catalogue';
import { CatalogueIndex, type BrandVisibility } from '../../domain/catalogue-index';
import { Providers } from '../../providers';
import { ListGamesUseCase } from './list-games';

const seeded = seed as Omit<Game, 'enabled'>[];
const games: Game[] = seeded
  .filter(({ provider }) => provider === 'softswiss' || provider === 'evolution')
  .map((game) => ({ ...game, enabled: true }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));
const softswissOnly = new Providers({
  brands: { demo: { providers: { softswiss: { secret: 'a-long-secret' } } } },
});
const both = new Providers({
  brands: {
    demo: { providers: { softswiss: { secret: 'a-long-secret' }, evolution: { authToken: 'a-long-token' } } },
  },
});

function list(
  request: Partial<ListGames>,
  providers = both,
  of = games,
  rules: BrandVisibility[] = [],
  isHidden = (_brand: string, _provider: string) => false,
): GamePage {
  const index = new CatalogueIndex(of, rules);
  const catalogue = {
    search: index.search.bind(index),
    isVisible: (game: Game, brand: string, country?: string) => index.isVisible(game.id, brand, country),
  };
  const result = new ListGamesUseCase(catalogue, providers, { isHidden }).execute({
    brand: 'demo',
    ...request,
  });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const ids = ({ items }: GamePage) => items.map(({ id }) => id);
const idsWhere = (wanted: (game: Game) => boolean) => games.filter(wanted).map(({ id }) => id);

describe('the catalogue that comes with the product', () => {
  it('has at least five games per dialect, each id and provider id once', () => {
    for (const { provider } of dialects)
      expect(seeded.filter((game) => game.provider === provider).length).toBeGreaterThanOrEqual(5);
    expect(new Set(seeded.map(({ id }) => id)).size).toBe(seeded.length);
    expect(new Set(seeded.map((game) => `${game.provider} ${game.providerGameId}`)).size).toBe(seeded.length);
  });
});

describe('list-games', () => {
  it.each<[Partial<ListGames>, (game: Game) => boolean]>([
    [{}, () => true],
    [{ provider: 'evolution' }, ({ provider }) => provider === 'evolution'],
    [{ category: 'table' }, ({ category }) => category === 'table'],
    [{ country: 'US' }, ({ blockedCountries }) => !blockedCountries.includes('US')],
    [{ country: 'GB' }, ({ blockedCountries }) => !blockedCountries.includes('GB')],
    [{ currency: 'BTC' }, ({ currencies }) => currencies.includes('BTC')],
    [{ device: 'mobile' }, ({ devices }) => devices.includes('mobile')],
    [{ q: 'BLACKJACK' }, ({ name }) => name.includes('Blackjack')],
    [
      { provider: 'softswiss', category: 'slot', q: 'o' },
      (game) => game.category === 'slot' && /o/i.test(game.name),
    ],
    [{ provider: 'nobody' }, () => false],
  ])('filters by %j', (request, wanted) => {
    expect(ids(list(request))).toEqual(idsWhere(wanted));
  });

  it('shows a brand the games of its own providers only', () => {
    expect(ids(list({}, softswissOnly))).toEqual(idsWhere(({ provider }) => provider === 'softswiss'));
    expect(ids(list({ brand: 'other' }))).toEqual([]);
  });

  it('leaves out what the brand hides, everywhere or from players of a country', () => {
    const [hidden, abroad, elsewhere] = games;
    if (!hidden || !abroad || !elsewhere) throw new Error('too few games');
    const rules = [
      { brand: 'demo', gameId: hidden.id, visible: false },
      { brand: 'demo', gameId: hidden.id, market: 'MT', visible: true },
      { brand: 'demo', gameId: abroad.id, market: 'DE', visible: false },
      { brand: 'other', gameId: elsewhere.id, visible: false },
    ];
    const shown = (country?: string) =>
      ids(list(country === undefined ? {} : { country }, both, games, rules));
    expect(shown()).toEqual(idsWhere(({ id }) => id !== hidden.id));
    expect(shown('MT')).toEqual(idsWhere(({ blockedCountries }) => !blockedCountries.includes('MT')));
    expect(shown('DE')).toEqual(
      idsWhere(
        ({ id, blockedCountries }) =>
          ![hidden.id, abroad.id].includes(id) && !blockedCountries.includes('DE'),
      ),
    );
  });

  it('leaves out disabled games and says nothing of being enabled', () => {
    const [first, ...rest] = games;
    if (!first) throw new Error('no games');
    const page = list({}, both, [{ ...first, enabled: false }, ...rest]);
    expect(ids(page)).toEqual(rest.map(({ id }) => id));
    expect(page.items[0]).not.toHaveProperty('enabled');
  });

  it('leaves out the games of a provider in trouble', () => {
    const hidden = (brand: string, provider: string) => brand === 'demo' && provider === 'evolution';
    expect(ids(list({}, both, games, [], hidden))).toEqual(
      idsWhere(({ provider }) => provider !== 'evolution'),
    );
  });

  it('pages through everything once, equal names included', () => {
    const twins = games.flatMap((game, at) => [
      game,
      { ...game, id: `ffffffff-0000-7000-8000-${String(at).padStart(12, '0')}` },
    ]);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = list({ limit: 4, ...(cursor !== undefined && { cursor }) }, both, twins);
      expect(page.items.length).toBeLessThanOrEqual(4);
      seen.push(...ids(page));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(twins.map(({ id }) => id));
  });

  it('ends a page where a message has no more room: tables have limits in many currencies', () => {
    const limits = Array.from({ length: 50 }, (_, at) => {
      return { currency: `CURRENCY${at}`, minimum: 10_000_000 + at, maximum: 9_007_199_254_740_000 };
    });
    const [table] = games.filter(({ category }) => category === 'live');
    const tables = Array.from({ length: 500 }, (_, at) => ({
      ...table!,
      id: `ffffffff-0000-7000-8000-${String(at).padStart(12, '0')}`,
      languages: Array.from({ length: 200 }, () => 'zh-Hans'),
      liveTable: { limits },
    }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = list({ limit: 200, ...(cursor !== undefined && { cursor }) }, both, tables);
      expect(Buffer.byteLength(JSON.stringify({ ok: true, value: page }))).toBeLessThan(1024 * 1024);
      seen.push(...ids(page));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(tables.map(({ id }) => id));
  });

  it.each([
    '',
    'x',
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('["a","b"]').toString('base64url'),
  ])('refuses the cursor "%s"', (cursor) => {
    expect(() => list({ cursor })).toThrow('request.invalid');
  });
});
