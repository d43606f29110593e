import { AuditSealer, AuditSigner } from '@baize/audit';
import { connectBroker, EventConsumer, OutboxRelay, RequestClient, RequestServer } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Chores, nestLogger, type Logger, type RunningService } from '@baize/runtime';
import { NestFactory } from '@nestjs/core';
import type { IdentityConfig } from './config';
import { DeliverRestrictions } from './deliver-restrictions';
import { eventHandlers } from './event-handlers';
import { IdentityModule } from './identity.module';
import { LimitSets } from './limit-sets';
import { DeliverMail } from './use-cases/deliver-mail/deliver-mail';
import { ErasePersons } from './use-cases/erase-persons/erase-persons';
import { ExpireRestrictions } from './use-cases/expire-restrictions/expire-restrictions';
import { ExpireSessions } from './use-cases/expire-sessions/expire-sessions';
import { loadDemoList } from './use-cases/load-sanctions-list/load-demo-list';
import { RecheckRegisters } from './use-cases/recheck-registers/recheck-registers';
import { ScreenPlayers } from './use-cases/screen-players/screen-players';
import { SweepKyc } from './use-cases/sweep-kyc/sweep-kyc';
import { SweepRegistrations } from './use-cases/register-player/sweep-registrations';

/** Starts everything that runs in an identity process: request handlers, the outbox relay and the chores. */
export async function startIdentity(config: IdentityConfig, log: Logger): Promise<RunningService> {
  const { natsUrl: url, natsUser: user, natsPassword: password } = config;
  const broker = await connectBroker({ url, user, password, name: 'identity' });
  const database = new Database({
    url: config.databaseUrl,
    name: 'identity',
    poolSize: config.databasePoolSize,
  });
  const services = new RequestClient(broker);
  const app = await NestFactory.createMicroservice(IdentityModule.register({ config, database, services }), {
    strategy: new RequestServer(broker, 'identity'),
    logger: nestLogger(log),
  });
  const relay = new OutboxRelay({ service: 'identity', database, broker, log });
  const consumer = new EventConsumer({ database, broker, handlers: eventHandlers(), log });
  database.transactions.afterCommit(() => relay.notify());
  const choresOf = (tasks: ConstructorParameters<typeof Chores>[0]) =>
    new Chores(tasks, config.sweepIntervalMs, log);
  // Apart: restrictions wait for nothing, and vendors that are slow delay only each other's customers.
  const chores = [
    choresOf({
      'expire restrictions': () => app.get(ExpireRestrictions).run(),
      'let increases of limits act': () => app.get(LimitSets).activateDue(),
      'look at ages': () => app.get(LimitSets).lookAtAges(),
      'enforce limits': () => app.get(LimitSets).enforceAgain(),
      'deliver restrictions': () => app.get(DeliverRestrictions).run(),
    }),
    choresOf({
      'finish registrations': () => app.get(SweepRegistrations).run(),
      'screen players': () => app.get(ScreenPlayers).run(),
      'expire sessions': () => app.get(ExpireSessions).run(),
      'erase persons': () => app.get(ErasePersons).run(),
    }),
    choresOf({ 'follow checks': () => app.get(SweepKyc).run() }),
    choresOf({ 'ask national registers': () => app.get(RecheckRegisters).run() }),
    choresOf({ 'deliver mail': () => app.get(DeliverMail).run() }),
  ];
  const sealer = new AuditSealer(database, new AuditSigner('identity', config.auditSigningKey), log);
  await database.check();
  if (config.screeningDemoList) await loadDemoList(database);
  await app.listen();
  relay.start();
  consumer.start();
  for (const some of chores) some.start();
  sealer.start();
  return {
    checks: { database: () => database.check(), broker: () => broker.flush() },
    stop: async () => {
      await Promise.all([app.close(), sealer.stop(), ...chores.map((some) => some.stop())]);
      await consumer.stop();
      await relay.stop();
      services.close();
      await broker.drain();
      await database.close();
    },
  };
}
