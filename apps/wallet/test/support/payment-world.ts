import { randomUUID } from 'node:crypto';
import type { PaymentReply, Result } from '@baize/contracts';
import type { Database, Db } from '@baize/persistence';
import { createLogger, systemClock } from '@baize/runtime';
import { connectPsps } from '../../src/payments/connect-psps';
import { Instruments } from '../../src/payments/instruments';
import { PaymentRunner } from '../../src/payments/payment-runner';
import { PaymentSaga } from '../../src/payments/payment-saga';
import { readPaymentSettings } from '../../src/payments/payment-settings';
import { PspDesk } from '../../src/payments/psp-desk';
import { PaymentWorker } from '../../src/payments/payment-worker';
import { CancelWithdrawalController } from '../../src/use-cases/cancel-withdrawal/cancel-withdrawal.controller';
import { HandlePaymentCallbackUseCase } from '../../src/use-cases/handle-payment-callback/handle-payment-callback';
import { RequestDepositUseCase } from '../../src/use-cases/request-deposit/request-deposit';
import { RequestWithdrawalUseCase } from '../../src/use-cases/request-withdrawal/request-withdrawal';
import { ReviewWithdrawalController } from '../../src/use-cases/review-payment/review-withdrawal.controller';
import { SetHoldController } from '../../src/use-cases/set-hold/set-hold.controller';
import { BookPsp } from './book-psp';
import { openPlayer, violations } from './ledger';
import { settingsFile, unbacked } from './payment-desk';

const opening = 10_000n;
const actor = { kind: 'client' as const, id: 'operator' };

/** What can be planted to see it found. */
export interface Planted {
  readonly saga?: typeof PaymentSaga;
  /** Answers a webhook before it is committed. */
  readonly isHasty?: boolean;
}

/** One player, one PSP and the wallet's own parts, driven step by step. */
export class PaymentWorld {
  readonly psp = new BookPsp('book');
  readonly ids: string[] = [];
  player = '';
  private dies = false;
  private version = 0;
  private readonly deposits: RequestDepositUseCase;
  private readonly withdrawals: RequestWithdrawalUseCase;
  private readonly callbacks: HandlePaymentCallbackUseCase;
  private readonly cancels: CancelWithdrawalController;
  private readonly reviews: ReviewWithdrawalController;
  private readonly holds: SetHoldController;
  private readonly worker: PaymentWorker;

  constructor(
    private readonly db: Database,
    private readonly planted: Planted,
  ) {
    const account = {
      brand: 'demo',
      psp: 'book',
      baseUrl: 'http://book',
      callbackUrl: 'http://book',
      credentials: {},
    };
    const timing = { askFirstMs: 50, askAtMostMs: 50, notFoundAfterMs: 100, depositDeadlineMs: 60_000 };
    const rules = readPaymentSettings(
      settingsFile([], { accounts: [account], routes: [{ psps: ['book'] }], timing }),
    );
    const log = createLogger('world');
    log.level = 'silent';
    const instruments = new Instruments(Buffer.alloc(32, 1));
    const desk = new PspDesk(connectPsps(rules.accounts, [this.psp.dialect]), instruments, {
      ...{ pspCallMs: 1_000, clock: systemClock, log },
    });
    const base = new (planted.saga ?? PaymentSaga)(rules.timing, systemClock);
    const mortal = this.mortal();
    const runner = new PaymentRunner(db, base, desk, rules);
    this.worker = new PaymentWorker(db, runner, base, rules, { intervalMs: 10, log });
    this.deposits = new RequestDepositUseCase(db, runner, rules, instruments);
    this.withdrawals = new RequestWithdrawalUseCase(db, runner, base, rules, instruments);
    this.callbacks = new HandlePaymentCallbackUseCase(mortal, base, desk, instruments);
    this.cancels = new CancelWithdrawalController(db, base, rules);
    this.reviews = new ReviewWithdrawalController(db, base, runner, this.worker);
    this.holds = new SetHoldController(db);
  }

  async open(): Promise<void> {
    this.player = await openPlayer(this.db, { real: opening });
  }

  async deposit(amount: number, manner: BookPsp['manner']): Promise<void> {
    this.psp.manner = manner;
    this.note(await this.deposits.execute({ ...this.form(amount), method: 'card' }));
    this.psp.manner = 'accept';
  }

  async withdraw(amount: number): Promise<void> {
    const destination = { reference: 'card' };
    this.note(await this.withdrawals.execute({ ...this.form(amount), method: 'card', destination }));
  }

  /** The worker looks at everything of the player at once, and is waited for. */
  async work(manner: BookPsp['manner'] = 'accept'): Promise<void> {
    this.psp.manner = manner;
    await this.db.query(`UPDATE payment SET due_at = now() WHERE player_id = $1 AND due_at IS NOT NULL`, [
      this.player,
    ]);
    await this.worker.take();
    await this.worker.idle();
    this.psp.manner = 'accept';
  }

  /** Delivers a webhook so many times at once; in the middle of it the process may die. */
  async deliver(index: number, times: number, dies: boolean): Promise<void> {
    const told = this.psp.undelivered[index % Math.max(1, this.psp.undelivered.length)];
    if (!told) return;
    this.dies = dies;
    const tellings = Array.from({ length: times }, (_, n) =>
      this.tell(n === 0 ? told : { ...told, notificationId: randomUUID() }),
    );
    const [first] = await Promise.all([...tellings, this.work()]);
    if (first) this.psp.undelivered.splice(this.psp.undelivered.indexOf(told), 1);
    this.dies = false;
  }

  async cancel(id: string): Promise<void> {
    await this.cancels.handle({ paymentId: id, brand: 'demo', actor });
  }

  async review(id: string, decision: 'approve' | 'reject'): Promise<void> {
    await this.reviews.handle({ paymentId: id, brand: 'demo', decision, reason: 'model', actor });
  }

  async hold(held: boolean): Promise<void> {
    const version = (this.version += 1);
    await this.holds.handle({
      playerId: this.player,
      brand: 'demo',
      kind: 'fraud',
      held,
      reason: 'model',
      version,
    });
  }

  /** Everything that was promised comes: holds are lifted, PSPs decide and are heard. Answers what is wrong then. */
  async verdict(): Promise<string[]> {
    await this.hold(false);
    for (let round = 0; round < 60 && !(await this.isQuiet()); round += 1) {
      for (const id of this.ids) this.psp.settle(id, 'confirmed');
      while (this.psp.undelivered.length > 0) await this.deliver(0, 1, false);
      await this.work();
      if (round > 3) await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return this.wrongs();
  }

  private async isQuiet(): Promise<boolean> {
    const open = await this.db.query(
      `SELECT FROM payment WHERE player_id = $1 AND state NOT IN ('confirmed', 'paid', 'failed', 'cancelled', 'reversed')`,
      [this.player],
    );
    return open.length === 0 && this.psp.undelivered.length === 0;
  }

  private async wrongs(): Promise<string[]> {
    const wrong: string[] = (await violations(this.db, [this.player])).concat(
      (await unbacked(this.db, this.player)).map((row) =>
        JSON.stringify(row, (_, one: unknown) => String(one)),
      ),
    );
    const rows = await this.db.query<{
      id: string;
      kind: string;
      state: string;
      ends: bigint;
      events: bigint;
    }>(
      `SELECT p.id, p.kind, p.state, (SELECT count(*) FROM payment_history h WHERE h.payment_id = p.id
           AND h.state IN ('confirmed', 'paid', 'cancelled')) AS ends,
         (SELECT count(*) FROM outbox o WHERE o.data ->> 'paymentId' = p.id::text AND o.type ~ 'deposit-confirmed|withdrawal-paid') AS events
       FROM payment p WHERE p.player_id = $1`,
      [this.player],
    );
    for (const { id, kind, state, ends, events } of rows) {
      const said = this.psp.books.get(id)?.status ?? 'nothing';
      const expected: Record<string, readonly string[]> = {
        confirmed: ['confirmed', 'paid'],
        reversed: ['reversed'],
        failed: ['failed', 'cancelled'],
        nothing: ['failed', 'cancelled'],
      };
      if (!expected[said]?.includes(state)) wrong.push(`${kind} is ${state}, the PSP says ${said}`);
      if (ends > 1n || events > 1n) wrong.push(`${kind} ended ${ends} times, with ${events} events`);
    }
    return wrong;
  }

  private form(amount: number) {
    const idempotency = { key: randomUUID(), caller: 'client:operator', bodySha256: 'a'.repeat(64) };
    return { playerId: this.player, brand: 'demo', amount: { amount, currency: 'EUR' }, actor, idempotency };
  }

  private note(result: Result<PaymentReply>): void {
    if (result.ok) this.ids.push(result.value.id);
  }

  private async tell(told: BookPsp['undelivered'][number]): Promise<boolean> {
    const bodyBase64 = Buffer.from(JSON.stringify(told)).toString('base64');
    const call = {
      brand: 'demo',
      psp: 'book',
      query: '',
      headers: [],
      bodyBase64,
      receivedAt: new Date().toISOString(),
    };
    const heard = this.callbacks.execute(call).then(
      (answer) => answer.ok && answer.value.status === 200,
      () => false,
    );
    const isHeard = await heard;
    return this.planted.isHasty === true || isHeard;
  }

  /** The database as a process sees it that may die before its commit. */
  private mortal(): Database {
    const { db } = this;
    const run = <T>(fn: (handle: Db) => Promise<T>): Promise<T> =>
      db.transactions.run(async (handle) => {
        const done = await fn(handle);
        if (this.dies) throw new Error('died before the commit');
        return done;
      });
    return { transactions: { run }, query: db.query.bind(db) } as unknown as Database;
  }
}
