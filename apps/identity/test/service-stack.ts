import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exclusionCommands,
  identityCommands,
  walletCommands,
  type Actor,
  type ExclusionDto,
  type ExclusionForm,
  type GameAction,
  type PlayerRegisteredReply,
  type PostMovements,
  type Result,
} from '@baize/contracts';
import { connectBroker, ensureStreams, RequestClient, ServiceFault } from '@baize/messaging';
import { Database } from '@baize/persistence';
import type { NatsConnection } from 'nats';
import {
  createTestDatabase,
  freePort,
  migrateService,
  startNatsServer,
  startService,
  waitFor,
  type PrivateServer,
  type RunningService,
  type TestDatabase,
} from '@baize/testing';
import { registrationForm, type Form } from './registration-form';
import { brand, environmentsOf, withDatabase, type StackService } from './stack-environments';

/** What a call that may fail in any way came to: `ok`, the code of the refusal, or `fault`. */
type Outcome = string;

/** Machines that run tests do other work too. */
const startMs = 90_000;

interface StackParts {
  readonly nats: PrivateServer;
  readonly broker: NatsConnection;
  readonly client: RequestClient;
  readonly databases: Readonly<Record<(typeof withDatabase)[number], TestDatabase>>;
  readonly environments: Readonly<Record<StackService, Record<string, string>>>;
  readonly wallet: Database;
  readonly identity: Database;
  readonly gatewayUrl: string;
  readonly folder: string;
}

/** Every service as a process of its own, on its own databases and broker. */
export class ServiceStack {
  private readonly running = new Map<StackService, RunningService>();

  private constructor(private readonly parts: StackParts) {}

  static async start(...services: StackService[]): Promise<ServiceStack> {
    const nats = await startNatsServer();
    const broker = await connectBroker({ url: nats.url, user: 'test', name: 'test' });
    await ensureStreams(broker);
    const made = withDatabase.map(
      async (name) => [name, await createTestDatabase({ migrations: [] })] as const,
    );
    const databases = Object.fromEntries(await Promise.all(made)) as StackParts['databases'];
    const folder = mkdtempSync(join(tmpdir(), 'fence-'));
    const port = await freePort();
    const environments = environmentsOf(nats.url, databases, folder, port);
    for (const name of withDatabase) migrateService(name, { ...environments[name], HTTP_PORT: '0' });
    const stack = new ServiceStack({
      ...{ nats, broker, databases, environments, folder },
      client: new RequestClient(broker),
      wallet: new Database({ url: databases.wallet.url, poolSize: 4 }),
      identity: new Database({ url: databases.identity.url, poolSize: 2 }),
      gatewayUrl: `http://127.0.0.1:${port}`,
    });
    const started = await Promise.allSettled(services.map((name) => stack.run(name)));
    const failed = started.find((outcome) => outcome.status === 'rejected');
    if (!failed) return stack;
    await stack.stop();
    throw failed.reason;
  }

  get nats(): PrivateServer {
    return this.parts.nats;
  }
  get broker(): NatsConnection {
    return this.parts.broker;
  }
  get client(): RequestClient {
    return this.parts.client;
  }
  get wallet(): Database {
    return this.parts.wallet;
  }
  get identity(): Database {
    return this.parts.identity;
  }
  get gatewayUrl(): string {
    return this.parts.gatewayUrl;
  }

  /** Starts a service and waits until it is ready. */
  async run(name: StackService, changes: Record<string, string> = {}): Promise<void> {
    const environment = { ...this.parts.environments[name], ...changes };
    this.running.set(name, await startService(name, environment, startMs));
  }

  process(name: StackService): RunningService {
    const service = this.running.get(name);
    if (!service) throw new Error(`${name} does not run`);
    return service;
  }

  async kill(name: StackService): Promise<void> {
    await this.process(name).kill();
    this.running.delete(name);
  }

  /** A player with so much money. */
  async player(real = 1_000_000, changes: Partial<Form> = {}): Promise<string> {
    const form = registrationForm(changes);
    const answer = await this.register(form);
    if (!answer.ok) throw new Error(answer.error.code);
    const playerId = answer.value.id;
    await this.client.call(walletCommands.adjustBalance, {
      ...{ playerId, brand, amount: { amount: real, currency: form.currency }, reason: 'test' },
      actor: { kind: 'system', id: 'test' },
      idempotency: newKey(),
    });
    return playerId;
  }

  register(form: Form, at = brand): Promise<Result<PlayerRegisteredReply>> {
    return this.client.call(identityCommands.registerPlayer, { brand: at, form, idempotency: newKey() });
  }

  /** Movements of a provider's call, in a round of their own unless it is named. */
  movements(
    playerId: string,
    actions: GameAction[],
    options: { round?: string; at?: string } = {},
  ): PostMovements {
    const { round = randomUUID(), at = brand } = options;
    return {
      ...{
        brand: at,
        provider: 'acme',
        playerId,
        currency: 'EUR',
        gameId: 'g1',
        providerRoundId: round,
        actions,
      },
      ...{ closeRound: false, idScope: 'player', receivedAt: new Date().toISOString() },
      rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'allow' },
    };
  }

  /** Posts movements as game-sessions does. */
  async post(playerId: string, actions: GameAction[], round?: string, at = brand): Promise<Outcome> {
    return outcomeOf(() =>
      this.client.call(walletCommands.post, this.movements(playerId, actions, { round, at })),
    );
  }

  bet(playerId: string, amount = 1, id: string = randomUUID(), at = brand): Promise<Outcome> {
    return this.post(playerId, [{ kind: 'bet', id, amount }], undefined, at);
  }

  /** One try; the key makes a later one the same exclusion. */
  async exclude(
    playerId: string,
    key: string = randomUUID(),
    form: ExclusionForm = { kind: 'self-exclusion', duration: 'P6M', reason: 'test' },
    actor: Actor = { kind: 'player', id: playerId },
  ): Promise<ExclusionDto | undefined> {
    const bodySha256 = createHash('sha256')
      .update(JSON.stringify([playerId, form]))
      .digest('hex');
    const answer = await this.client
      .call(exclusionCommands.createExclusion, {
        ...{ playerId, brand, form, actor },
        idempotency: { key, caller: `${actor.kind}:${actor.id}`, bodySha256 },
      })
      .catch((): Result<ExclusionDto> | undefined => undefined);
    return answer?.ok ? answer.value : undefined;
  }

  /** How many bets of the player are committed now. */
  async betsOf(playerId: string): Promise<number> {
    const [row] = await this.wallet.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM journal WHERE player_id = $1 AND kind = 'bet'`,
      [playerId],
    );
    return Number(row!.n);
  }

  /** Until bets are taken: touchpoints have their leases. */
  async open(): Promise<void> {
    const playerId = await this.player();
    await waitFor(async () => (await this.bet(playerId)) === 'ok');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map((service) => service.stop()));
    this.client.close();
    await this.parts.broker.close();
    await this.wallet.close();
    await this.identity.close();
    await Promise.all(Object.values(this.parts.databases).map((database) => database.drop()));
    await this.nats.stop();
    rmSync(this.parts.folder, { recursive: true, force: true });
  }
}

function newKey() {
  const key = randomUUID();
  return { key, caller: 'client:operator', bodySha256: createHash('sha256').update(key).digest('hex') };
}

/** Runs a call to its end, whatever that is. */
async function outcomeOf<T>(call: () => Promise<Result<T>>): Promise<Outcome> {
  try {
    const answer = await call();
    return answer.ok ? 'ok' : answer.error.code;
  } catch (error) {
    if (error instanceof ServiceFault) return 'fault';
    throw error;
  }
}
