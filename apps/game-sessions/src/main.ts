import 'reflect-metadata';
import { AuditConfig, auditCommand } from '@baize/audit';
import { deadLetterCommand } from '@baize/messaging';
import { Database, migrate } from '@baize/persistence';
import { createLogger, loadConfig, runService } from '@baize/runtime';
import { catalogueCommand } from './catalogue-command';
import { DatabaseConfig, GameSessionsConfig } from './config';
import { eventHandlers } from './event-handlers';
import { migrations } from './store/migrations';
import { seedCatalogue } from './seed';
import { startGameSessions } from './service';

const name = 'game-sessions';

async function runMigrations(): Promise<void> {
  const { databaseUrl: url } = loadConfig(DatabaseConfig);
  await migrate(url, migrations);
  const database = new Database({ url, poolSize: 1, name });
  await seedCatalogue(database).finally(() => database.close());
}

async function runDeadLetters(argv: readonly string[]): Promise<void> {
  const { databaseUrl: url } = loadConfig(DatabaseConfig);
  const database = new Database({ url, poolSize: 2, name });
  process.exitCode = await deadLetterCommand(database, eventHandlers(), argv).finally(() => database.close());
}

async function main([mode, ...rest]: readonly string[]): Promise<void> {
  if (mode === 'migrate') return runMigrations();
  if (mode === 'catalogue') {
    process.exitCode = await catalogueCommand(rest);
    return;
  }
  if (mode === 'dead-letters') return runDeadLetters(rest);
  if (mode === 'audit') {
    process.exitCode = await auditCommand(loadConfig(AuditConfig), name, rest);
    return;
  }
  const config = loadConfig(GameSessionsConfig);
  return runService({
    name,
    port: config.httpPort,
    host: config.httpHost,
    start: ({ log }) => startGameSessions(config, log),
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  createLogger(name).fatal({ err: error }, `${name} could not start`);
  process.exit(1);
});
