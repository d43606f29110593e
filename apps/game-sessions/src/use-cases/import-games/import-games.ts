import { appendAudit } from '@baize/audit';
import { ok, refuse, type GamesImported, type ImportGames, type Result } from '@baize/contracts';
import type { Database } from '@baize/persistence';
import { uuidv7 } from 'uuidv7';
import { dialects } from '../../adapters/registry';
import { applyTold, changesFor, type ToldGames } from '../../apply-list';
import type { GameChange } from '../../domain/catalogue-diff';
import { withinReply } from '../../paging';
import { insertImport } from '../../store/catalogue-runs';
import { readImport, type ImportedGame } from './read-import';

const shownChanges = 200;
const providerNames = dialects.map(({ provider }) => provider);

/**
 * Adds and changes the games of a file; it removes nothing, and importing it again changes nothing. All or none, up to
 * the 2,000 changes that fit into one transaction; a larger file that is cut off is finished by importing it again.
 */
export async function importGames(
  database: Database,
  { format, content, dryRun, actor }: ImportGames,
): Promise<Result<GamesImported>> {
  const games = readImport(format, content, providerNames);
  if (!games.ok)
    return refuse('request.invalid', 'The file is not valid; see `errors`. Nothing was imported.', {
      errors: games.error,
    });
  const told = byProvider(games.value);
  const about = summary(await changesFor(database, told), games.value.length, dryRun);
  if (dryRun) return ok(about);
  const runId = uuidv7();
  await database.transactions.run(async (db) => {
    await insertImport(db, runId);
    const details = { listed: games.value.length };
    await appendAudit(db, { subject: runId, actor, action: 'catalogue.imported', details });
  });
  await applyTold(database, runId, told);
  return ok({ ...about, runId });
}

function byProvider(games: readonly ImportedGame[]): ToldGames[] {
  return [...new Set(games.map(({ provider }) => provider))].map((provider) => ({
    provider,
    list: games.flatMap((game) => (game.provider === provider ? [game.entry] : [])),
    defaults: { currencies: [] },
    whole: false,
  }));
}

function summary(changes: readonly GameChange[], listed: number, dryRun: boolean): GamesImported {
  const count = (wanted: string) => changes.filter(({ kind }) => kind === wanted).length;
  return {
    dryRun,
    listed,
    added: count('added'),
    changed: count('changed'),
    restored: count('restored'),
    unchanged: listed - changes.length,
    changes: withinReply(
      changes.slice(0, shownChanges).map(({ kind, game, facts }) => ({
        gameId: game.id,
        provider: game.provider,
        providerGameId: game.providerGameId,
        kind,
        facts: [...facts],
      })),
    ),
  };
}
