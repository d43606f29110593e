import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@baize/persistence';
import { counter, gauge, tryEach, type Logger } from '@baize/runtime';
import {
  markOverdue,
  sagaFigures,
  takeDue,
  unansweredDeposits,
  type DuePayment,
} from '../store/due-payments';
import { countOpenMismatches } from '../store/mismatches';
import { findMatched, raiseWaiting } from '../store/payment-notifications';
import { lockPayment } from '../store/payments';
import type { PaymentRunner } from './payment-runner';
import type { PaymentSaga } from './payment-saga';
import type { PaymentRules } from './payment-settings';

const count = gauge('wallet_payments_open', 'Payments that are not final', ['kind', 'state']);
const age = gauge('wallet_payments_oldest_seconds', 'Time that the oldest payment has been in its state', [
  'kind',
  'state',
]);
const overdue = gauge('wallet_payments_overdue', 'Payments past the deadline of their state', [
  'kind',
  'state',
]);
const mismatches = gauge('wallet_payment_mismatches_open', 'PSPs that contradict us, not yet resolved');
const unmatched = counter('wallet_webhooks_unmatched_total', 'Webhooks that wait longer than they should', [
  'psp',
]);

/** Payments in hand at once, of one process. */
const maxInHand = 32;

/** Two PSPs can have been asked one after the other before the caller is answered. */
const orphanAfterMs = ({ timing }: PaymentRules): number => 2 * timing.pspCallMs + 2_000;

/** Looks at payments when they are due: whatever crashed, was lost or was never said is taken further from here. */
export class PaymentWorker {
  private readonly stopping = new AbortController();
  private readonly inHand = new Map<string, Promise<void>>();
  private running: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly runner: PaymentRunner,
    private readonly saga: PaymentSaga,
    private readonly rules: PaymentRules,
    private readonly options: { readonly intervalMs: number; readonly log: Logger },
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Takes no more, finishes what is in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.idle();
  }

  /** Waits for what is in hand. */
  async idle(): Promise<void> {
    await Promise.all(this.inHand.values());
  }

  /** Goes on with a payment at once, without its caller waiting for the PSP. */
  hurry(id: string, work: () => Promise<unknown>): void {
    if (this.stopping.signal.aborted || this.inHand.has(id)) return;
    const done = work()
      .then(() => undefined)
      .catch((error: unknown) => this.options.log.error({ err: error, paymentId: id }, 'a payment waits'))
      .finally(() => this.inHand.delete(id));
    this.inHand.set(id, done);
  }

  /** Alerts and figures; once in a while, by any replica. */
  async watch(): Promise<void> {
    for (const late of await markOverdue(this.database)) {
      this.options.log.error({ ...late, paymentId: late.id }, 'a payment is past the deadline of its state');
    }
    for (const late of await raiseWaiting(this.database, this.rules.timing.automatedDeadlineMs)) {
      unmatched.inc({ psp: late.psp });
      this.options.log.error(late, 'a webhook waits for a payment that does not come');
    }
    for (const orphan of await unansweredDeposits(this.database, orphanAfterMs(this.rules))) {
      this.hurry(orphan.id, () => this.runner.answerOrphan(orphan));
    }
    mismatches.set(await countOpenMismatches(this.database));
    for (const one of [count, age, overdue]) one.reset();
    for (const { kind, state, ...figures } of await sagaFigures(this.database)) {
      count.set({ kind, state }, figures.count);
      age.set({ kind, state }, figures.oldestSeconds);
      overdue.set({ kind, state }, figures.overdue);
    }
  }

  /** Applies webhooks that came before their payment and have found it since. */
  async applyMatched(): Promise<void> {
    await tryEach(await findMatched(this.database), ({ id, brand }) =>
      this.database.transactions.run(async (db) => {
        const payment = await lockPayment(db, brand, id);
        if (payment) await this.saga.applyWaiting(db, payment, undefined);
      }),
    );
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const { intervalMs, log } = this.options;
    while (!signal.aborted) {
      const taken = await this.take().catch((error: unknown) => {
        log.error({ err: error }, 'due payments could not be taken');
        return 0;
      });
      if (taken === 0) await pause(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Starts on what is due; answers how many. */
  async take(): Promise<number> {
    const places = maxInHand - this.inHand.size;
    if (places <= 0) {
      await Promise.race(this.inHand.values());
      return 1;
    }
    const due = await takeDue(this.database, places, this.rules.timing);
    for (const payment of due) this.hurry(payment.id, () => this.goOn(payment));
    return due.length;
  }

  private async goOn(payment: DuePayment): Promise<void> {
    switch (payment.state) {
      case 'created': // its process died between the first transaction and the PSP's answer
        await this.runner.start(payment, false);
        return;
      case 'reserved':
      case 'review':
        await this.runner.submit(payment);
        return;
      case 'pending':
      case 'unknown':
      case 'mismatched':
      case 'submitted':
        await this.runner.ask(payment);
        return;
      case 'confirmed':
      case 'paid':
      case 'failed':
      case 'cancelled':
      case 'reversed':
        return;
    }
  }
}
