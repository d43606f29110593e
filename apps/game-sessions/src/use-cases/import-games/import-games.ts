import { appendAudit } from '@baize/audit';
import { ok, refuse, type GamesImported, type ImportGames, type Result } from '@baize/contracts';
import type { Database, Db } from '@baize/persistence';
import { uuidv7 } from 'uuidv7';
import { dialects } from '../../adapters/registry';
import { applyDiff } from '../../apply-list';
import { diffCatalogue, type CatalogueDiff } from '../../domain/catalogue-diff';
import { insertImport } from '../../store/catalogue-runs';
import { loadGames, lockCatalogue } from '../../store/games';
import { readImport, type ImportedGame } from './read-import';

const shownChanges = 200;
const providerNames = dialects.map(({ provider }) => provider);

/** Adds and changes the games of a file, all or none; it removes nothing. Importing it again changes nothing. */
export async function importGames(
  database: Database,
  { format, content, dryRun, actor }: ImportGames,
): Promise<Result<GamesImported>> {
  const games = readImport(format, content, providerNames);
  if (!games.ok)
    return refuse('request.invalid', 'The file is not valid; see `errors`. Nothing was imported.', {
      errors: games.error,
    });
  return database.transactions.run(async (db) => {
    await lockCatalogue(db);
    const diff = await differenceTo(db, games.value);
    const about = summary(diff, games.value.length, dryRun);
    if (dryRun) return ok(about);
    const runId = uuidv7();
    await insertImport(db, runId);
    await applyDiff(db, runId, games.value.length, diff);
    const { added, changed, restored } = about;
    const details = { added, changed, restored };
    await appendAudit(db, { subject: runId, actor, action: 'catalogue.imported', details });
    return ok({ ...about, runId });
  });
}

async function differenceTo(db: Db, games: readonly ImportedGame[]): Promise<CatalogueDiff> {
  const diffs: CatalogueDiff[] = [];
  for (const provider of new Set(games.map((game) => game.provider))) {
    const listed = games.flatMap((game) => (game.provider === provider ? [game.entry] : []));
    const known = await loadGames(db, provider);
    diffs.push(diffCatalogue(provider, known, listed, { whole: false, defaults: { currencies: [] } }));
  }
  return {
    changes: diffs.flatMap(({ changes }) => changes),
    unchanged: diffs.reduce((sum, { unchanged }) => sum + unchanged, 0),
  };
}

function summary({ changes, unchanged }: CatalogueDiff, listed: number, dryRun: boolean): GamesImported {
  const count = (wanted: string) => changes.filter(({ kind }) => kind === wanted).length;
  return {
    dryRun,
    listed,
    added: count('added'),
    changed: count('changed'),
    restored: count('restored'),
    unchanged,
    changes: changes.slice(0, shownChanges).map(({ kind, game, facts }) => ({
      gameId: game.id,
      provider: game.provider,
      providerGameId: game.providerGameId,
      kind,
      facts: [...facts],
    })),
  };
}
