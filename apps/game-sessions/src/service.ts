import { NestFactory } from '@nestjs/core';
import { AuditSealer, AuditSigner } from '@baize/audit';
import {
  connectBroker,
  EventConsumer,
  FenceKeeper,
  OutboxRelay,
  RequestClient,
  RequestServer,
} from '@baize/messaging';
import { Database } from '@baize/persistence';
import { nestLogger, type Logger, type RunningService } from '@baize/runtime';
import { Catalogue } from './catalogue';
import { choresOf } from './chores';
import { readProviders, type GameSessionsConfig } from './config';
import { eventHandlers } from './event-handlers';
import { GameSessionsModule } from './game-sessions.module';
import { FreeRoundOrders } from './free-round-orders';
import { ProviderGate } from './provider-gate';
import { SyncCatalogueUseCase } from './use-cases/sync-catalogue/sync-catalogue';
import { idScopeOf, roundPolicyOf } from './providers';
import { ProviderWatch } from './provider-watch';
import { RoundResolver } from './round-resolver';
import { EndStuckRoundsUseCase } from './use-cases/end-stuck-rounds/end-stuck-rounds';
import { Sessions, watchSessions } from './sessions';
import { gameSessionsFence } from './store/fence';

const name = 'game-sessions';

/** Connects and starts everything; needs a migrated database and the broker's streams. */
export async function startGameSessions(config: GameSessionsConfig, log: Logger): Promise<RunningService> {
  const providers = readProviders(config);
  const { natsUrl: url, natsUser: user, natsPassword: password } = config;
  const database = new Database({ url: config.databaseUrl, poolSize: config.databasePoolSize, name });
  const broker = await connectBroker({ url, user, password, name });
  const client = new RequestClient(broker);
  const catalogue = new Catalogue(database, (err) =>
    log.error({ err }, 'the catalogue could not be reloaded'),
  );
  await catalogue.start();
  const sealer = new AuditSealer(database, new AuditSigner(name, config.auditSigningKey), log);
  const watch = new ProviderWatch(database, providers.keys(), (err) =>
    log.error({ err }, 'providers could not be watched'),
  );
  await watch.start();
  const gate = new ProviderGate(watch);
  const syncCatalogue = new SyncCatalogueUseCase(database, catalogue, providers, gate);
  const freeRoundOrders = new FreeRoundOrders(database, catalogue, providers, gate);
  const resolver = new RoundResolver(database, client, { policyOf: roundPolicyOf, idScopeOf }, log);
  const endStuckRounds = new EndStuckRoundsUseCase(database, resolver, roundPolicyOf);
  const sessions = new Sessions(database);
  const chores = [
    ...choresOf(
      { database, watch, endStuckRounds, freeRoundOrders, syncCatalogue, log },
      config.catalogueSyncMinutes * 60_000,
    ),
    watchSessions(sessions, log),
  ];
  const relay = new OutboxRelay({ service: name, database, broker, log });
  const consumer = new EventConsumer({ database, broker, handlers: eventHandlers(), log });
  database.transactions.afterCommit(() => relay.notify());
  const keeper = new FenceKeeper(name, client, gameSessionsFence(database), log);
  const { settledWinMaxUnits } = config;
  const parts = { database, providers, catalogue, client, resolver, watch, settledWinMaxUnits };
  const app = await NestFactory.createMicroservice(
    GameSessionsModule.register({ ...parts, sessions, gate, syncCatalogue, freeRoundOrders, log }),
    { strategy: new RequestServer(broker, name), logger: nestLogger(log) },
  );
  relay.start();
  consumer.start();
  keeper.start();
  for (const some of chores) some.start();
  sealer.start();
  await app.listen();
  return {
    checks: {
      database: () => database.check(),
      broker: () => broker.flush(),
      restrictions: () => keeper.check(),
    },
    stop: async () => {
      await app.close();
      await keeper.stop();
      await consumer.stop();
      await Promise.all(chores.map((some) => some.stop()));
      await watch.stop();
      await sealer.stop();
      await gate.close();
      catalogue.stop();
      await relay.stop();
      client.close();
      await broker.drain();
      await database.close();
    },
  };
}
