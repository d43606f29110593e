import 'reflect-metadata';
import { AuditConfig, auditCommand } from '@baize/audit';
import { migrate } from '@baize/persistence';
import { ConfigError, createLogger, loadConfig, runService } from '@baize/runtime';
import { SettlementConfig, WalletConfig } from './config';
import { ledgerCommand } from './ledger/ledger-command';
import { startWallet } from './service';
import { settlementCommand } from './settlement/settlement-command';
import { walletMigrations } from './store/migrations';

const log = createLogger('wallet');

/** `node apps/wallet/dist/main.js [migrate | verify | archive | settlement | audit verify]` */
async function main(): Promise<void> {
  if (process.argv[2] === 'audit') {
    process.exitCode = await auditCommand(loadConfig(AuditConfig), 'wallet', process.argv.slice(3));
    return;
  }
  if (process.argv[2] === 'verify' || process.argv[2] === 'archive') {
    process.exitCode = await ledgerCommand(loadConfig(AuditConfig), process.argv.slice(2));
    return;
  }
  if (process.argv[2] === 'settlement') {
    process.exitCode = await settlementCommand(loadConfig(SettlementConfig), process.argv.slice(3));
    return;
  }
  const config = loadConfig(WalletConfig);
  if (process.argv[2] === 'migrate') {
    const applied = await migrate(config.databaseUrl, walletMigrations);
    log.info({ applied }, 'migrations are up to date');
    return;
  }
  await runService({
    name: 'wallet',
    port: config.httpPort,
    host: config.httpHost,
    log,
    start: () => startWallet(config, log),
  });
}

main().catch((error: unknown) => {
  // the message of a configuration error is the whole list; its stack says nothing more
  if (error instanceof ConfigError) log.fatal(error.message);
  else log.fatal({ err: error }, 'wallet could not start');
  process.exit(1);
});
