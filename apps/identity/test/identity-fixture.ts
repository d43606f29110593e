import { createHash, randomBytes } from 'node:crypto';
import {
  identityCommands,
  touchpointCommands,
  walletCommands,
  type OpenPlayer,
  type PlayerRegisteredReply,
  type Result,
  type SessionTokens,
} from '@baize/contracts';
import { connectBroker, ensureStreams, RequestClient, type EventEnvelope } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { createLogger, type Logger } from '@baize/runtime';
import { createTestDatabase, testBroker, type PrivateServer, type TestDatabase } from '@baize/testing';
import type { NatsConnection } from 'nats';
import { migrations } from '../src/store/migrations';
import { EmptyRegister } from './empty-register';
import { registrationForm, type Form } from './registration-form';

const { password } = registrationForm();

/** What the wallet of the test does with `open-player`. */
export type WalletMode = 'opens' | 'refuses' | 'stays silent' | 'is away';

/** The servers around identity, without identity itself. */
export class Surroundings {
  /** Every `open-player` that came, in order. */
  readonly opened: OpenPlayer[] = [];
  /** Every event that identity published. */
  readonly events: EventEnvelope[] = [];
  readonly client: RequestClient;
  private wallet: WalletMode = 'opens';
  private people = 0;

  private constructor(
    readonly server: PrivateServer,
    readonly testDatabase: TestDatabase,
    readonly database: Database,
    readonly broker: NatsConnection,
    private readonly registers: EmptyRegister,
  ) {
    this.client = new RequestClient(broker);
    this.serveWallet();
    this.serveTouchpoints();
    broker.subscribe('identity.event.>', {
      callback: (error, msg) => {
        if (error === null) this.events.push(msg.json());
      },
    });
  }

  static async start(): Promise<Surroundings> {
    const [server, testDatabase, registers] = await Promise.all([
      testBroker(),
      createTestDatabase({ migrations }),
      EmptyRegister.open(),
    ]);
    const broker = await connectBroker({ url: server.url, user: 'test', name: 'test' });
    await ensureStreams(broker);
    const database = new Database({ url: testDatabase.url, name: 'test' });
    return new Surroundings(server, testDatabase, database, broker, registers);
  }

  /** Environment of an identity process; cheap passwords unless a test is about them. */
  environment(changes: Record<string, string> = {}): Record<string, string> {
    return {
      DATABASE_URL: this.testDatabase.url,
      NATS_URL: this.server.url,
      HTTP_PORT: '0',
      IDENTITY_MASTER_KEY: randomBytes(32).toString('base64'),
      IDENTITY_INDEX_KEY: randomBytes(32).toString('base64'),
      AUDIT_SIGNING_KEY: randomBytes(32).toString('base64'),
      PASSWORD_MEMORY_KIB: '64',
      PASSWORD_PASSES: '1',
      SWEEP_INTERVAL_MS: '50',
      NATIONAL_REGISTERS: this.registers.configuration,
      ...changes,
    };
  }

  setWallet(mode: WalletMode): void {
    this.wallet = mode;
    this.walletSubscription?.unsubscribe();
    this.walletSubscription = undefined;
    if (mode !== 'is away') this.serveWallet();
  }

  /** A form of somebody whom nobody has seen before. */
  form(changes: Partial<Form> = {}): Form {
    this.people += 1;
    return registrationForm({
      email: `player${this.people}@example.com`,
      lastName: `Lovelace ${this.people}`,
      ...changes,
    });
  }

  /** Registers as the gateway would; a new key unless one is given. */
  register(
    form: Form,
    options: { key?: string; brand?: string; caller?: string; timeoutMs?: number } = {},
  ): Promise<Result<PlayerRegisteredReply>> {
    const { key = randomBytes(8).toString('hex'), brand = 'demo', caller = 'client:operator' } = options;
    const bodySha256 = createHash('sha256').update(JSON.stringify(form)).digest('hex');
    const idempotency = { key, caller, bodySha256 };
    const { timeoutMs } = options;
    return this.client.call(identityCommands.registerPlayer, { brand, form, idempotency }, { timeoutMs });
  }

  async registered(form: Form = this.form(), brand = 'demo'): Promise<PlayerRegisteredReply> {
    return valueOf(await this.register(form, { brand }));
  }

  login(email: string, secret = password, brand = 'demo'): Promise<Result<SessionTokens>> {
    return this.client.call(identityCommands.createSession, { brand, form: { email, password: secret } });
  }

  async count(table: string, where = 'true'): Promise<number> {
    const rows = await this.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table} WHERE ${where}`,
    );
    return rows[0]?.n ?? 0;
  }

  /** Data of the published events of a type, in order. */
  dataOf(type: string): unknown[] {
    return this.events.filter((event) => event.type === type).map((event) => event.data);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.broker.close();
    await this.database.close();
    await this.testDatabase.drop();
    await this.server.stop();
    await this.registers.close();
  }

  private walletSubscription: { unsubscribe(): void } | undefined;

  /** The touchpoints have applied every restriction as soon as they hear of it. */
  private serveTouchpoints(): void {
    for (const { subject, service } of Object.values(touchpointCommands)) {
      this.broker.subscribe(subject, {
        queue: service,
        callback: (_error, msg) => {
          const value = { appliedAt: new Date().toISOString() };
          msg.respond(Buffer.from(JSON.stringify({ ok: true, value })));
        },
      });
    }
  }

  private serveWallet(): void {
    this.walletSubscription = this.broker.subscribe(walletCommands.openPlayer.subject, {
      queue: 'wallet',
      callback: (error, msg) => {
        if (error !== null) return;
        const request: OpenPlayer = msg.json();
        this.opened.push(request);
        if (this.wallet === 'stays silent') return;
        const answer =
          this.wallet === 'opens'
            ? { ok: true, value: { playerId: request.playerId } }
            : { ok: false, error: { code: 'wallet.currency-mismatch', detail: 'no such currency here' } };
        msg.respond(Buffer.from(JSON.stringify(answer)));
      },
    });
  }
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.error.code}`);
  return result.value;
}

/** The code of a refusal, or `ok`. */
export function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.error.code;
}

/** A service's logger whose lines go to `lines` instead of the test's output. */
export function quietLog(lines: string[] = []): Logger {
  return createLogger('identity', { write: (line) => lines.push(line) });
}
