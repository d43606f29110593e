import { paymentEvents } from '@baize/contracts';
import { toWireAmount } from '@baize/money';
import type { Db } from '@baize/persistence';
import { counter, type Clock } from '@baize/runtime';
import { decideReport, type Problem, type ReportDecision } from '../domain/decide-report';
import type { Payment, PaymentState } from '../domain/payment';
import type { Timing } from '../domain/schedule';
import { lookAtReviews } from '../store/due-payments';
import { countDeposit, releaseDeposit } from '../store/limits';
import { raiseMismatch, resolveMismatches } from '../store/mismatches';
import {
  closeNotification,
  leaveWaiting,
  waitingFor,
  type NotificationOutcome,
} from '../store/payment-notifications';
import { postPayment, postReversal } from '../store/payment-postings';
import { changePayment, countPayments, movePayment, type Move, type PaymentChange } from '../store/payments';
import { addPlayerEvents, playerEvent, type PlayerEvent } from '../store/player-events';
import { learn, ownerOf } from './learn';
import { eventOf } from './payment-events';
import { reportOf, type Report, type Source } from './report';

const ended = counter('wallet_payments_total', 'Payments by what became of them', ['kind', 'psp', 'outcome']);
const mismatches = counter('wallet_payment_mismatches_total', 'PSPs that contradict us', ['psp', 'problem']);

/**
 * The transitions of payments. Every method runs in a transaction that holds the player's anchor and the payment's
 * row, and does all of a transition: posting, state, history, limits, events.
 */
export class PaymentSaga {
  constructor(
    private readonly timing: Timing,
    private readonly clock: Clock,
  ) {}

  /** Applies what a PSP says, then what had come too early and waited for it. */
  async report(
    db: Db,
    payment: Payment,
    report: Report,
    source: Source,
  ): Promise<{ payment: Payment; outcome: NotificationOutcome }> {
    const applied = await this.apply(db, payment, report, source);
    return { ...applied, payment: await this.applyWaiting(db, applied.payment, payment.state) };
  }

  /** What waited for the payment to get where it is. */
  async applyWaiting(db: Db, payment: Payment, before: PaymentState | undefined): Promise<Payment> {
    let current = payment;
    if (current.state === before) return current;
    for (const one of await waitingFor(db, current)) {
      const { report, source } = reportOf(one);
      const { payment: next, outcome } = await this.apply(db, current, report, source);
      if (outcome === 'waiting') await leaveWaiting(db, one, current.id);
      else await closeNotification(db, one.id, current.id, outcome);
      current = next;
    }
    return current;
  }

  /** The PSP took the payment. It may have been confirmed already: its webhook can be faster than its answer. */
  async accepted(
    db: Db,
    payment: Payment,
    answer: { readonly psp: string; readonly pspReference: string; readonly redirectUrl?: string },
  ): Promise<Payment> {
    if (payment.psp !== answer.psp) return payment;
    const owner = await ownerOf(db, payment, answer.psp, answer.pspReference);
    const change: PaymentChange = {
      ...learn(payment, { pspReference: answer.pspReference }, owner),
      ...(answer.redirectUrl !== undefined && { redirectUrl: answer.redirectUrl }),
    };
    const waits: PaymentState = payment.kind === 'deposit' ? 'pending' : 'submitted';
    const from: readonly PaymentState[] = ['created', 'unknown'];
    const next = from.includes(payment.state)
      ? await this.move(db, payment, { to: waits, reason: 'accepted', actor: `psp:${answer.psp}`, change })
      : await changePayment(db, payment, change);
    return this.applyWaiting(db, next, undefined);
  }

  /** The PSP did not answer: neither a failure nor a credit. */
  async unanswered(db: Db, payment: Payment, psp: string | null): Promise<Payment> {
    const open: readonly PaymentState[] = ['created', 'submitted', 'pending'];
    if (payment.psp !== psp || !open.includes(payment.state)) return payment;
    return this.move(db, payment, { to: 'unknown', reason: 'no answer', actor: 'system:wallet' });
  }

  /** The PSP refused for good: another one is asked next, or the payment has failed. */
  async refused(
    db: Db,
    payment: Payment,
    { psp, code }: { readonly psp: string; readonly code: string },
    nextPsp: string | undefined,
  ): Promise<Payment> {
    const open: readonly PaymentState[] = ['created', 'submitted', 'unknown'];
    if (payment.psp !== psp || !open.includes(payment.state)) return payment;
    const reason = `refused by ${psp}: ${code}`;
    const tried = [...payment.tried, psp];
    if (nextPsp === undefined) {
      return this.fail(db, payment, 'failed', { actor: `psp:${psp}`, text: reason }, { tried });
    }
    return this.move(db, payment, {
      to: payment.kind === 'deposit' ? 'created' : 'submitted',
      reason: `${reason}, now at ${nextPsp}`,
      actor: `psp:${psp}`,
      change: { tried, psp: nextPsp, pspReference: null },
    });
  }

  /** Ends a payment without money: a deposit credits nothing, a withdrawal gives its locked funds back. */
  async fail(
    db: Db,
    payment: Payment,
    to: 'failed' | 'cancelled',
    source: Source,
    change?: PaymentChange,
  ): Promise<Payment> {
    const moved = { to, reason: source.text, actor: source.actor, change };
    ended.inc({ kind: payment.kind, psp: payment.psp ?? 'none', outcome: to });
    if (payment.kind === 'deposit') {
      await releaseDeposit(db, payment.id);
      await resolveMismatches(db, payment.id, source.text);
      const next = await this.move(db, payment, moved);
      const data = { ...this.event(next), status: to, reason: source.text };
      await this.tell(db, next, playerEvent(paymentEvents.depositFailed, data));
      return next;
    }
    const { transactionId } = await this.post(db, payment, 'withdrawal-release', source);
    const next = await this.move(db, payment, moved);
    const data = { ...this.event(next), transactionId, status: to, reason: source.text };
    await this.tell(db, next, playerEvent(paymentEvents.withdrawalReleased, data));
    return next;
  }

  /** Credits a deposit, or lets the locked funds of a withdrawal go. */
  async confirm(db: Db, payment: Payment, source: Source, change: PaymentChange = {}): Promise<Payment> {
    const isDeposit = payment.kind === 'deposit';
    const amount = change.amount ?? payment.amount;
    const posting = isDeposit ? 'deposit' : 'withdrawal-pay';
    const { transactionId, real } = await this.post(db, { ...payment, amount }, posting, source);
    const to = isDeposit ? 'confirmed' : 'paid';
    const next = await this.move(db, payment, { to, reason: source.text, actor: source.actor, change });
    await resolveMismatches(db, payment.id, source.text);
    ended.inc({ kind: payment.kind, psp: payment.psp ?? 'none', outcome: 'confirmed' });
    const data = { ...this.event(next), transactionId };
    if (!isDeposit) {
      await this.tell(db, next, playerEvent(paymentEvents.withdrawalPaid, data));
      return next;
    }
    await countDeposit(db, next);
    // A debt may be gone.
    if (real >= 0n && real - amount < 0n) await lookAtReviews(db, next.playerId);
    const ordinal = await countPayments(db, next.playerId, 'deposit', ['confirmed', 'reversed']);
    await this.tell(db, next, playerEvent(paymentEvents.depositConfirmed, { ...data, ordinal }));
    return next;
  }

  /** Takes a payment to a state that moves no money. */
  move(db: Db, payment: Payment, move: Move): Promise<Payment> {
    return movePayment(db, payment, move, this.timing);
  }

  tell(db: Db, payment: Payment, event: PlayerEvent): Promise<void> {
    return addPlayerEvents(db, payment.playerId, [event]);
  }

  event(payment: Payment, amount?: bigint) {
    return eventOf(payment, this.clock.now(), amount);
  }

  private async apply(
    db: Db,
    payment: Payment,
    report: Report,
    source: Source,
  ): Promise<{ payment: Payment; outcome: NotificationOutcome }> {
    const { psp, pspReference } = report;
    const owner = await ownerOf(db, payment, psp, pspReference);
    const decision: ReportDecision =
      owner !== undefined && owner !== payment.id
        ? { do: 'raise', problem: 'reference-of-another-payment', hold: false }
        : decideReport(payment, report);
    const learnt = learn(payment, { pspReference }, owner);
    switch (decision.do) {
      case 'nothing':
        return { payment, outcome: 'nothing' };
      case 'wait':
        return { payment, outcome: 'waiting' };
      case 'raise':
        return { payment: await this.raise(db, payment, report, source, decision), outcome: 'raised' };
      case 'accept':
        return { payment: await this.heardOf(db, payment, psp, learnt), outcome: 'applied' };
      case 'confirm': {
        const change = learn(payment, report, owner);
        return { payment: await this.confirm(db, payment, source, change), outcome: 'applied' };
      }
      case 'fail': {
        const text = report.reason === undefined ? source.text : `${source.text}: ${report.reason}`;
        const failed = await this.fail(db, payment, 'failed', { ...source, text }, learnt);
        return { payment: failed, outcome: 'applied' };
      }
      case 'reverse':
        return { payment: await this.reverse(db, payment, report, source), outcome: 'applied' };
    }
  }

  /** The PSP has it under way: what was unknown is known. */
  private async heardOf(db: Db, payment: Payment, psp: string, change: PaymentChange): Promise<Payment> {
    const to: PaymentState = payment.kind === 'deposit' ? 'pending' : 'submitted';
    if (payment.state === to) return changePayment(db, payment, change);
    return this.move(db, payment, { to, reason: 'under way at the PSP', actor: `psp:${psp}`, change });
  }

  private async reverse(db: Db, payment: Payment, report: Report, source: Source): Promise<Payment> {
    const reversed = payment.reversed + report.amount;
    const whole = reversed === payment.amount;
    const text = report.reason === undefined ? source.text : `${source.text}: ${report.reason}`;
    const part = { amount: report.amount, ordinal: Number(reversed), actor: source.actor, source: text };
    const { transactionId, real } = await postReversal(db, payment, part);
    const next = await this.move(db, payment, {
      to: 'reversed',
      reason: whole ? text : `${text} (${report.amount} of ${payment.amount})`,
      actor: source.actor,
      change: { reversed },
    });
    ended.inc({ kind: payment.kind, psp: payment.psp ?? 'none', outcome: 'reversed' });
    const debt = real < 0n ? -real : 0n;
    const data = {
      ...this.event(next, report.amount),
      ...{
        kind: payment.kind,
        transactionId,
        reason: report.reason ?? 'reversed',
        debt: toWireAmount(debt),
        whole,
      },
    };
    await this.tell(db, next, playerEvent(paymentEvents.paymentReversed, data));
    return next;
  }

  private async raise(
    db: Db,
    payment: Payment,
    report: Report,
    source: Source,
    { problem, hold }: { readonly problem: Problem; readonly hold: boolean },
  ): Promise<Payment> {
    const isNew = await raiseMismatch(db, payment.id, {
      psp: report.psp,
      problem,
      report,
      source: source.text,
    });
    if (isNew) {
      mismatches.inc({ psp: report.psp, problem });
      const reported = { reportedAmount: toWireAmount(report.amount), reportedCurrency: report.currency };
      const data = { ...this.event(payment), kind: payment.kind, problem, ...reported };
      await this.tell(db, payment, playerEvent(paymentEvents.paymentMismatched, data));
    }
    if (!hold || payment.state === 'mismatched') return payment;
    const reason = `${source.text}: ${problem}`;
    return this.move(db, payment, { to: 'mismatched', reason, actor: source.actor });
  }

  private async post(
    db: Db,
    payment: Payment,
    posting: Parameters<typeof postPayment>[2],
    { actor, text }: Source,
  ): Promise<{ transactionId: string; real: bigint }> {
    const verdict = await postPayment(db, payment, posting, { actor, source: text });
    if ('refused' in verdict) throw new Error(`${posting} of payment ${payment.id}: ${verdict.refused}`);
    return verdict;
  }
}
