import { Database, type Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import {
  hitThreshold,
  matchEntry,
  PreparedQuery,
  type EntryMatch,
  type ScreeningQuery,
} from './domain/screening/match-entry';
import {
  prepareName,
  searchText,
  skeletonText,
  type NameKind,
  type PreparedName,
} from './domain/screening/prepare-name';
import { findCandidates, type CandidateName } from './store/screening-names';

/** An entry that a query hits. */
export interface ScreeningHit extends EntryMatch {
  readonly entryId: bigint;
  readonly list: string;
  readonly sourceId: string;
  /** The entry's primary name. */
  readonly name: string;
}

const MOST_CANDIDATES = 120;
const MOST_HITS = 50;
const MAX_KEPT = 50_000;

/** Finds who on the loaded lists a person may be: candidates by trigrams, then the matcher. */
@Injectable()
export class Screening {
  /** Names of entries taken apart: most candidates come again and again. */
  private readonly kept = new Map<string, PreparedName>();

  constructor(private readonly database: Database) {}

  /** Every hit at or above the threshold, best first, at most 50; only of entries newer than `afterEpoch`. */
  async find(query: ScreeningQuery, afterEpoch = 0, db: Db = this.database): Promise<ScreeningHit[]> {
    const prepared = new PreparedQuery(query);
    const hits: ScreeningHit[] = [];
    for (const [first, ...others] of byEntry(await this.candidates(query.name, afterEpoch, db))) {
      if (!first) continue;
      const names = [first, ...others].map(({ matched }) => matched);
      const match = matchEntry(prepared, { ...first, names }, (name, kind) => this.prepare(name, kind));
      const { entryId, list, sourceId, name } = first;
      if (match.score >= hitThreshold) hits.push({ ...match, entryId, list, sourceId, name });
    }
    return hits.sort((a, b) => b.score - a.score).slice(0, MOST_HITS);
  }

  private async candidates(name: string, afterEpoch: number, db: Db): Promise<CandidateName[]> {
    const text = searchText(name);
    if (text === '') return [];
    const search = {
      text,
      skeletal: false,
      threshold: thresholdFor(text),
      afterEpoch,
      most: MOST_CANDIDATES,
    };
    const found = await findCandidates(db, search);
    if (!prepareName(name, 'person').isAbjad) return found;
    const skeleton = skeletonText(name);
    const unwritten = { ...search, text: skeleton, skeletal: true, threshold: thresholdFor(skeleton) };
    return [...found, ...(await findCandidates(db, unwritten))];
  }

  private prepare(name: string, kind: NameKind): PreparedName {
    const key = `${kind}\0${name}`;
    const known = this.kept.get(key);
    if (known) return known;
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    const prepared = prepareName(name, kind);
    this.kept.set(key, prepared);
    return prepared;
  }
}

/** One slip spoils three or four trigrams, which is half of those of a short name. */
function thresholdFor(text: string): number {
  if (text.length <= 6) return 0.15;
  return text.length <= 10 ? 0.25 : 0.3;
}

function byEntry(names: readonly CandidateName[]): Iterable<CandidateName[]> {
  const entries = new Map<bigint, CandidateName[]>();
  for (const name of names) {
    const known = entries.get(name.entryId);
    if (known) known.push(name);
    else entries.set(name.entryId, [name]);
  }
  return entries.values();
}
