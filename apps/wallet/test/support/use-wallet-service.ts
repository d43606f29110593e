import { randomUUID } from 'node:crypto';
import { walletCommands, type RequestContract, type Result } from '@baize/contracts';
import { connectBroker, ensureStreams, RequestClient } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { createLogger, type RunningService } from '@baize/runtime';
import {
  createTestDatabase,
  startNatsServer,
  type PrivateServer,
  type TestDatabase,
  playFence,
} from '@baize/testing';
import type { NatsConnection } from 'nats';
import { WalletConfig } from '../../src/config';
import { startWallet } from '../../src/service';
import { walletMigrations } from '../../src/store/migrations';
import { grantLease } from './ledger';

/** A running wallet on a database and a broker of its own. */
export class WalletService {
  private constructor(
    readonly db: Database,
    readonly config: WalletConfig,
    private readonly parts: {
      service: RunningService;
      client: RequestClient;
      broker: NatsConnection;
      nats: PrivateServer;
      database: TestDatabase;
    },
  ) {}

  static async start(settings: Partial<WalletConfig> = {}): Promise<WalletService> {
    const database = await createTestDatabase({ migrations: walletMigrations });
    const nats = await startNatsServer();
    const broker = await connectBroker({ url: nats.url, user: 'test', name: 'test' });
    await ensureStreams(broker);
    playFence(broker);
    const client = new RequestClient(broker);
    const config = Object.assign(new WalletConfig(), {
      ...{ databaseUrl: database.url, natsUrl: nats.url, httpPort: 0, housekeepingIntervalMs: 50 },
      auditSigningKey: Buffer.alloc(32, 'audit').toString('base64'),
      ...settings,
    });
    const service = await startWallet(config, createLogger('test'));
    const db = new Database({ url: database.url, poolSize: 4 });
    await grantLease(db);
    return new WalletService(db, config, { service, client, broker, nats, database });
  }

  call<Q extends object, R extends object>(contract: RequestContract<Q, R>, payload: Q): Promise<Result<R>> {
    return this.parts.client.call(contract, payload);
  }

  /** The value of an answer that must not be a refusal. */
  async get<Q extends object, R extends object>(contract: RequestContract<Q, R>, payload: Q): Promise<R> {
    const answer = await this.call(contract, payload);
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return answer.value;
  }

  async openPlayer(currency = 'EUR', brand = 'demo'): Promise<string> {
    const playerId = randomUUID();
    await this.get(walletCommands.openPlayer, { playerId, brand, currency, epoch: 0 });
    return playerId;
  }

  async adjust(playerId: string, amount: number, currency = 'EUR'): Promise<void> {
    await this.get(walletCommands.adjustBalance, {
      ...{ playerId, brand: 'demo', amount: { amount, currency }, reason: 'goodwill', actor: operator },
      idempotency: idempotency(),
    });
  }

  get broker(): NatsConnection {
    return this.parts.broker;
  }

  async stop(): Promise<void> {
    const { service, client, broker, nats, database } = this.parts;
    await service.stop();
    client.close();
    await broker.drain();
    await this.db.close();
    await nats.stop();
    await database.drop();
  }
}

export const operator = { kind: 'client', id: 'operator' } as const;

export function idempotency(key: string = randomUUID(), body = 'a') {
  return { key, caller: 'client:operator', bodySha256: body.repeat(64) };
}
