import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  gameSessionsCommands,
  type CallbackAnswer,
  type GameDto,
  type HandleCallback,
  type RequestContract,
  type Result,
} from '@baize/contracts';
import { connectBroker, ensureStreams, RequestClient, ServiceFault } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { createLogger } from '@baize/runtime';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createTestDatabase, playFence, testBroker, waitFor, type TestDatabase } from '@baize/testing';
import { headers, type NatsConnection } from 'nats';
import { GameSessionsConfig } from '../src/config';
import { migrations } from '../src/store/migrations';
import { seedCatalogue } from '../src/seed';
import { startGameSessions } from '../src/service';
import games from '../seed/games.json';
import hub88Vectors from '../src/adapters/hub88/fixtures/vectors.json';

export const brand = 'demo';
export const secrets = {
  softswiss: { secret: 'softswiss-test-secret' },
  evolution: { authToken: 'evolution-test-token' },
  hub88: hub88Vectors.credentials,
  slotegrator: { merchantId: 'slotegrator-test-merchant', merchantKey: 'slotegrator-test-key' },
  swipegames: { apiKey: 'swipegames-test-key' },
  pragmatic: { secretKey: 'pragmatic-test-key' },
  playngo: { accessToken: 'playngo&test<token' },
};
/** How each provider's API is configured, at one address for all. */
export function providerApis(url: string): Record<string, Record<string, unknown>> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const operatorPrivateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    softswiss: { url, casinoId: 'test' },
    evolution: { url, casinoKey: 'test', apiToken: 'evolution-api-token' },
    hub88: { url, operatorId: 'test', operatorPrivateKeyPem },
    slotegrator: { url },
    swipegames: { url, cID: 'test', extCID: 'test' },
    pragmatic: { url, secureLogin: 'test' },
    playngo: { url, apiUser: 'test', apiPassword: 'playngo-api-password' },
  };
}

export const gamesOf = (provider: string): GameDto[] =>
  (games as GameDto[]).filter((candidate) => candidate.provider === provider);
export const gameOf = (provider: string): GameDto => {
  const [game] = gamesOf(provider);
  if (!game) throw new Error(`no game of ${provider}`);
  return game;
};

/** A running game-sessions on its own database and broker, and the other services' end of the broker. */
export interface TestService {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly broker: NatsConnection;
  readonly brokerUrl: string;
  readonly client: RequestClient;
  /** From now on nobody answers what is restricted. */
  withdrawFence(): void;
  /** Plays another service: answers its subject until the returned function is called. */
  answer<Req extends object, Rep extends object>(
    contract: RequestContract<Req, Rep>,
    handle: (request: Req) => Result<Rep>,
  ): () => void;
  /** As the gateway calls; the deadline may lie in the past. */
  callback(call: Partial<HandleCallback>, deadlineMs?: number): Promise<CallbackAnswer>;
  stop(): Promise<void>;
}

/** What a test configures beside the secrets: APIs of providers, rules of sessions. */
export interface TestSettings {
  readonly apis?: Readonly<Record<string, object>>;
  readonly sessions?: object;
}

export async function startTestService(settings: TestSettings = {}): Promise<TestService> {
  const server = await testBroker();
  const test = await createTestDatabase({ migrations });
  const broker = await connectBroker({ url: server.url, user: 'test', name: 'test' });
  await ensureStreams(broker);
  const database = new Database({ url: test.url, poolSize: 3 });
  await seedCatalogue(database);
  const log = createLogger('test');
  log.level = 'silent';
  const withdrawFence = playFence(broker);
  const service = await startGameSessions(configFor(server.url, test, settings), log);
  await waitFor(() =>
    service.checks.restrictions!().then(
      () => true,
      () => false,
    ),
  );
  const client = new RequestClient(broker);
  return {
    database,
    databaseUrl: test.url,
    broker,
    brokerUrl: server.url,
    client,
    withdrawFence,
    answer(contract, handle) {
      const subscription = broker.subscribe(contract.subject, {
        callback: (_error, message) =>
          message.respond(JSON.stringify(handle(JSON.parse(message.string()) as never))),
      });
      return () => subscription.unsubscribe();
    },
    async callback(call, deadlineMs) {
      const sent = headers();
      sent.set('Baize-Deadline', String(deadlineMs ?? Date.now() + 5_000));
      const payload = JSON.stringify(Object.assign(emptyCall(), call));
      const options = { timeout: 10_000, headers: sent };
      const reply = await broker.request(gameSessionsCommands.handleCallback.subject, payload, options);
      const result = reply.json<Result<CallbackAnswer>>();
      if (!result.ok) throw new Error(result.error.code);
      return result.value;
    },
    async stop() {
      await service.stop();
      client.close();
      await broker.close();
      await database.close();
      await test.drop();
      await server.stop();
    },
  };
}

export function configFor(
  natsUrl: string,
  test: Pick<TestDatabase, 'url'>,
  { apis = {}, sessions }: TestSettings = {},
): GameSessionsConfig {
  const file = join(tmpdir(), `game-sessions-${randomUUID()}.json`);
  const launchUrl = 'http://127.0.0.1:4000/play?lobby=1';
  const providers = Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [
      name,
      { ...secret, launchUrl, ...(apis[name] && { api: apis[name] }) },
    ]),
  );
  writeFileSync(file, JSON.stringify({ brands: { [brand]: { providers, sessions } } }), { mode: 0o600 });
  return Object.assign(new GameSessionsConfig(), {
    databaseUrl: test.url,
    natsUrl,
    httpPort: 1,
    auditSigningKey: Buffer.alloc(32, 'audit').toString('base64'),
    gameSessionsConfig: file,
  });
}

export function emptyCall(): HandleCallback {
  return {
    brand,
    provider: 'softswiss',
    method: 'POST',
    path: '/play',
    query: '',
    headers: [],
    bodyBase64: '',
    receivedAt: new Date().toISOString(),
  };
}

export async function faultOf(call: Promise<unknown>): Promise<ServiceFault> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof ServiceFault) return outcome;
  throw new Error('there was an answer');
}
