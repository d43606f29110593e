import { NestFactory } from '@nestjs/core';
import { connectBroker, EventConsumer, OutboxRelay, RequestClient, RequestServer } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { nestLogger, type Logger, type RunningService } from '@baize/runtime';
import { Catalogue } from './catalogue';
import { readProviders, type GameSessionsConfig } from './config';
import { eventHandlers } from './event-handlers';
import { GameSessionsModule } from './game-sessions.module';
import { ExpirySweep } from './use-cases/end-game-session/end-game-session';

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
  const sweep = new ExpirySweep(database, (err) => log.error({ err }, 'expired sessions could not be ended'));
  const relay = new OutboxRelay({ service: name, database, broker, log });
  const consumer = new EventConsumer({ database, broker, handlers: eventHandlers(), log });
  database.transactions.afterCommit(() => relay.notify());
  const sessionTtlMs = config.sessionTtlMinutes * 60_000;
  const app = await NestFactory.createMicroservice(
    GameSessionsModule.register({ database, providers, catalogue, client, sessionTtlMs, log }),
    { strategy: new RequestServer(broker, name), logger: nestLogger(log) },
  );
  relay.start();
  consumer.start();
  sweep.start();
  await app.listen();
  return {
    checks: { database: () => database.check(), broker: () => broker.flush() },
    stop: async () => {
      await app.close();
      await consumer.stop();
      await sweep.stop();
      catalogue.stop();
      await relay.stop();
      client.close();
      await broker.drain();
      await database.close();
    },
  };
}
