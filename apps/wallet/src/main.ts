import 'reflect-metadata';
import { AuditConfig, auditCommand } from '@baize/audit';
import { Database, migrate } from '@baize/persistence';
import { ConfigError, createLogger, loadConfig, runService } from '@baize/runtime';
import { WalletConfig } from './config';
import { startWallet } from './service';
import { walletMigrations } from './store/migrations';
import { verifyAll } from './store/verify';

const log = createLogger('wallet');

/** `node apps/wallet/dist/main.js [migrate | verify | audit verify]` */
async function main(): Promise<void> {
  if (process.argv[2] === 'audit') {
    process.exitCode = await auditCommand(loadConfig(AuditConfig), 'wallet', process.argv.slice(3));
    return;
  }
  const config = loadConfig(WalletConfig);
  if (process.argv[2] === 'migrate') {
    const applied = await migrate(config.databaseUrl, walletMigrations);
    log.info({ applied }, 'migrations are up to date');
    return;
  }
  if (process.argv[2] === 'verify') return verify(config);
  await runService({
    name: 'wallet',
    port: config.httpPort,
    host: config.httpHost,
    log,
    start: () => startWallet(config, log),
  });
}

/** Recomputes every balance from the entries; exits 1 when one differs. */
async function verify(config: WalletConfig): Promise<void> {
  const database = new Database({ url: config.databaseUrl, name: 'wallet-verify', poolSize: 1 });
  let players = 0;
  let mismatches = 0;
  for await (const step of verifyAll(database)) {
    players += step.players;
    mismatches += step.mismatches.length;
    for (const mismatch of step.mismatches) log.error(mismatch, 'balance does not follow from its entries');
  }
  await database.close();
  log.info({ players, mismatches }, 'verified');
  if (mismatches > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  // the message of a configuration error is the whole list; its stack says nothing more
  if (error instanceof ConfigError) log.fatal(error.message);
  else log.fatal({ err: error }, 'wallet could not start');
  process.exit(1);
});
