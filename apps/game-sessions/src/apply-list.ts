import type { CatalogueRunDto } from '@baize/contracts';
import type { Database, Db } from '@baize/persistence';
import type { ListedGame } from './domain/catalogue';
import {
  diffCatalogue,
  suspicionOf,
  type CatalogueDiff,
  type NewGameDefaults,
} from './domain/catalogue-diff';
import { discardHeld, findRun, finishRun, holdRun } from './store/catalogue-runs';
import { applyChanges, bumpCatalogue, loadGames, lockCatalogue } from './store/games';

interface WholeList {
  readonly provider: string;
  readonly list: readonly ListedGame[];
  readonly defaults: NewGameDefaults;
  /** Somebody said that the list is right, however short it is. */
  readonly confirmed: boolean;
}

/** Applies a provider's whole list in one transaction, or holds it when it lacks too much of what is known. */
export async function applyList(database: Database, runId: string, wanted: WholeList): Promise<void> {
  await database.transactions.run(async (db) => {
    await lockCatalogue(db);
    await applyListIn(db, runId, wanted);
  });
}

/** As above, in a transaction that holds the catalogue's lock. */
export async function applyListIn(
  db: Db,
  runId: string,
  { provider, list, defaults, confirmed }: WholeList,
): Promise<void> {
  const known = await loadGames(db, provider);
  const diff = diffCatalogue(provider, known, list, { whole: true, defaults });
  const suspicion = confirmed ? undefined : suspicionOf(known, diff);
  await discardHeld(db, provider, runId);
  if (suspicion !== undefined) await holdRun(db, runId, list, suspicion);
  else await applyDiff(db, runId, list.length, diff);
}

/** Writes a difference, its history and the end of its run. */
export async function applyDiff(db: Db, runId: string, listed: number, diff: CatalogueDiff): Promise<void> {
  await applyChanges(db, runId, diff.changes, new Date());
  await finishRun(db, runId, listed, diff);
  if (diff.changes.length > 0) await bumpCatalogue(db);
}

/** How a run went. */
export async function finishedRun(db: Db, id: string): Promise<CatalogueRunDto> {
  const run = await findRun(db, id);
  if (!run) throw new Error('a run of the catalogue is gone');
  return run;
}
