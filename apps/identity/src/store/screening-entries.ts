import type { Db } from '@baize/persistence';
import type { StoredEntry } from '../domain/screening/list-index';

/** Between two epochs of the lists: after the one, up to the other. */
export interface Epochs {
  readonly after: number;
  readonly upTo: number;
}

/** Entries that came between and are still visible at the end, by id, at most `limit` behind `afterId`. */
export function newEntries(
  db: Db,
  { after, upTo }: Epochs,
  afterId: bigint,
  limit: number,
): Promise<StoredEntry[]> {
  return db.query<StoredEntry>(
    `SELECT e.id AS "entryId", e.list, e.source_id AS "sourceId", e.kind, e.name, e.birth_dates AS "birthDates",
       e.countries, e.valid_from AS "validFrom",
       ARRAY(SELECT n.name FROM screening_name n WHERE n.entry_id = e.id) AS names
     FROM screening_entry e
     WHERE e.valid_from > $1 AND e.valid_from <= $2 AND (e.valid_to IS NULL OR e.valid_to > $2) AND e.id > $3
     ORDER BY e.id LIMIT $4`,
    [after, upTo, afterId.toString(), limit],
  );
}

/** Entries that were visible at the beginning and are not at the end. */
export async function endedEntries(db: Db, { after, upTo }: Epochs): Promise<Set<bigint>> {
  const rows = await db.query<{ id: bigint }>(
    'SELECT id FROM screening_entry WHERE valid_from <= $1 AND valid_to > $1 AND valid_to <= $2',
    [after, upTo],
  );
  return new Set(rows.map(({ id }) => id));
}
