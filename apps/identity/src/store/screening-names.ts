import type { Db } from '@baize/persistence';
import type { NameKind } from '../domain/screening/prepare-name';

/** One name of a visible entry that looks like the query. */
export interface CandidateName {
  readonly entryId: bigint;
  readonly matched: string;
  readonly list: string;
  readonly sourceId: string;
  readonly kind: NameKind;
  readonly name: string;
  readonly birthDates: readonly string[];
  readonly countries: readonly string[];
}

export interface CandidateSearch {
  /** As `searchText` or `skeletonText` makes it. */
  readonly text: string;
  readonly skeletal: boolean;
  /** Share of common trigrams, 0 to 1. */
  readonly threshold: number;
  /** Only entries that came after it. */
  readonly afterEpoch: number;
  readonly most: number;
}

/** The names of visible entries that share the most trigrams with the text, best first. */
export function findCandidates(db: Db, search: CandidateSearch): Promise<CandidateName[]> {
  const { text, skeletal, threshold, afterEpoch, most } = search;
  return db.query<CandidateName>({
    name: 'identity-screening-candidates',
    text: `SELECT e.id AS "entryId", c.name AS matched, e.list, e.source_id AS "sourceId", e.kind, e.name,
        e.birth_dates AS "birthDates", e.countries
      FROM screening_candidates($1, $2, $3, $4, $5) c JOIN screening_entry e ON e.id = c.entry_id`,
    values: [text, skeletal, threshold, afterEpoch, most],
  });
}
