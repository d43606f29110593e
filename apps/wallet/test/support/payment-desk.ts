import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  paymentCommands,
  paymentQueries,
  walletCommands,
  type BalanceDto,
  type CallbackAnswer,
  type PaymentDto,
  type PaymentStatus,
  type RequestContract,
  type Result,
  walletQueries,
} from '@baize/contracts';
import { connectBroker, ensureStreams, RequestClient } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { createLogger, type RunningService } from '@baize/runtime';
import {
  createTestDatabase,
  startNatsServer,
  waitFor,
  type PrivateServer,
  type TestDatabase,
  playFence,
} from '@baize/testing';
import type { NatsConnection } from 'nats';
import { WalletConfig } from '../../src/config';
import { startWallet } from '../../src/service';
import { walletMigrations } from '../../src/store/migrations';
import { doubleDialect } from './double-dialect';
import { grantLease, violations } from './ledger';
import { PspDouble } from './psp-double';

/** Everything in a second or two: what production does in minutes. */
export const quickTiming = {
  pspCallMs: 2_500,
  submitAfterMs: 0,
  askFirstMs: 100,
  askAtMostMs: 400,
  notFoundAfterMs: 600,
  depositDeadlineMs: 60_000,
  automatedDeadlineMs: 30_000,
  reviewDeadlineMs: 30_000,
};

export interface DeskSettings {
  readonly timing?: Partial<typeof quickTiming>;
  readonly [setting: string]: unknown;
}

/** A wallet with two PSPs, `one` and `two`, and everything to play payments against it. */
export class PaymentDesk {
  private constructor(
    private readonly parts: {
      readonly database: TestDatabase;
      readonly broker: NatsConnection;
      readonly config: WalletConfig;
      readonly client: RequestClient;
    },
    readonly db: Database,
    readonly nats: PrivateServer,
    readonly psps: { readonly one: PspDouble; readonly two: PspDouble },
    /** Undefined when the wallet runs apart, as a process of its own. */
    private service: RunningService | undefined,
  ) {}

  get one(): PspDouble {
    return this.psps.one;
  }

  get two(): PspDouble {
    return this.psps.two;
  }

  static async open(
    settings: DeskSettings = {},
    { isApart = false, serverUrl }: { isApart?: boolean; serverUrl?: string } = {},
  ): Promise<PaymentDesk> {
    const database = await createTestDatabase({ migrations: walletMigrations, serverUrl });
    const nats = await startNatsServer();
    const [one, two] = [await PspDouble.start(), await PspDouble.start()];
    const config = Object.assign(new WalletConfig(), {
      ...{ databaseUrl: database.url, natsUrl: nats.url, httpPort: 0, housekeepingIntervalMs: 100 },
      ...{ paymentsIntervalMs: 20, paymentsConfig: settingsFile([one, two], settings) },
      auditSigningKey: Buffer.alloc(32, 5).toString('base64'),
      walletInstrumentKey: Buffer.alloc(32, 7).toString('base64'),
    });
    const broker = await connectBroker({ url: nats.url, user: 'test', name: 'test' });
    await ensureStreams(broker);
    playFence(broker);
    const service = isApart ? undefined : await startWallet(config, createLogger('test'), dialects);
    const db = new Database({ url: database.url, poolSize: 4 });
    await grantLease(db);
    const parts = { database, broker, config, client: new RequestClient(broker) };
    return new PaymentDesk(parts, db, nats, { one, two }, service);
  }

  async close(): Promise<void> {
    await this.service?.stop();
    this.parts.client.close();
    await this.parts.broker.drain();
    await this.db.close();
    await Promise.all([this.one.stop(), this.two.stop(), this.nats.stop()]);
    await this.parts.database.drop();
  }

  /** Of a wallet that runs apart. */
  environment(): Record<string, string> {
    const {
      databaseUrl,
      natsUrl,
      auditSigningKey,
      paymentsConfig = '',
      walletInstrumentKey = '',
    } = this.parts.config;
    return {
      ...{ DATABASE_URL: databaseUrl, NATS_URL: natsUrl, AUDIT_SIGNING_KEY: auditSigningKey },
      ...{ PAYMENTS_CONFIG: paymentsConfig, WALLET_INSTRUMENT_KEY: walletInstrumentKey },
      ...{ HOUSEKEEPING_INTERVAL_MS: '200', PAYMENTS_INTERVAL_MS: '50' },
    };
  }

  call<Q extends object, R extends object>(contract: RequestContract<Q, R>, request: Q): Promise<Result<R>> {
    return this.parts.client.call(contract, request);
  }

  /** A player with so much real money. */
  async player(real = 0, country?: string): Promise<string> {
    const playerId = randomUUID();
    value(
      await this.call(walletCommands.openPlayer, {
        playerId,
        brand: 'demo',
        currency: 'EUR',
        epoch: 0,
        country,
      }),
    );
    if (real !== 0) {
      value(
        await this.call(walletCommands.adjustBalance, {
          ...{
            playerId,
            brand: 'demo',
            amount: { amount: real, currency: 'EUR' },
            reason: 'opening',
            actor: operator,
          },
          idempotency: keyOf(),
        }),
      );
    }
    return playerId;
  }

  deposit(playerId: string, amount = 1_000, fields: object = {}, key = keyOf()) {
    return this.call(paymentCommands.requestDeposit, {
      ...{ playerId, brand: 'demo', amount: { amount, currency: 'EUR' }, method: 'card' as const },
      ...{ actor: operator, idempotency: key },
      ...fields,
    });
  }

  withdraw(playerId: string, amount = 1_000, fields: object = {}, key = keyOf()) {
    return this.call(paymentCommands.requestWithdrawal, {
      ...{ playerId, brand: 'demo', amount: { amount, currency: 'EUR' }, method: 'card' as const },
      ...{ destination: { reference: 'card-1' }, actor: operator, idempotency: key },
      ...fields,
    });
  }

  review(paymentId: string, decision: 'approve' | 'reject', by = operator) {
    const request = { paymentId, brand: 'demo', decision, reason: 'looked at', actor: by };
    return this.call(paymentCommands.reviewWithdrawal, request);
  }

  async tell(webhook: ReturnType<PspDouble['webhook']>, psp = 'one'): Promise<CallbackAnswer> {
    const receivedAt = new Date().toISOString();
    const request = { brand: 'demo', psp, query: '', receivedAt, ...webhook };
    return value(await this.call(paymentCommands.handlePaymentCallback, request));
  }

  /** The PSP's books change and it says so. */
  async settle(
    id: string,
    status: 'confirmed' | 'failed' | 'reversed',
    psp = this.one,
  ): Promise<CallbackAnswer> {
    psp.settle(id, status);
    return this.tell(psp.webhook(id, status), psp === this.one ? 'one' : 'two');
  }

  async payment(paymentId: string): Promise<PaymentDto> {
    return value(await this.call(paymentQueries.getPayment, { paymentId, brand: 'demo' }));
  }

  until(condition: () => boolean | Promise<boolean>): Promise<unknown> {
    return waitFor(condition);
  }

  /** Waits for a status of the payment, and answers the payment. */
  async reaches(paymentId: string, ...statuses: PaymentStatus[]): Promise<PaymentDto> {
    let payment = await this.payment(paymentId);
    await waitFor(async () => statuses.includes((payment = await this.payment(paymentId)).status), {
      what: `payment in ${statuses.join(' or ')}, it is ${payment.status}`,
    });
    return payment;
  }

  async balance(playerId: string): Promise<BalanceDto> {
    return value(await this.call(walletQueries.getBalance, { playerId, brand: 'demo' }));
  }

  /** Types of the events of a player, oldest first. */
  async events(playerId: string): Promise<string[]> {
    const rows = await this.db.query<{ type: string }>(
      `SELECT type FROM outbox WHERE partition_key = $1 ORDER BY sequence`,
      [playerId],
    );
    return rows.map(({ type }) => type.split('.')[2]!);
  }

  /** The ledger adds up, and what is locked is what withdrawals hold. */
  async expectConserved(): Promise<void> {
    expect(await violations(this.db)).toEqual([]);
    expect(await unbacked(this.db)).toEqual([]);
  }
}

/** Wallets whose locked funds, or PSP entries, are not what their payments say. */
export async function unbacked(db: Database, player: string | null = null): Promise<object[]> {
  return db.query(
    `SELECT w.player_id, w.locked, coalesce(sum(p.amount) FILTER (WHERE p.kind = 'withdrawal'
         AND p.state IN ('reserved', 'review', 'submitted', 'unknown')), 0) AS open,
       (SELECT coalesce(sum(e.amount), 0) FROM entry e WHERE e.player_id = w.player_id AND e.account = 'payments'
         AND e.party <> 'opening') AS entries,
       coalesce(sum(CASE WHEN p.kind = 'deposit' AND p.state IN ('confirmed', 'reversed') THEN p.reversed - p.amount
         WHEN p.kind = 'withdrawal' AND p.state IN ('paid', 'reversed') THEN p.amount - p.reversed ELSE 0 END), 0) AS moved
     FROM wallet w LEFT JOIN payment p ON p.player_id = w.player_id AND p.currency = w.currency
     WHERE $1::uuid IS NULL OR w.player_id = $1
     GROUP BY w.player_id, w.currency, w.locked
     HAVING w.locked <> coalesce(sum(p.amount) FILTER (WHERE p.kind = 'withdrawal'
         AND p.state IN ('reserved', 'review', 'submitted', 'unknown')), 0)
       OR (SELECT coalesce(sum(e.amount), 0) FROM entry e WHERE e.player_id = w.player_id AND e.account = 'payments'
         AND e.party <> 'opening')
       <> coalesce(sum(CASE WHEN p.kind = 'deposit' AND p.state IN ('confirmed', 'reversed') THEN p.reversed - p.amount
         WHEN p.kind = 'withdrawal' AND p.state IN ('paid', 'reversed') THEN p.amount - p.reversed ELSE 0 END), 0)`,
    [player],
  );
}

export const operator: { kind: 'client' | 'player'; id: string } = { kind: 'client', id: 'operator' };
const dialects = [doubleDialect('one'), doubleDialect('two')];

export function keyOf(key: string = randomUUID(), body = 'a') {
  return { key, caller: 'client:operator', bodySha256: body.repeat(64) };
}

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}

export function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.error.code;
}

/** Writes PAYMENTS_CONFIG for PSPs `one` and `two`. */
export function settingsFile(psps: readonly PspDouble[], settings: DeskSettings): string {
  const { timing, ...others } = settings;
  const file = join(tmpdir(), `payments-${randomUUID()}.json`);
  const content = {
    accounts: psps.map(({ url, secret }, index) => ({
      ...{
        brand: 'demo',
        psp: ['one', 'two'][index],
        baseUrl: url,
        callbackUrl: url,
        credentials: { secret },
      },
    })),
    routes: [{ psps: ['one', 'two'] }],
    heldWithoutKyc: false,
    ...others,
    timing: { ...quickTiming, ...timing },
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}
