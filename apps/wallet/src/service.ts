import { AuditSealer, AuditSigner } from '@baize/audit';
import { ledgerHints } from '@baize/contracts';
import { connectBroker, OutboxRelay, RequestServer } from '@baize/messaging';
import { Database, pruneKeys } from '@baize/persistence';
import { Chores, nestLogger, type Logger, type RunningService } from '@baize/runtime';
import { NestFactory } from '@nestjs/core';
import type { WalletConfig } from './config';
import { pspDialects } from './adapters/registry';
import { LedgerKeeper } from './ledger/ledger-keeper';
import { ledgerKeys, ledgerSigner } from './ledger/ledger-keys';
import type { PspDialect } from './domain/psp';
import { buildPayments } from './payments/payments';
import { ensurePartitions, rollUpHouse } from './store/house-accounts';
import { pruneWebhooks } from './store/payment-notifications';
import { forgetInstruments } from './store/payments';
import { PostingEngine } from './store/posting-engine';
import { verifyNewest } from './store/verify/verify-newest';
import { PostAdjustment } from './use-cases/adjust-balance/post-adjustment';
import { startTouchpoint } from './touchpoint';
import { WalletModule } from './wallet.module';

/** Requests in hand at once: far more than the posting batches hold, the queue in the engine is what is bounded. */
const maxInFlight = 4_096;

const keysAtOnce = 1_000;

/** Starts everything that runs in a wallet process. It does not start on a ledger that does not add up. */
export async function startWallet(
  config: WalletConfig,
  log: Logger,
  dialects: readonly PspDialect[] = pspDialects,
): Promise<RunningService> {
  const database = await openLedger(config, log);
  const payments = buildPayments(config, database, dialects, log);
  const { natsUrl: url, natsUser: user, natsPassword: password } = config;
  const broker = await connectBroker({ url, user, password, name: 'wallet' });
  const relay = new OutboxRelay({
    ...{ service: 'wallet' as const, database, broker, log },
    hint: ledgerHints.balanceChanged,
  });
  const engine = new PostingEngine({
    databaseUrl: config.databaseUrl,
    connections: config.postingConnections,
    maxWaitingUnits: config.postingMaxWaiting,
    onCommit: () => relay.notify(),
  });
  database.transactions.afterCommit(() => relay.notify());
  const app = await NestFactory.createMicroservice(
    WalletModule.register({ config, database, engine, payments }),
    {
      strategy: new RequestServer(broker, 'wallet', { maxInFlight }),
      logger: nestLogger(log),
    },
  );
  const chores = choresOf(config, database, payments, () =>
    app.get(PostAdjustment).sweep(config.orphanAfterMs),
  ).map((tasks) => new Chores(tasks, config.housekeepingIntervalMs, log));
  const signer = new AuditSigner('wallet', config.auditSigningKey);
  const sealer = new AuditSealer(database, signer, log);
  const keeper = new LedgerKeeper({
    ...{ database, log, config, signer: ledgerSigner(signer) },
    isGenuine: ledgerKeys([signer.publicKey, ...config.auditPublicKeys]),
  });
  await app.listen();
  const fence = startTouchpoint(database, broker, log);
  relay.start();
  for (const some of chores) some.start();
  sealer.start();
  keeper.start();
  payments.worker.start();
  return {
    checks: {
      database: () => database.check(),
      broker: () => broker.flush(),
      restrictions: () => fence.check(),
    },
    stop: async () => {
      await app.close();
      await payments.worker.stop();
      await fence.stop();
      await Promise.all(chores.map((some) => some.stop()));
      await sealer.stop();
      await keeper.stop();
      await engine.stop();
      await relay.stop();
      await broker.drain();
      await database.close();
    },
  };
}

/** @throws Error when the newest movements do not add up */
async function openLedger(config: WalletConfig, log: Logger): Promise<Database> {
  const database = new Database({
    url: config.databaseUrl,
    name: 'wallet',
    poolSize: config.databasePoolSize,
  });
  const mismatches = await verifyNewest(database);
  if (mismatches.length > 0) {
    log.fatal({ mismatches }, 'the ledger does not add up');
    throw new Error(`the opening balance check found ${mismatches.length} mismatches`);
  }
  await ensurePartitions(database);
  return database;
}

/** The recurring work of a wallet, by name: whoever waits for money does not wait for the housekeeping as well. */
function choresOf(
  { instrumentRetentionDays }: WalletConfig,
  database: Database,
  payments: ReturnType<typeof buildPayments>,
  finishAdjustments: () => Promise<void>,
): Record<string, () => Promise<unknown>>[] {
  const money = {
    'finish adjustments': finishAdjustments,
    'apply webhooks that waited': () => payments.worker.applyMatched(),
    'watch payments': () => payments.worker.watch(),
  };
  const housekeeping = {
    'roll up house accounts': async () => {
      while (await rollUpHouse(database));
    },
    'forget idempotency keys': async () => {
      while ((await pruneKeys(database, keysAtOnce)) === keysAtOnce);
    },
    'make partitions': () => ensurePartitions(database),
    'forget webhooks': () => pruneWebhooks(database),
    ...(instrumentRetentionDays > 0 && {
      'forget instruments': () => forgetInstruments(database, instrumentRetentionDays),
    }),
  };
  return [money, housekeeping];
}
