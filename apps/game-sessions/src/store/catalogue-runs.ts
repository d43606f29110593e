import type { CatalogueRunDto } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { ListedGame } from '../domain/catalogue';
import type { GameChange } from '../domain/catalogue-diff';

interface RunRow {
  id: string;
  source: CatalogueRunDto['source'];
  provider: string | null;
  state: CatalogueRunDto['state'];
  detail: string;
  listed: number;
  added: number;
  changed: number;
  removed: number;
  restored: number;
  started_at: Date;
  finished_at: Date | null;
}
/** Everything but the list that is held, which can be long. */
const columns =
  'id, source, provider, state, detail, listed, added, changed, removed, restored, started_at, finished_at';

function fromRow(row: RunRow): CatalogueRunDto {
  const { started_at: startedAt, finished_at: finishedAt, provider, ...rest } = row;
  return {
    ...rest,
    ...(provider !== null && { provider }),
    startedAt: startedAt.toISOString(),
    ...(finishedAt && { finishedAt: finishedAt.toISOString() }),
  };
}

/**
 * Begins a fetch unless one of the provider was begun within `quietMs` (a fifteenth of it when it failed), or is still
 * running and younger than `abandonedMs`. Holds the catalogue's lock, so that of two that ask at once one begins. Answers whether it did.
 */
export async function beginSync(
  db: Db,
  run: { readonly id: string; readonly provider: string },
  { quietMs, abandonedMs }: { quietMs: number; abandonedMs: number },
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO catalogue_run (id, source, provider, state, started_at)
     SELECT $1, 'sync', $2, 'running', clock_timestamp()
     WHERE NOT EXISTS (SELECT 1 FROM catalogue_run WHERE provider = $2
       AND (started_at > clock_timestamp() - make_interval(secs => CASE state WHEN 'failed' THEN $3 / 15 ELSE $3 END)
         OR (state = 'running' AND started_at > clock_timestamp() - make_interval(secs => $4))))
     RETURNING id`,
    [run.id, run.provider, quietMs / 1_000, abandonedMs / 1_000],
  );
  return rows.length === 1;
}

/** A run that had no list to work with. */
export async function failRun(db: Db, id: string, detail: string): Promise<void> {
  await db.query(
    `UPDATE catalogue_run SET state = 'failed', detail = $2, finished_at = clock_timestamp() WHERE id = $1`,
    [id, detail.slice(0, 500)],
  );
}

/**
 * Of a process that died in it, a run is over: none takes that long. One that a person took up again began when its list
 * came, and is left to whoever decided.
 */
export async function failLostRuns(db: Db): Promise<void> {
  await db.query(
    `UPDATE catalogue_run SET state = 'failed', detail = 'it was cut off', finished_at = clock_timestamp()
     WHERE state = 'running' AND detail = '' AND started_at < clock_timestamp() - interval '10 minutes'`,
  );
}

export async function insertImport(db: Db, id: string): Promise<void> {
  await db.query(
    `INSERT INTO catalogue_run (id, source, state, started_at) VALUES ($1, 'import', 'running', clock_timestamp())`,
    [id],
  );
}

/** Adds what was changed by a part of a run. */
export async function countChanges(db: Db, id: string, changes: readonly GameChange[]): Promise<void> {
  const count = (wanted: string) => changes.filter(({ kind }) => kind === wanted).length;
  await db.query(
    `UPDATE catalogue_run SET added = added + $2, changed = changed + $3, removed = removed + $4,
       restored = restored + $5 WHERE id = $1`,
    [id, count('added'), count('changed'), count('removed'), count('restored')],
  );
}

export async function finishRun(db: Db, id: string, listed: number): Promise<void> {
  await db.query(
    `UPDATE catalogue_run SET state = 'applied', listed = $2, finished_at = clock_timestamp() WHERE id = $1`,
    [id, listed],
  );
}

/** Takes a held list up again. */
export async function resumeRun(db: Db, id: string): Promise<void> {
  await db.query(
    `UPDATE catalogue_run SET state = 'running', held_list = NULL, finished_at = NULL WHERE id = $1`,
    [id],
  );
}

/** Whether nobody ever told of a provider's games: those that are there came with the product. */
export async function isUntold(db: Db, provider: string): Promise<boolean> {
  const [row] = await db.query<{ untold: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM catalogue_run WHERE provider = $1 AND state = 'applied')
       AND NOT EXISTS (SELECT FROM catalogue_change WHERE provider = $1) AS untold`,
    [provider],
  );
  return row!.untold;
}

/** Keeps a list until somebody says that it is right. */
export async function holdRun(db: Db, id: string, list: readonly ListedGame[], why: string): Promise<void> {
  await db.query(
    `UPDATE catalogue_run SET state = 'held', detail = $2, listed = $3, held_list = $4, finished_at = clock_timestamp()
     WHERE id = $1`,
    [id, why, list.length, JSON.stringify(list)],
  );
}

/** A newer list of the provider came: what was held of older ones is out of date. */
export async function discardHeld(db: Db, provider: string, exceptId: string): Promise<void> {
  await db.query(
    `UPDATE catalogue_run SET state = 'discarded', held_list = NULL, detail = detail || '; a newer list came'
     WHERE provider = $1 AND state = 'held' AND id <> $2`,
    [provider, exceptId],
  );
}

/** Says that a held list is not to be applied. */
export async function discardRun(db: Db, id: string): Promise<void> {
  await db.query(`UPDATE catalogue_run SET state = 'discarded', held_list = NULL WHERE id = $1`, [id]);
}

export async function findRun(db: Db, id: string): Promise<CatalogueRunDto | undefined> {
  const [row] = await db.query<RunRow>(`SELECT ${columns} FROM catalogue_run WHERE id = $1`, [id]);
  return row && fromRow(row);
}

export interface HeldList {
  readonly provider: string;
  readonly list: readonly ListedGame[];
}

/** The list of a run that is held. */
export async function findHeldList(db: Db, id: string): Promise<HeldList | undefined> {
  const [row] = await db.query<{ provider: string; held_list: ListedGame[] }>(
    `SELECT provider, held_list FROM catalogue_run WHERE id = $1 AND state = 'held'`,
    [id],
  );
  return row && { provider: row.provider, list: row.held_list };
}

/** Newest first, after the given position. */
export async function listRuns(
  db: Db,
  of: { provider?: string; limit: number; after?: { at: string; id: string } },
): Promise<CatalogueRunDto[]> {
  const rows = await db.query<RunRow>(
    `SELECT ${columns} FROM catalogue_run
     WHERE ($1::text IS NULL OR provider = $1)
       AND ($2::timestamptz IS NULL OR (date_trunc('milliseconds', started_at), id) < ($2, $3::uuid))
     ORDER BY date_trunc('milliseconds', started_at) DESC, id DESC LIMIT $4`,
    [of.provider ?? null, of.after?.at ?? null, of.after?.id ?? null, of.limit],
  );
  return rows.map(fromRow);
}
