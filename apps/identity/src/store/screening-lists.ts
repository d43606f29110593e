import { createHash } from 'node:crypto';
import type { Database, Db } from '@baize/persistence';
import type { ListEntry } from '../domain/screening/list-entry';

/** What distinguishes one version of an entry from another. */
export function entryDigest(entry: ListEntry): Buffer {
  const { sourceId, kind, names, programs, birthDates, countries } = entry;
  const parts = [sourceId, kind, names, programs, birthDates, countries];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

export interface LoadRecord {
  readonly epoch: number;
  readonly list: string;
  readonly version: number;
  readonly sha256: string;
  readonly entries: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export async function latestLoad(db: Db, list: string): Promise<LoadRecord | undefined> {
  const [row] = await db.query<LoadRecord>(
    `SELECT epoch, list, version, sha256, entries, added, changed, removed
     FROM screening_load WHERE list = $1 ORDER BY version DESC LIMIT 1`,
    [list],
  );
  return row;
}

export async function currentEpoch(db: Db): Promise<number> {
  const [row] = await db.query<{ epoch: number }>('SELECT epoch FROM screening_state');
  return row?.epoch ?? 0;
}

/** Entries of a load that never became visible. */
export async function sweepBrokenLoad(db: Db, epoch: number): Promise<void> {
  await db.query('DELETE FROM screening_entry WHERE valid_from > $1', [epoch]);
}

/** The visible entries of a list by their publisher's id. */
export async function visibleDigests(db: Db, list: string): Promise<Map<string, Buffer>> {
  const rows = await db.query<{ sourceId: string; digest: Buffer }>(
    `SELECT e.source_id AS "sourceId", e.digest FROM screening_entry e, screening_state s
     WHERE e.list = $1 AND e.valid_to IS NULL AND e.valid_from <= s.epoch`,
    [list],
  );
  return new Map(rows.map(({ sourceId, digest }) => [sourceId, digest]));
}

/** Writes entries under an epoch that is not visible yet. */
export async function insertEntries(
  db: Db,
  list: string,
  epoch: number,
  entries: readonly ListEntry[],
): Promise<void> {
  const rows = entries.map((entry) => ({
    source_id: entry.sourceId,
    kind: entry.kind,
    name: entry.names[0],
    programs: entry.programs,
    birth_dates: entry.birthDates,
    countries: entry.countries,
    digest: `\\x${entryDigest(entry).toString('hex')}`,
    names: entry.names,
  }));
  await db.query(
    `WITH entry AS (
       SELECT * FROM json_to_recordset($3::json) AS e(source_id text, kind text, name text, programs text[],
         birth_dates text[], countries text[], digest bytea, names text[])
     ), written AS (
       INSERT INTO screening_entry (list, source_id, kind, name, programs, birth_dates, countries, digest, valid_from)
       SELECT $1, source_id, kind, name, programs, birth_dates, countries, digest, $2 FROM entry
       RETURNING id, source_id
     )
     INSERT INTO screening_name (entry_id, name)
     SELECT w.id, unnest(entry.names) FROM entry JOIN written w USING (source_id)`,
    [list, epoch, JSON.stringify(rows)],
  );
}

/** Makes a load visible in one step; false when another load was faster. */
export async function publishLoad(
  database: Database,
  load: LoadRecord,
  ended: readonly string[],
): Promise<boolean> {
  return database.transactions.run(async (db) => {
    const moved = await db.query(
      'UPDATE screening_state SET epoch = $1 WHERE epoch = $1 - 1 RETURNING epoch',
      [load.epoch],
    );
    if (moved.length === 0) return false;
    await db.query(
      `UPDATE screening_entry SET valid_to = $1
       WHERE list = $2 AND source_id = ANY ($3) AND valid_to IS NULL AND valid_from < $1`,
      [load.epoch, load.list, ended],
    );
    await db.query(
      `INSERT INTO screening_load (epoch, list, version, sha256, entries, added, changed, removed)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        load.epoch,
        load.list,
        load.version,
        load.sha256,
        load.entries,
        load.added,
        load.changed,
        load.removed,
      ],
    );
    return true;
  });
}

/** The newest load of every list. */
export function latestLoads(db: Db): Promise<(LoadRecord & { readonly loadedAt: Date })[]> {
  return db.query(
    `SELECT DISTINCT ON (list) epoch, list, version, sha256, entries, added, changed, removed,
       loaded_at AS "loadedAt"
     FROM screening_load ORDER BY list, version DESC LIMIT 50`,
  );
}
