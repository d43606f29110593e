import { randomInt } from 'node:crypto';
import type { KeptAnswer } from './answers';
import { KeptAnswers } from './answers';
import { PspBook, triggerOf, type NewPayment } from './book';
import type { PspName, PspPayment, WebhookPlan } from './payment';
import { WebhookSender, type SendWebhook, type WebhookWire } from './webhooks';

const silentMs = 8_000;
const payoutMs = { from: 50, to: 600 };
/** A payer who is told of an early webhook's answer would have waited this long at most. */
const earlyWaitMs = 3_000;

/** One PSP behind its wire: its books, its payers and banks, its webhooks. */
export class PspDesk {
  readonly book: PspBook;
  readonly sender: WebhookSender;
  readonly answers = new KeptAnswers();

  constructor(
    readonly psp: PspName,
    wire: WebhookWire,
    send: SendWebhook,
  ) {
    this.book = new PspBook(psp);
    this.sender = new WebhookSender(wire, send, (payment) => void this.reverse(payment));
  }

  /**
   * Takes a payment and answers with `body` of it. A deposit then waits for its payer, a payout for its bank; an
   * early one is paid, and told of, before the answer.
   */
  async start(
    fresh: NewPayment,
    body: (payment: PspPayment) => object,
    sure: Partial<WebhookPlan> = {},
  ): Promise<KeptAnswer> {
    const payment = this.book.take(fresh, sure);
    const trigger = triggerOf(payment.asked);
    if (payment.plan.early) await withinMs(earlyWaitMs, this.settle(payment, 'paid'));
    else if (payment.kind === 'withdrawal') {
      const outcome = trigger === 'fails' ? 'declined' : 'paid';
      const afterMs = randomInt(payoutMs.from, payoutMs.to);
      this.sender.later(afterMs, () => void this.settle(payment, outcome));
    }
    const lost = trigger === 'no-answer' && { lostUntilMs: payment.createdAtMs + silentMs };
    return { status: 200, body: body(payment), ...lost };
  }

  /** Resolves when the first attempt to tell it has been answered. */
  async settle(payment: PspPayment, outcome: 'paid' | 'declined' | 'expired'): Promise<void> {
    const event = this.book.settle(payment, outcome);
    if (event !== undefined) await this.sender.tell(payment, event);
  }

  async reverse(payment: PspPayment): Promise<void> {
    const event = this.book.reverse(payment);
    if (event !== undefined) await this.sender.tell(payment, event);
  }

  stop(): void {
    this.sender.stop();
  }
}

async function withinMs(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
