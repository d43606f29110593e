import {
  hitThreshold,
  matchEntry,
  PreparedQuery,
  type EntryMatch,
  type ListedName,
  type ScreeningQuery,
} from './match-entry';
import { prepareName, searchText, skeletonText, type KnownTokens, type NameKind } from './prepare-name';
import { TrigramIndex } from './trigram-index';

/** One version of an entry, as it is stored. */
export interface StoredEntry {
  readonly entryId: bigint;
  readonly list: string;
  readonly sourceId: string;
  readonly kind: NameKind;
  /** The primary name. */
  readonly name: string;
  /** Every name, the primary one among them. */
  readonly names: readonly string[];
  readonly birthDates: readonly string[];
  readonly countries: readonly string[];
  /** The load that brought it. */
  readonly validFrom: number;
}

/** A name with the texts under which it is looked up. */
interface IndexedName extends ListedName {
  readonly search: string;
  /** By consonants, for queries in scripts without vowels. */
  readonly skeleton: string;
}

/** An entry with its names ready to be found and compared. */
export interface ListedEntry extends Omit<StoredEntry, 'names'> {
  readonly names: readonly IndexedName[];
}

/** Takes an entry's names apart. That is what costs of an index: some 40 us a name. */
export function listEntry(entry: StoredEntry, known?: KnownTokens): ListedEntry {
  const names = entry.names.map((name) => {
    const search = searchText(name);
    const prepared = prepareName(name, entry.kind, known);
    return { name, prepared, search, skeleton: skeletonText(search) };
  });
  return { ...entry, names };
}

/** An entry that a query hits. */
export interface ScreeningHit extends EntryMatch {
  readonly entryId: bigint;
  readonly list: string;
  readonly sourceId: string;
  /** The entry's primary name. */
  readonly name: string;
}

/** Only short and common names have more, and then the rest shares little: on OFAC's list it holds no hit. */
const MOST_CANDIDATES = 250;
const MOST_HITS = 50;

/** All lists as they are at one epoch; it never changes. */
export class ListIndex {
  private readonly names: readonly IndexedName[];
  /** Whose name each is. */
  private readonly owners: readonly ListedEntry[];
  private readonly searches: TrigramIndex;
  private readonly skeletons: TrigramIndex;

  constructor(
    readonly epoch: number,
    readonly entries: readonly ListedEntry[],
  ) {
    this.names = entries.flatMap(({ names }) => names);
    this.owners = entries.flatMap((entry) => entry.names.map(() => entry));
    this.searches = new TrigramIndex(this.names.map(({ search }) => search));
    this.skeletons = new TrigramIndex(this.names.map(({ skeleton }) => skeleton));
  }

  /** Every hit at or above the threshold, best first, at most 50; only of entries newer than `afterEpoch`. */
  find(query: ScreeningQuery, afterEpoch = 0): ScreeningHit[] {
    const prepared = new PreparedQuery(query);
    const hits: ScreeningHit[] = [];
    for (const [entry, names] of this.candidates(prepared, afterEpoch)) {
      const match = matchEntry(prepared, entry, names);
      const { entryId, list, sourceId, name } = entry;
      if (match.score >= hitThreshold) hits.push({ ...match, entryId, list, sourceId, name });
    }
    return hits.sort((a, b) => b.score - a.score).slice(0, MOST_HITS);
  }

  /** The entries' names that look like the query. */
  private candidates(prepared: PreparedQuery, afterEpoch: number): Map<ListedEntry, ListedName[]> {
    const search = (index: TrigramIndex, text: string) =>
      index.find(text, {
        threshold: thresholdFor(text),
        most: MOST_CANDIDATES,
        accepts: (n) => (this.owners[n]?.validFrom ?? 0) > afterEpoch,
      });
    const text = searchText(prepared.query.name);
    const found = search(this.searches, text);
    if (prepared.as('person').isAbjad) found.push(...search(this.skeletons, skeletonText(text)));
    const byEntry = new Map<ListedEntry, ListedName[]>();
    for (const n of new Set(found)) {
      const [entry, name] = [this.owners[n], this.names[n]];
      if (!entry || !name) continue;
      const known = byEntry.get(entry);
      if (known) known.push(name);
      else byEntry.set(entry, [name]);
    }
    return byEntry;
  }
}

/** One slip spoils three or four trigrams, which is half of those of a short name. */
function thresholdFor(text: string): number {
  if (text.length <= 6) return 0.15;
  return text.length <= 10 ? 0.25 : 0.3;
}
