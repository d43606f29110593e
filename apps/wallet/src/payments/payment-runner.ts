import { ok, paymentEvents, type DepositReply, type Result } from '@baize/contracts';
import { exponentOf } from '@baize/money';
import { storeAnswer, type Database, type Db } from '@baize/persistence';
import { statusOf, type Payment } from '../domain/payment';
import type { PspReport } from '../domain/psp';
import { choosePsp, type Choice } from '../domain/routing';
import { keepsTheLoop, reviewReasons, uncovered } from '../domain/withdrawal-checks';
import type { DuePayment } from '../store/due-payments';
import { approvalsOf, holdsOf, sourcesOf } from '../store/holds';
import { changePayment, lockPayment } from '../store/payments';
import { playerEvent } from '../store/player-events';
import { findWallet } from '../store/wallets';
import type { PaymentRules } from './payment-settings';
import type { PaymentSaga } from './payment-saga';
import type { PspDesk, StartOutcome } from './psp-desk';

const wallet = 'system:wallet';

/** Takes payments further: what happens between the transitions, at the PSP. */
export class PaymentRunner {
  constructor(
    private readonly database: Database,
    private readonly saga: PaymentSaga,
    private readonly desk: PspDesk,
    private readonly rules: PaymentRules,
  ) {}

  /** The PSP that a payment goes to next. */
  choose(payment: Parameters<typeof choosePsp>[0] & { readonly brand: string }): Choice {
    const exponent = exponentOf(payment.currency) ?? 2;
    return choosePsp(payment, this.rules.routes, this.desk.candidates(payment.brand), exponent);
  }

  /**
   * Starts a payment at its PSP, at the next one when it refuses. `first`: nobody can have asked the PSP before, so
   * that an open breaker means that it was not asked at all.
   */
  async start(payment: Payment, first: boolean): Promise<Payment> {
    for (let current = payment, isFirst = first; ;) {
      const outcome = await this.desk.start(current);
      const { psp, id, brand } = current;
      const { before, after } = await this.transact(brand, id, (db, locked) =>
        this.answered(db, locked, psp ?? '', outcome, isFirst),
      );
      // Whoever took it to another PSP starts it there: a second starter could take the first one's silence for more.
      if (before.psp !== psp || after.psp === psp) return after;
      current = after;
      isFirst = true;
    }
  }

  /**
   * Finishes a deposit whose caller was never answered. One that still waits for its player is started again, which
   * its id makes safe: the page is in the answer.
   */
  async answerOrphan(payment: Payment): Promise<void> {
    const waits = payment.state === 'pending' || payment.state === 'unknown';
    if (waits && payment.redirectUrl === null) await this.start(payment, false);
    else await this.transact(payment.brand, payment.id, (db, locked) => this.answer(db, locked));
  }

  /** Checks a withdrawal and hands it to a PSP, or has people look at it. */
  async submit(payment: Payment): Promise<Payment> {
    const { before, after } = await this.transact(payment.brand, payment.id, (db, locked) =>
      this.check(db, locked),
    );
    return before.state !== 'submitted' && after.state === 'submitted' ? this.start(after, true) : after;
  }

  /** The transition to `submitted`: the holds, the closed loop and debts as they are now, less what people approved. */
  async check(db: Db, payment: Payment): Promise<Payment> {
    if (payment.state !== 'reserved' && payment.state !== 'review') return payment;
    const reasons = await this.reasonsOf(db, payment);
    const approvals = await approvalsOf(db, payment.id);
    const open = uncovered(reasons, approvals, this.approversNeeded(payment));
    if (open.length > 0) return this.hold(db, payment, open);
    const choice = this.choose(payment);
    if ('psp' in choice) {
      const change = { psp: choice.psp, reviewReasons: [] };
      const moved = { to: 'submitted', reason: `to ${choice.psp}`, actor: wallet, change } as const;
      const next = await this.saga.move(db, payment, moved);
      await this.saga.tell(db, next, playerEvent(paymentEvents.withdrawalSubmitted, this.saga.event(next)));
      return next;
    }
    if (choice.none !== 'unavailable') {
      return this.saga.fail(db, payment, 'failed', {
        actor: wallet,
        text: `no PSP takes it: ${choice.none}`,
      });
    }
    if (payment.state === 'reserved') return payment;
    const change = { reviewReasons: [] };
    return this.saga.move(db, payment, { to: 'reserved', reason: 'nothing holds it', actor: wallet, change });
  }

  /** How many people must approve it. */
  approversNeeded({ amount, currency }: Payment): number {
    const { twoPersonsAbove } = this.rules;
    if (twoPersonsAbove === undefined) return 1;
    return amount > BigInt(twoPersonsAbove) * 10n ** BigInt(exponentOf(currency) ?? 2) ? 2 : 1;
  }

  /** Asks the PSP what became of a payment and does what follows from its answer. */
  async ask(payment: DuePayment): Promise<void> {
    const answer = await this.desk.query(payment);
    const { id, brand } = payment;
    const { after: next } = await this.transact(brand, id, async (db, locked) => {
      if (locked.state !== payment.state || locked.psp !== payment.psp) return locked;
      if (answer?.found) return this.heard(db, locked, answer, payment.pastDeadline);
      if (payment.kind === 'deposit') return this.notHeard(db, locked, payment, answer !== undefined);
      return locked;
    });
    // The PSP is sure not to have it: the same id again cannot pay twice.
    const isMissing = answer?.found === false && payment.kind === 'withdrawal';
    if (isMissing && next.state === payment.state && next.psp === payment.psp) await this.start(next, false);
  }

  private transact(
    brand: string,
    id: string,
    work: (db: Db, payment: Payment) => Promise<Payment>,
  ): Promise<{ before: Payment; after: Payment }> {
    return this.database.transactions.run(async (db) => {
      const before = await lockPayment(db, brand, id);
      if (!before) throw new Error(`payment ${id} is gone`);
      return { before, after: await work(db, before) };
    });
  }

  private async answered(
    db: Db,
    payment: Payment,
    psp: string,
    outcome: StartOutcome,
    first: boolean,
  ): Promise<Payment> {
    switch (outcome.status) {
      case 'accepted':
        return this.answer(db, await this.saga.accepted(db, payment, { psp, ...outcome }));
      case 'unknown':
        return this.answer(db, await this.saga.unanswered(db, payment, psp));
      case 'unavailable': {
        // A worker has had it in the meantime: then the PSP may have been asked.
        const wasNotAsked = first && payment.attempts === 0 && payment.state !== 'unknown';
        if (wasNotAsked) return this.refused(db, payment, psp, 'does not answer');
        return this.answer(db, await this.saga.unanswered(db, payment, psp));
      }
      case 'refused':
        return this.refused(db, payment, psp, outcome.code);
    }
  }

  private async refused(db: Db, payment: Payment, psp: string, code: string): Promise<Payment> {
    const choice = this.choose({ ...payment, tried: [...payment.tried, psp] });
    const nextPsp = 'psp' in choice ? choice.psp : undefined;
    const next = await this.saga.refused(db, payment, { psp, code }, nextPsp);
    return next.state === 'created' ? next : this.answer(db, next);
  }

  /** What the caller of a deposit hears, now and when the key comes again. The first answer stays. */
  private async answer(db: Db, payment: Payment): Promise<Payment> {
    if (payment.kind === 'deposit') await storeAnswer(db, payment.id, depositAnswer(payment));
    return payment;
  }

  private async hold(db: Db, payment: Payment, open: readonly string[]): Promise<Payment> {
    const isNew = open.some((reason) => !payment.reviewReasons.includes(reason));
    if (payment.state === 'review' && !isNew) {
      return open.length === payment.reviewReasons.length
        ? payment
        : changePayment(db, payment, { reviewReasons: [...open] });
    }
    const change = { reviewReasons: [...open] };
    const reason = open.join(', ');
    const next = await this.saga.move(db, payment, { to: 'review', reason, actor: wallet, change });
    const data = { ...this.saga.event(next), reasons: [...open] };
    await this.saga.tell(db, next, playerEvent(paymentEvents.withdrawalHeld, data));
    return next;
  }

  private async reasonsOf(db: Db, payment: Payment): Promise<string[]> {
    const { id, brand, playerId, currency, method, amount, instrumentPrint } = payment;
    const sources = await sourcesOf(db, { playerId, currency }, id);
    const found = await findWallet(db, brand, playerId, currency);
    const destination = { method, print: instrumentPrint?.toString('hex') ?? null };
    return reviewReasons({
      holds: await holdsOf(db, playerId, this.rules.heldByDefault),
      loopKept: keepsTheLoop(destination, amount, sources),
      debt: found.player && found.wallet !== undefined && found.wallet.real < 0n,
    });
  }

  private async heard(db: Db, payment: Payment, answer: PspReport, pastDeadline: boolean): Promise<Payment> {
    const { status, amount, currency, pspReference, reason } = answer;
    const said = {
      status,
      amount,
      currency,
      pspReference,
      reason,
      kind: payment.kind,
      psp: payment.psp ?? '',
    };
    const source = { actor: `psp:${payment.psp ?? 'none'}`, text: 'query' };
    // Taken back before we heard that it was there: both happened.
    const facts =
      status === 'reversed' && amount === payment.amount ? (['confirmed', status] as const) : [status];
    let current = payment;
    for (const fact of facts) {
      current = (await this.saga.report(db, current, { ...said, status: fact }, source)).payment;
    }
    const expired = current.state === 'pending' && pastDeadline;
    return expired
      ? this.saga.fail(db, current, 'cancelled', { actor: wallet, text: 'not paid in time' })
      : current;
  }

  private async notHeard(db: Db, payment: Payment, due: DuePayment, isMissing: boolean): Promise<Payment> {
    if (payment.state === 'pending' && due.pastDeadline) {
      return isMissing
        ? this.saga.fail(db, payment, 'cancelled', { actor: wallet, text: 'not paid in time' })
        : this.saga.unanswered(db, payment, payment.psp);
    }
    const waitedEnough = due.ageMs > this.rules.timing.notFoundAfterMs;
    if (payment.state !== 'unknown' || !isMissing || !waitedEnough) return payment;
    return this.saga.fail(db, payment, 'failed', {
      actor: `psp:${payment.psp ?? 'none'}`,
      text: 'not known to the PSP',
    });
  }
}

function depositAnswer({ id, state, redirectUrl }: Payment): Result<DepositReply> {
  return ok({ id, status: statusOf(state), redirectUrl: redirectUrl ?? undefined });
}
