import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditConfig, auditCommand } from '@baize/audit';
import { deadLetterCommand } from '@baize/messaging';
import { Database, migrate } from '@baize/persistence';
import { ConfigError, createLogger, loadConfig, runService } from '@baize/runtime';
import { DatabaseConfig, IdentityConfig } from './config';
import { eventHandlers } from './event-handlers';
import { vaultOf } from './identity.module';
import { startIdentity } from './service';
import { migrations } from './store/migrations';
import { runScreeningCommand } from './use-cases/load-sanctions-list/screening-command';
import { rotateMasterKey } from './use-cases/rotate-master-key/rotate-master-key';

const log = createLogger('identity');

/**
 * `node apps/identity/dist/main.js [migrate | audit verify | rotate-master-key | screening load --list <list> <file>... |
 * dead-letters list | dead-letters replay | dead-letters discard]`
 */
async function main(): Promise<void> {
  const [mode, ...rest] = process.argv.slice(2);
  if (mode === 'audit') {
    process.exitCode = await auditCommand(loadConfig(AuditConfig), 'identity', rest);
    return;
  }
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  if (mode === 'screening') return onDatabase((database) => runScreeningCommand(database, rest, print));
  if (mode === 'dead-letters')
    return onDatabase((database) => deadLetterCommand(database, eventHandlers(), rest));
  const config = loadConfig(IdentityConfig);
  if (mode === 'migrate') {
    const applied = await migrate(config.databaseUrl, migrations);
    log.info({ applied }, 'migrations are up to date');
    return;
  }
  if (mode === 'rotate-master-key') {
    const database = new Database({ url: config.databaseUrl, name: 'rotate-master-key', poolSize: 1 });
    const outcome = await rotateMasterKey(database, vaultOf(config)).finally(() => database.close());
    log.info(outcome, 'master key rotated');
    if (outcome.failed > 0) process.exitCode = 1;
    return;
  }
  await runService({
    name: 'identity',
    port: config.httpPort,
    host: config.httpHost,
    log,
    start: () => startIdentity(config, log),
  });
}

async function onDatabase(command: (database: Database) => Promise<number>): Promise<void> {
  const database = new Database({ url: databaseUrl(), name: 'identity', poolSize: 2 });
  process.exitCode = await command(database).finally(() => database.close());
}

/** `DATABASE_URL`, else the database of the platform that `npm start` runs. */
function databaseUrl(): string {
  if (process.env.DATABASE_URL) return loadConfig(DatabaseConfig).databaseUrl;
  const file = join(process.env.STACK_DIR ?? '.stack', 'demo.json');
  try {
    const { databases } = JSON.parse(readFileSync(file, 'utf8')) as { databases?: { identity?: string } };
    if (databases?.identity) return databases.identity;
  } catch {
    // said below
  }
  throw new ConfigError([`DATABASE_URL is missing, and ${file} does not say where identity's database is`]);
}

main().catch((error: unknown) => {
  // the message of a configuration error is the whole list; its stack says nothing more
  if (error instanceof ConfigError) log.fatal(error.message);
  else log.fatal({ err: error }, 'identity could not start');
  process.exit(1);
});
