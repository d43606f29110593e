import type { CatalogueRunDto } from '@baize/contracts';
import type { Database, Db } from '@baize/persistence';
import type { Game, ListedGame } from './domain/catalogue';
import { diffCatalogue, suspicionOf, type GameChange, type NewGameDefaults } from './domain/catalogue-diff';
import {
  countChanges,
  discardHeld,
  failRun,
  findRun,
  finishRun,
  holdRun,
  isUntold,
} from './store/catalogue-runs';
import { applyChanges, bumpCatalogue, loadGames, lockCatalogue } from './store/games';

/** No transaction may take long: a first list of tens of thousands is written in parts. */
const changesAtOnce = 2_000;

/** What a provider, or a file, says of the games of one provider. */
export interface ToldGames {
  readonly provider: string;
  readonly list: readonly ListedGame[];
  readonly defaults: NewGameDefaults;
  /** What is not told of is removed. */
  readonly whole: boolean;
}

/**
 * Makes the catalogue agree with a provider's whole list, or holds the list when it lacks too much of what is known.
 * `confirmed`: somebody said that it is right, however short it is.
 */
export async function applyWholeList(
  database: Database,
  runId: string,
  { confirmed, ...told }: Omit<ToldGames, 'whole'> & { confirmed: boolean },
): Promise<void> {
  const { provider, list } = told;
  const held = await orFailed(database, runId, () =>
    database.transactions.run(async (db) => {
      await lockCatalogue(db);
      await discardHeld(db, provider, runId);
      if (confirmed || (await isUntold(db, provider))) return false;
      const known = await loadGames(db, provider);
      const suspicion = suspicionOf(known, diffOf(known, { ...told, whole: true }));
      if (suspicion !== undefined) await holdRun(db, runId, list, suspicion);
      return suspicion !== undefined;
    }),
  );
  if (!held) await applyTold(database, runId, [{ ...told, whole: true }]);
}

/**
 * Writes what is told, its history, and the end of its run. Up to 2,000 changes are one transaction; of more, each part
 * is compared anew with what is there, so that a run that was cut off is finished by the next one.
 */
export function applyTold(database: Database, runId: string, told: readonly ToldGames[]): Promise<void> {
  return orFailed(database, runId, async () => {
    const fits = (await changesFor(database, told)).length <= changesAtOnce;
    for (const together of fits ? [told] : told.map((one) => [one]))
      while (!(await applyPart(database, runId, together)));
    await finishRun(
      database,
      runId,
      told.reduce((sum, { list }) => sum + list.length, 0),
    );
  });
}

/** A run that cannot be written down is over, as long as that much can be; the fault goes on. */
async function orFailed<T>(database: Database, runId: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    await failRun(database, runId, 'it could not be written down').catch(() => undefined);
    throw error;
  }
}

/** Answers whether nothing is left to be changed. */
function applyPart(database: Database, runId: string, told: readonly ToldGames[]): Promise<boolean> {
  return database.transactions.run(async (db) => {
    await lockCatalogue(db);
    const changes = await changesFor(db, told);
    const part = changes.slice(0, changesAtOnce);
    await applyChanges(db, runId, part, new Date());
    await countChanges(db, runId, part);
    if (part.length > 0) await bumpCatalogue(db);
    return part.length === changes.length;
  });
}

/** What would have to change. */
export async function changesFor(db: Db, told: readonly ToldGames[]): Promise<GameChange[]> {
  const changes: GameChange[] = [];
  for (const one of told) changes.push(...diffOf(await loadGames(db, one.provider), one).changes);
  return changes;
}

function diffOf(known: readonly Game[], { provider, list, ...how }: ToldGames) {
  return diffCatalogue(provider, known, list, how);
}

/** How a run went. */
export async function finishedRun(db: Db, id: string): Promise<CatalogueRunDto> {
  const run = await findRun(db, id);
  if (!run) throw new Error('a run of the catalogue is gone');
  return run;
}
