import { setTimeout as pause } from 'node:timers/promises';
import type { Database, DbSession } from '@baize/persistence';
import {
  listBounds,
  ListFileError,
  type ListEntry,
  type SanctionsList,
} from '../../domain/screening/list-entry';
import {
  currentEpoch,
  entryDigest,
  insertEntries,
  latestLoad,
  publishLoad,
  sweepBrokenLoad,
  visibleDigests,
  type LoadRecord,
} from '../../store/screening-lists';

export interface LoadOptions {
  readonly list: SanctionsList;
  readonly sha256: string;
  readonly entries: readonly ListEntry[];
  /** Take a list that lost more than a fifth of its entries, which looks like half a file otherwise. */
  readonly allowShrink: boolean;
}

const CHUNK = 500;
const LARGEST_LOSS = 0.2;
const LOCK_ATTEMPTS = 60;
const LOCK_PAUSE_MS = 500;

/**
 * Takes a list in as a new version and says what changed; nothing when the file is the one that is loaded. What is
 * not complete stays invisible: it becomes visible in one step at the end.
 * @throws ListFileError on a list that is empty, out of bounds, has two entries of one id, or has lost too much
 */
export async function loadSanctionsList(database: Database, options: LoadOptions): Promise<LoadRecord> {
  checkEntries(options.entries);
  const lock = await database.session();
  try {
    await oneAtATime(lock);
    return await load(database, options);
  } finally {
    await lock.close();
  }
}

async function load(
  database: Database,
  { list, sha256, entries, allowShrink }: LoadOptions,
): Promise<LoadRecord> {
  const before = await latestLoad(database, list);
  if (before?.sha256 === sha256) return { ...before, added: 0, changed: 0, removed: 0 };
  const epoch = await currentEpoch(database);
  await sweepBrokenLoad(database, epoch);
  const known = await visibleDigests(database, list);
  if (!allowShrink && entries.length < known.size * (1 - LARGEST_LOSS)) {
    throw new ListFileError(
      `the list has ${entries.length} entries, the loaded one ${known.size}: say --allow-shrink if that is right`,
    );
  }
  const ids = new Set(entries.map(({ sourceId }) => sourceId));
  const added = entries.filter(({ sourceId }) => !known.has(sourceId));
  const changed = entries.filter((entry) => known.get(entry.sourceId)?.equals(entryDigest(entry)) === false);
  const removed = [...known.keys()].filter((id) => !ids.has(id));
  const record: LoadRecord = {
    ...{ epoch: epoch + 1, list, version: (before?.version ?? 0) + 1, sha256, entries: entries.length },
    ...{ added: added.length, changed: changed.length, removed: removed.length },
  };
  const written = [...added, ...changed];
  for (let i = 0; i < written.length; i += CHUNK) {
    await insertEntries(database, list, record.epoch, written.slice(i, i + CHUNK));
  }
  const ended = [...changed.map(({ sourceId }) => sourceId), ...removed];
  if (!(await publishLoad(database, record, ended))) throw new Error('another load came in between');
  return record;
}

async function oneAtATime(session: DbSession): Promise<void> {
  for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt += 1) {
    const [row] = await session.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(hashtext('baize'), hashtext('screening-load')) AS locked`,
    );
    if (row?.locked) return;
    await pause(LOCK_PAUSE_MS);
  }
  throw new ListFileError('another list is being loaded; try again when it is done');
}

function checkEntries(entries: readonly ListEntry[]): void {
  if (entries.length === 0) throw new ListFileError('the list has no entries');
  if (entries.length > listBounds.entries)
    throw new ListFileError(`the list has more than ${listBounds.entries} entries`);
  const ids = new Set<string>();
  for (const { sourceId, names } of entries) {
    if (sourceId === '' || ids.has(sourceId))
      throw new ListFileError(`entry "${sourceId}" has no id or comes twice`);
    ids.add(sourceId);
    if (!names[0]?.trim()) throw new ListFileError(`entry ${sourceId} has no name`);
    if (names.length > listBounds.namesPerEntry)
      throw new ListFileError(`entry ${sourceId} has too many names`);
    if (names.some((name) => name.length > listBounds.nameLength)) {
      throw new ListFileError(`entry ${sourceId} has a name longer than ${listBounds.nameLength} characters`);
    }
  }
}
