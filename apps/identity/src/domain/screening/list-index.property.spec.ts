import fc from 'fast-check';
import { allowedEdits, compareTokens } from './compare-tokens';
import { ListIndex, listEntry, type ListedEntry, type StoredEntry } from './list-index';
import { hitThreshold, matchEntry, PreparedQuery, type ScreeningQuery } from './match-entry';
import { prepareName, searchText, skeletonText, type KnownTokens } from './prepare-name';
import { editDistance } from './token-similarity';
import { TrigramIndex } from './trigram-index';

/** What the index is for, without it: the trigrams of both texts as PostgreSQL documents `similarity` of pg_trgm. */
function alike(left: string, right: string): number {
  const [a, b] = [trigrams(left), trigrams(right)];
  const both = [...a].filter((trigram) => b.has(trigram)).length;
  return both / (a.size + b.size - both);
}

function trigrams(text: string): Set<string> {
  const words = text.split(' ').filter((word) => word !== '');
  return new Set(
    words.flatMap((word) => Array.from({ length: word.length + 1 }, (_, i) => `  ${word} `.slice(i, i + 3))),
  );
}

// few letters and few words, so that much is alike
const word = fc.oneof(
  fc.stringMatching(/^[a-e0-2]{1,9}$/),
  fc.constantFrom(
    'mohammed',
    'muhammad',
    'maria',
    'jose',
    'al',
    'abd',
    'rahman',
    'trading',
    'company',
    'ltd',
  ),
  fc.constantFrom('aldermann', 'henrik', 'x', 'constructor', 'محمد', 'علي', 'رحمن', 'Павел', '김', 'ß'),
);
const name = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));

/** The name with a letter left out, put in or changed. */
const withSlip = (text: string) =>
  fc
    .tuple(fc.nat(text.length), fc.constantFrom(0, 1), fc.constantFrom('', 'e', 'h'))
    .map(([place, gone, put]) => text.slice(0, place) + put + text.slice(place + gone));

const withSlips = (text: string) => withSlip(text).chain(withSlip).chain(withSlip);

const entries: fc.Arbitrary<StoredEntry[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('person', 'organisation'),
      names: fc.array(name, { minLength: 1, maxLength: 4 }),
      birthDates: fc.constantFrom([], ['1961-04-17'], ['1990']),
      countries: fc.constantFrom([], ['MT']),
      validFrom: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((all) =>
    all.map((entry, n) => ({
      ...entry,
      ...{ entryId: BigInt(n), list: 'demo', sourceId: String(n), name: entry.names[0] ?? '' },
    })),
  );

const searches = entries.chain((all) =>
  fc.record({
    all: fc.constant(all),
    afterEpoch: fc.integer({ min: -1, max: 3 }),
    queries: fc.array(
      fc.record({
        name: fc.oneof(name, fc.constantFrom(...all.flatMap(({ names }) => names)).chain(withSlip)),
        dateOfBirth: fc.constantFrom(undefined, '1961-04-17', '1961-01-01', '1970-01-01'),
        country: fc.constantFrom(undefined, 'MT', 'SE'),
      }),
      { minLength: 5, maxLength: 10 },
    ),
  }),
);

const thresholdOf = (text: string) => (text.length <= 6 ? 0.15 : text.length <= 10 ? 0.25 : 0.3);

/** Every name of every entry, looked at one by one. */
const searchAll = (all: readonly ListedEntry[]) => (query: ScreeningQuery, afterEpoch: number) => {
  const prepared = new PreparedQuery(query);
  const text = searchText(query.name);
  const skeleton = prepared.as('person').isAbjad ? skeletonText(text) : '';
  const looksLike = (listed: { search: string; skeleton: string }) =>
    alike(text, listed.search) >= thresholdOf(text) ||
    (skeleton !== '' && alike(skeleton, listed.skeleton) >= thresholdOf(skeleton));
  return all
    .filter(({ validFrom }) => validFrom > afterEpoch)
    .map((entry) => ({ entry, match: matchEntry(prepared, entry, entry.names.filter(looksLike)) }))
    .filter(({ match }) => match.score >= hitThreshold)
    .map(({ entry, match }) => [entry.sourceId, match.score, match.evidence]);
};

it('finds what a search through every entry finds, with the same scores', () => {
  let found = 0;
  fc.assert(
    fc.property(searches, ({ all, queries, afterEpoch }) => {
      const known: KnownTokens = new Map();
      const index = new ListIndex(
        3,
        all.map((entry) => listEntry(entry, known)),
      );
      const expected = searchAll(all.map((entry) => listEntry(entry)));
      for (const query of queries) {
        const hits = index.find(query, afterEpoch).map((hit) => [hit.sourceId, hit.score, hit.evidence]);
        expect(hits.sort()).toEqual(expected(query, afterEpoch).sort());
        found += hits.length;
      }
    }),
  );
  expect(found).toBeGreaterThan(100);
});

const listed = (...names: string[]) =>
  names.map((one, n) =>
    listEntry({
      ...{ entryId: BigInt(n), list: 'demo', sourceId: one, kind: 'person', name: one, names: [one] },
      ...{ birthDates: [], countries: [], validFrom: 1 },
    }),
  );

// the slips leave these just enough trigrams in common, and the last one none: it is found by its consonants
it.each([
  ['im Ejk', 'Jim Ek'],
  ['Aldemrnan', 'Aldermann'],
  ['Tmo Norldund', 'Tom Nordlund'],
  ['سليم منصور', 'Salim Mansour'],
])('finds %s for %s', (query, one) => {
  const index = new ListIndex(1, listed(one, 'Nobody Else'));
  expect(index.find({ name: query }).map(({ sourceId }) => sourceId)).toEqual([one]);
});

it('finds the texts that share the most trigrams, best first', () => {
  const text = name.map(searchText);
  fc.assert(
    fc.property(
      ...[
        fc.array(text, { maxLength: 30 }),
        text,
        fc.constantFrom(0.15, 0.25, 0.3),
        fc.integer({ min: 1, max: 9 }),
      ],
      (texts, query, threshold, most) => {
        const found = new TrigramIndex(texts).find(query, { threshold, most, accepts: (n) => n % 5 !== 4 });
        const expected = texts
          .map((one, n) => ({ n, alike: alike(query, one) }))
          .filter((one) => one.n % 5 !== 4 && one.alike >= threshold)
          .sort((x, y) => y.alike - x.alike || x.n - y.n)
          .slice(0, most);
        expect(found).toEqual(expected.map(({ n }) => n));
      },
    ),
    { numRuns: 200 },
  );
});

it('pairs all words that are few enough edits apart, and no others', () => {
  // vowels make edits that sound alike
  const letters = fc.stringMatching(/^[aeioubd]{4,14}$/);
  const pairs = letters.chain((text) => fc.tuple(fc.constant(text), fc.oneof(letters, withSlips(text))));
  const numbers = { paired: 0, distinct: 0 };
  fc.assert(
    fc.property(pairs, ([left, right]) => {
      const [a] = prepareName(left, 'person').tokens;
      const [b] = prepareName(right, 'person').tokens;
      fc.pre(a?.kind === 'word' && b?.kind === 'word');
      const edits = editDistance(a.text, b.text);
      const soundsAlike = a.sounds.some((key) => key.length > 1 && b.sounds.includes(key));
      const most = allowedEdits(Math.max(a.text.length, b.text.length)) + (soundsAlike ? 1 : 0);
      expect(compareTokens(a, b, false) !== undefined).toBe(edits <= most);
      if (edits <= most) numbers.paired += 1;
      else numbers.distinct += 1;
    }),
    // the example: as far apart as words can be that sound alike, in letters too
    { numRuns: 1_000, examples: [[['badi', 'bedo']]] },
  );
  expect(Math.min(numbers.paired, numbers.distinct)).toBeGreaterThan(50);
});
