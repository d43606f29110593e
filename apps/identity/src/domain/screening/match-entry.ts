import { compareNames } from './compare-names';
import { prepareName, type NameKind, type PreparedName } from './prepare-name';

/**
 * From here two names are taken for one where two records are compared. Searching a whole list for one person asks
 * for more, because every further name on the list is another chance of a false hit.
 */
export const pairThreshold = 0.74;
export const hitThreshold = 0.86;

/** Whom to look for. */
export interface ScreeningQuery {
  readonly name: string;
  /** `YYYY-MM-DD`. */
  readonly dateOfBirth?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
}

/** A name of an entry, taken apart once. */
export interface ListedName {
  readonly name: string;
  readonly prepared: PreparedName;
}

/** What a name is compared with. */
export interface CandidateEntry {
  readonly kind: NameKind;
  readonly birthDates: readonly string[];
  readonly countries: readonly string[];
}

export interface EntryMatch {
  /** 0 to 1: the best name, moved by the evidence. */
  readonly score: number;
  /** Every step to the score, in words. */
  explain(): string;
  /** What agrees beside the name. Without any, a match confirms nobody. */
  readonly evidence: readonly ('birth-date' | 'country')[];
}

const AGREES = 0.05;
const SAME_YEAR = 0.03;
const OTHER_BIRTH = -0.13;
const OTHER_COUNTRY = -0.02;

/** A query with its name taken apart once for each kind of entry. */
export class PreparedQuery {
  private readonly prepared = new Map<NameKind, PreparedName>();
  constructor(readonly query: ScreeningQuery) {}

  as(kind: NameKind): PreparedName {
    const known = this.prepared.get(kind) ?? prepareName(this.query.name, kind);
    this.prepared.set(kind, known);
    return known;
  }
}

/** The best of some of an entry's names against the query, with the birth date and the country weighed in. */
export function matchEntry(
  prepared: PreparedQuery,
  entry: CandidateEntry,
  names: readonly ListedName[],
): EntryMatch {
  let best = { score: 0, explain: (): readonly string[] => [], name: '' };
  for (const listed of names) {
    const compared = compareNames(prepared.as(entry.kind), listed.prepared);
    if (compared.score > best.score) best = { ...compared, name: listed.name };
  }
  const birth = birthEvidence(prepared.query.dateOfBirth, entry.birthDates);
  const country = countryEvidence(prepared.query.country, entry.countries);
  const score = Math.max(0, Math.min(1, best.score + birth.weight + country.weight));
  const evidence: EntryMatch['evidence'][number][] = [];
  if (birth.agrees) evidence.push('birth-date');
  if (country.weight > 0) evidence.push('country');
  const explain = () =>
    [`name "${best.name}" ${best.score.toFixed(3)}`, ...best.explain(), birth.reason, country.reason].join(
      '; ',
    );
  return { score, explain, evidence };
}

interface Evidence {
  readonly weight: number;
  readonly reason: string;
}

function birthEvidence(
  born: string | undefined,
  listed: readonly string[],
): Evidence & { readonly agrees?: boolean } {
  if (born === undefined || listed.length === 0) return { weight: 0, reason: 'no birth date to compare' };
  const signed = (weight: number) => `${weight > 0 ? '+' : ''}${weight}`;
  if (listed.includes(born)) {
    return { weight: AGREES, reason: `the birth date agrees (${signed(AGREES)})`, agrees: true };
  }
  const years = listed.map((date) => Math.abs(Number(date.slice(0, 4)) - Number(born.slice(0, 4))));
  const nearest = Math.min(...years);
  // lists often know the year alone, and often err by one
  if (nearest === 0) {
    // of a list that knows the day, another day of the year says nothing for the person
    const agrees = listed.includes(born.slice(0, 4));
    return { weight: SAME_YEAR, reason: `the year of birth agrees (${signed(SAME_YEAR)})`, agrees };
  }
  if (nearest === 1) return { weight: 0, reason: 'the year of birth differs by one' };
  return {
    weight: OTHER_BIRTH,
    reason: `the birth dates are ${nearest} years apart (${signed(OTHER_BIRTH)})`,
  };
}

function countryEvidence(country: string | undefined, listed: readonly string[]): Evidence {
  if (country === undefined || listed.length === 0) return { weight: 0, reason: 'no country to compare' };
  const agrees = listed.includes(country);
  const weight = agrees ? AGREES : OTHER_COUNTRY;
  return { weight, reason: `the country ${agrees ? 'agrees (+' : 'differs ('}${weight})` };
}
