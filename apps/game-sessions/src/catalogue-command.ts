import { readFileSync } from 'node:fs';
import { Database } from '@baize/persistence';
import { loadConfig } from '@baize/runtime';
import { Catalogue } from './catalogue';
import { CatalogueConfig, DatabaseConfig, readProviders } from './config';
import { ProviderGate } from './provider-gate';
import { importGames } from './use-cases/import-games/import-games';
import { SyncCatalogueUseCase } from './use-cases/sync-catalogue/sync-catalogue';

const usage = `catalogue sync [provider]               fetch the lists of all providers with an API, or of one
catalogue import <file> [--dry-run]     add and change the games of a .csv or .json file`;
const perProviderMs = 120_000;
const maxFileBytes = 128 * 1024 * 1024;

/** `catalogue ...` of the service's program. Running services see what it changed within seconds. Answers the exit code. */
export async function catalogueCommand([act, ...args]: readonly string[]): Promise<number> {
  if (act === 'sync' && args.length <= 1) return sync(args[0]);
  if (act === 'import' && args[0] !== undefined) return importFile(args[0], args.includes('--dry-run'));
  process.stderr.write(`${usage}\n`);
  return 2;
}

async function sync(provider: string | undefined): Promise<number> {
  const config = loadConfig(CatalogueConfig);
  const providers = readProviders(config);
  const database = new Database({ url: config.databaseUrl, poolSize: 2, name: 'game-sessions-catalogue' });
  const gate = new ProviderGate();
  try {
    const catalogue = new Catalogue(database, () => undefined);
    const useCase = new SyncCatalogueUseCase(database, catalogue, providers, gate);
    if (provider === undefined) {
      const runs = await useCase.executeAll(0, perProviderMs);
      for (const run of runs) process.stdout.write(`${JSON.stringify(run)}\n`);
      return runs.every(({ state }) => state === 'applied') ? 0 : 1;
    }
    const run = await useCase.execute(provider, Date.now() + perProviderMs);
    process.stdout.write(`${JSON.stringify(run.ok ? run.value : run.error)}\n`);
    return run.ok && run.value.state === 'applied' ? 0 : 1;
  } finally {
    await gate.close();
    await database.close();
  }
}

async function importFile(path: string, dryRun: boolean): Promise<number> {
  const content = readFileSync(path);
  if (content.length > maxFileBytes) throw new Error(`${path} is larger than ${maxFileBytes} bytes`);
  const { databaseUrl: url } = loadConfig(DatabaseConfig);
  const database = new Database({ url, poolSize: 1, name: 'game-sessions-catalogue' });
  const format = path.endsWith('.csv') ? 'csv' : 'json';
  const request = {
    format,
    content: content.toString('utf8'),
    dryRun,
    actor: { kind: 'system', id: 'command' },
  } as const;
  const imported = await importGames(database, request).finally(() => database.close());
  process.stdout.write(`${JSON.stringify(imported.ok ? imported.value : imported.error)}\n`);
  return imported.ok ? 0 : 1;
}
