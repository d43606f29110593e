import { compareNames } from './compare-names';
import { hitThreshold, matchEntry, pairThreshold, PreparedQuery } from './match-entry';
import { prepareName, type NameKind } from './prepare-name';

const compare = (a: string, b: string, kind: NameKind = 'person') =>
  compareNames(prepareName(a, kind), prepareName(b, kind));

type Row = [why: string, a: string, b: string, kind?: NameKind];
// jest takes a missing last argument for a callback
const rows = (all: Row[]) => all.map(([why, a, b, kind = 'person']) => [why, a, b, kind] as const);

describe('compareNames', () => {
  // one row for each thing that the matcher knows; made up, none of them is on a list
  it.each(
    rows([
      ['the same', 'Henrik Aldermann', 'Henrik Aldermann'],
      ['case, accents, commas', 'ALDERMANN, Hénrik', 'henrik aldermann'],
      ['a letter changed', 'Henrik Aldermonn', 'Henrik Aldermann'],
      ['a letter left out', 'Henrk Aldermann', 'Henrik Aldermann'],
      ['letters swapped', 'Hernik Aldermann', 'Henrik Aldermann'],
      ['a slip in a short name', 'IL, Fangyu', 'LI, Fangyu'],
      ['written together', 'HenrikAldermann', 'Henrik Aldermann'],
      ['written apart', 'Henrik Alder Mann', 'Henrik Aldermann'],
      ['written apart, and a name more', 'Henrik Alder Mann', 'Henrik Jonas Aldermann'],
      ['written apart, with a slip, and a name more', 'Henrik Alder Manm', 'Henrik Jonas Aldermann'],
      ['a patronymic more', 'Pavel Igorevich Surkonov', 'Pavel Surkonov'],
      ['a transliteration', 'Wladimir Suchoruk', 'Vladimir Sukhoruk'],
      ['Cyrillic', 'Павел Сурконов', 'Pavel Surkonov'],
      ['Arabic, which writes no vowels', 'سليم منصور', 'Salim Mansour'],
      ['another form of a particle', 'Salim ibn Rashid', 'Salim bin Rashid'],
      ['a title', 'Dr. Salim Rashid', 'Salim Rashid'],
      ['an initial', 'H. Aldermann', 'Henrik Aldermann'],
      ['initials without stops', 'JP Aldermann', 'Jean-Paul Aldermann'],
      ['a nickname', 'Bill Aldermann', 'William Aldermann'],
      ['digits for letters', 'Henr1k Alderm4nn', 'Henrik Aldermann'],
      ['legal forms', 'Nordlicht Aktiengesellschaft', 'Nordlicht AG', 'organisation'],
      ['legal forms in other words', 'Open Joint Stock Company Zarya', 'OAO Zarya', 'organisation'],
      ['a misspelled legal form', 'Zarya Joynt Stock Company', 'Zarya JSC', 'organisation'],
      ['stops in a short name', 'Q.R.S. Shipping', 'QRS Shipping', 'organisation'],
      ['numbers in words', 'Brigade Twenty-Two', 'Brigade 22', 'organisation'],
      ['the article', 'The Meridian Company', 'Meridian Company', 'organisation'],
    ]),
  )('takes for one: %s', (_why, a, b, kind) => {
    expect(compare(a, b, kind).score).toBeGreaterThanOrEqual(pairThreshold);
    expect(compare(b, a, kind).score).toBeGreaterThanOrEqual(pairThreshold);
  });

  it.each(
    rows([
      ['nothing in common', 'Henrik Aldermann', 'Pavel Surkonov'],
      ['another given name', 'Jonas Aldermann', 'Henrik Aldermann'],
      ['another family name', 'Henrik Lindqvist', 'Henrik Aldermann'],
      ['another father', 'Salim bin Omar Rashid', 'Salim bin Yusuf Rashid'],
      ['another patronymic', 'Pavel Igorevich Surkonov', 'Pavel Olegovich Surkonov'],
      ['another initial', 'Henrik B. Aldermann', 'Henrik W. Aldermann'],
      ['one name of three', 'Aldermann', 'Henrik Jonas Aldermann'],
      ['one syllable of three', '김종은', '김정은'],
      ['another business', 'Meridian Oil Company', 'Meridian Gas Company', 'organisation'],
      ['another place', 'Bank of Valdoria (Lisbon) Ltd', 'Bank of Valdoria (Porto) Ltd', 'organisation'],
      ['common words alone', 'Trading Company', 'Meridian Trading Company', 'organisation'],
      ['another kind of company', 'ANO Zarya Vostoka', 'LLC Zarya Vostoka', 'organisation'],
    ]),
  )('tells apart: %s', (_why, a, b, kind) => {
    expect(compare(a, b, kind).score).toBeLessThan(pairThreshold);
    expect(compare(b, a, kind).score).toBeLessThan(pairThreshold);
  });

  it('says why, word by word', () => {
    expect(compare('Pavel Igorevich Surkonev', 'Pavel Surkonov').explain()).toEqual([
      '"pavel" and "pavel" are the same',
      '"surkonev" and "surkonov" are one edit apart and sound alike',
      'only searched for: igorevich',
    ]);
  });

  it('takes any text, and nothing for somebody', () => {
    const texts = ['', ' ', '-', '🎲', '\u0000', 'a'.repeat(10_000), '%', '((((', 'Constructor', '__proto__'];
    for (const text of texts) {
      for (const kind of ['person', 'organisation'] as const) {
        expect(compare(text, 'Henrik Aldermann', kind).score).toBeLessThan(pairThreshold);
      }
    }
  });
});

describe('matchEntry', () => {
  const entry = { kind: 'person' as const, birthDates: ['1961-04-17', '1962'], countries: ['MT'] };
  const names = ['ALDERMANN, Henrik', 'THE CLERK'].map((listed) => ({
    name: listed,
    prepared: prepareName(listed, 'person'),
  }));
  const match = (query: { name: string; dateOfBirth?: string; country?: string }) =>
    matchEntry(new PreparedQuery(query), entry, names);
  const name = 'Henrik Aldermann';

  it('takes the best of all names', () => {
    expect(match({ name: 'The Clerk' }).score).toBe(1);
  });

  it.each([
    [{}, 1, []],
    [{ dateOfBirth: '1961-04-17' }, 1, ['birth-date']],
    [{ dateOfBirth: '1962-12-31' }, 1, ['birth-date']],
    [{ dateOfBirth: '1961-11-30' }, 1, []],
    [{ dateOfBirth: '1963-01-01' }, 1, []],
    [{ dateOfBirth: '1970-01-01' }, 0.87, []],
    [{ country: 'MT' }, 1, ['country']],
    [{ country: 'SE' }, 0.98, []],
  ])('weighs %j', (evidence, score, agrees) => {
    const result = match({ name, ...evidence });
    expect(result.score).toBeCloseTo(score, 6);
    expect(result.evidence).toEqual(agrees);
  });

  it('lets a birth date of another decade drop a name that is not the same to the letter', () => {
    const near = { name: 'Henrik Aldermonn' };
    expect(match(near).score).toBeGreaterThanOrEqual(hitThreshold);
    expect(match({ ...near, dateOfBirth: '1990-01-01' }).score).toBeLessThan(hitThreshold);
  });

  it('explains the evidence too', () => {
    const { explain } = match({ name, dateOfBirth: '1990-01-01', country: 'MT' });
    expect(explain()).toBe(
      'name "ALDERMANN, Henrik" 1.000; "henrik" and "henrik" are the same; "aldermann" and "aldermann" are the same; the birth dates are 28 years apart (-0.13); the country agrees (+0.05)',
    );
  });
});
