import 'reflect-metadata';
import { AuditConfig, auditCommand } from '@baize/audit';
import { migrate } from '@baize/persistence';
import { ConfigError, createLogger, loadConfig, runService } from '@baize/runtime';
import { IdentityConfig } from './config';
import { startIdentity } from './service';
import { migrations } from './store/migrations';

const log = createLogger('identity');

/** `node apps/identity/dist/main.js [migrate | audit verify]` */
async function main(): Promise<void> {
  if (process.argv[2] === 'audit') {
    process.exitCode = await auditCommand(loadConfig(AuditConfig), 'identity', process.argv.slice(3));
    return;
  }
  const config = loadConfig(IdentityConfig);
  if (process.argv[2] === 'migrate') {
    const applied = await migrate(config.databaseUrl, migrations);
    log.info({ applied }, 'migrations are up to date');
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

main().catch((error: unknown) => {
  // the message of a configuration error is the whole list; its stack says nothing more
  if (error instanceof ConfigError) log.fatal(error.message);
  else log.fatal({ err: error }, 'identity could not start');
  process.exit(1);
});
