import fc from 'fast-check';
import { idOfGame, type Game, type ListedGame } from './catalogue';
import { diffCatalogue, suspicionOf, type GameChange } from './catalogue-diff';

const defaults = { currencies: ['EUR'] };
const whole = { whole: true, defaults };
const list = fc.uniqueArray(
  fc.record(
    {
      providerGameId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      name: fc.constantFrom('One', 'Two', 'Three'),
      rtpBasisPoints: fc.constantFrom(9_400, 9_600),
      currencies: fc.constantFrom(['EUR', 'USD'], ['USD', 'EUR'], ['EUR']),
      features: fc.constantFrom([], ['free-rounds']),
    },
    { requiredKeys: ['providerGameId', 'name'] },
  ),
  { selector: ({ providerGameId }) => providerGameId },
) as fc.Arbitrary<ListedGame[]>;

/** What the store does with a difference. */
function apply(known: readonly Game[], changes: readonly GameChange[]): Game[] {
  const games = new Map(known.map((game) => [game.providerGameId, game]));
  for (const { game } of changes) games.set(game.providerGameId, game);
  return [...games.values()];
}
const offered = (games: readonly Game[]) => games.filter(({ enabled }) => enabled);

describe('the difference between a catalogue and a list', () => {
  it('makes the catalogue agree with the last of any sequence of lists, and ids last', () => {
    fc.assert(
      fc.property(fc.array(list, { maxLength: 8 }), (lists) => {
        let known: Game[] = [];
        const idOf = new Map<string, string>();
        for (const listed of lists) {
          const diff = diffCatalogue('p', known, listed, whole);
          const before = new Map(known.map((game) => [game.providerGameId, game]));
          for (const { kind, game } of diff.changes) {
            const was = before.get(game.providerGameId);
            expect(kind === 'added').toBe(was === undefined);
            expect(kind === 'restored').toBe(was?.enabled === false);
            if (kind === 'removed') expect(was?.enabled).toBe(true);
          }
          expect(new Set(diff.changes.map(({ game }) => game.id)).size).toBe(diff.changes.length);
          known = apply(known, diff.changes);
          for (const { providerGameId, id } of known) {
            expect(idOf.get(providerGameId) ?? id).toBe(id);
            idOf.set(providerGameId, id);
          }
          expect(
            offered(known)
              .map(({ providerGameId }) => providerGameId)
              .sort(),
          ).toEqual(listed.map(({ providerGameId }) => providerGameId).sort());
          for (const entry of listed) {
            const { currencies: _order, features = [], ...facts } = entry;
            const game = known.find(({ providerGameId }) => providerGameId === entry.providerGameId);
            expect(game).toMatchObject(facts);
            if (entry.features) expect(game?.features ?? []).toEqual(features);
          }
          expect(diffCatalogue('p', known, listed, whole)).toEqual({ changes: [], unchanged: listed.length });
        }
      }),
    );
  });

  it('removes nothing by a part of a list', () => {
    fc.assert(
      fc.property(list, list, (first, second) => {
        const known = apply([], diffCatalogue('p', [], first, whole).changes);
        const { changes } = diffCatalogue('p', known, second, { whole: false, defaults });
        expect(changes.map(({ kind }) => kind)).not.toContain('removed');
        expect(offered(apply(known, changes)).length).toBeGreaterThanOrEqual(first.length);
      }),
    );
  });
});

describe('what a difference says', () => {
  const entry = { providerGameId: 'a', name: 'One', currencies: ['EUR', 'USD'] };
  const known = apply([], diffCatalogue('p', [], [entry], whole).changes);

  it('gives a new game the id that it has everywhere', () => {
    expect(known[0]?.id).toBe(idOfGame('p', 'a'));
    expect(idOfGame('p', 'a')).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(idOfGame('p', 'a')).not.toBe(idOfGame('q', 'a'));
  });

  it('names each fact with what it was and is, and keeps what the list leaves out', () => {
    const { changes } = diffCatalogue(
      'p',
      known,
      [{ providerGameId: 'a', name: 'Uno', volatility: 'high' }],
      whole,
    );
    expect(changes).toMatchObject([
      {
        kind: 'changed',
        game: { name: 'Uno', currencies: ['EUR', 'USD'], volatility: 'high' },
        facts: [
          { fact: 'name', before: '"One"', after: '"Uno"' },
          { fact: 'volatility', before: 'null', after: '"high"' },
        ],
      },
    ]);
  });

  it('sees no change in another order', () => {
    const again = [{ ...entry, currencies: ['USD', 'EUR'], features: [] }];
    expect(diffCatalogue('p', known, again, whole)).toEqual({ changes: [], unchanged: 1 });
  });
});

describe('a list that is too short to be true', () => {
  const games = (count: number): ListedGame[] =>
    Array.from({ length: count }, (_, at) => ({ providerGameId: `g${at}`, name: `Game ${at}` }));
  const known = apply([], diffCatalogue('p', [], games(10), whole).changes);
  const suspicion = (count: number) => suspicionOf(known, diffCatalogue('p', known, games(count), whole));

  it.each([10, 9, 8, 20])('%d of 10 games are believed', (count) => {
    expect(suspicion(count)).toBeUndefined();
  });

  it.each([7, 1, 0])('%d of 10 games are not', (count) => {
    expect(suspicion(count)).toBe(`the list lacks ${10 - count} of 10 games that are offered`);
  });

  it('does not count what was gone before', () => {
    const fewer = apply(known, diffCatalogue('p', known, games(8), whole).changes);
    expect(suspicionOf(fewer, diffCatalogue('p', fewer, games(8), whole))).toBeUndefined();
  });
});
