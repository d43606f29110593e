import type { PspEvent, PspPayment } from './payment';

/** One notification in a PSP's words. */
export interface WireNotification {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface WebhookWire {
  /**
   * `forged`: signed with a key that is not the PSP's. A signature may carry the time: it is made when it is sent.
   * Undefined for what this PSP never tells.
   */
  encode(payment: PspPayment, event: PspEvent, id: string, forged: boolean): WireNotification | undefined;
  /** The merchant heard it. */
  isHeard(status: number, body: string): boolean;
}
export type SendWebhook = (
  notification: WireNotification,
) => Promise<{ status: number; body: string } | undefined>;

export interface WebhookTally {
  sent: number;
  heard: number;
  /** Forged ones that were taken for real: each is a fault of the merchant's. */
  forgedHeard: number;
  givenUp: number;
}

const retryPausesMs = [250, 500, 1_000, 2_000, 5_000, 5_000, 10_000, 10_000, 20_000, 20_000, 30_000, 60_000];
const mostWaiting = 50_000;
const reversalAfterMs = { from: 1_000, to: 4_000 };

/**
 * Sends webhooks as planned: each until it is heard, up to a bound, with pauses that grow. Never throws; what waits
 * at the end is dropped.
 */
export class WebhookSender {
  readonly tally: WebhookTally = { sent: 0, heard: 0, forgedHeard: 0, givenUp: 0 };
  private readonly waiting = new Set<NodeJS.Timeout>();
  private sequence = 0;

  constructor(
    private readonly wire: WebhookWire,
    private readonly send: SendWebhook,
    private readonly onReversalDue: (payment: PspPayment) => void,
    private readonly pausesMs: readonly number[] = retryPausesMs,
  ) {}

  /** Tells a fact of a payment; resolves when the first attempt at its last word has been answered. */
  async tell(payment: PspPayment, event: PspEvent): Promise<void> {
    const { plan } = payment;
    if (event === 'paid' && plan.reversal && !plan.wrongAmount) this.planReversal(payment);
    if (plan.never && event !== 'reversed') return;
    const words: PspEvent[] = event === 'reversed' ? [event] : ['pending', event];
    if (plan.reorder) words.reverse();
    if (plan.lateMs > 0) this.later(plan.lateMs, () => void this.sayAll(payment, words));
    else await this.sayAll(payment, words);
  }

  stop(): void {
    for (const timer of this.waiting) clearTimeout(timer);
    this.waiting.clear();
  }

  get waitingCount(): number {
    return this.waiting.size;
  }

  private async sayAll(payment: PspPayment, words: readonly PspEvent[]): Promise<void> {
    for (const word of words) await this.say(payment, word);
  }

  private async say(payment: PspPayment, event: PspEvent): Promise<void> {
    const { plan } = payment;
    const id = `${++this.sequence}`;
    if (plan.badSignature) await this.sayForged(payment, event, id);
    if (plan.duplicate) {
      // beside itself, and once more when everybody has forgotten it
      const again = (): Promise<void> => this.attempt(payment, event, id, 0);
      this.later(1_500, () => void again());
      await Promise.all([again(), again()]);
      return;
    }
    await this.attempt(payment, event, id, 0);
  }

  private async sayForged(payment: PspPayment, event: PspEvent, id: string): Promise<void> {
    const notification = this.wire.encode(payment, event, id, true);
    if (notification === undefined) return;
    this.tally.sent++;
    const answer = await this.send(notification);
    if (answer !== undefined && this.wire.isHeard(answer.status, answer.body)) this.tally.forgedHeard++;
  }

  private async attempt(payment: PspPayment, event: PspEvent, id: string, tried: number): Promise<void> {
    const notification = this.wire.encode(payment, event, id, false);
    if (notification === undefined) return;
    this.tally.sent++;
    const answer = await this.send(notification);
    if (answer !== undefined && this.wire.isHeard(answer.status, answer.body)) {
      this.tally.heard++;
      return;
    }
    const pauseMs = this.pausesMs[tried];
    if (pauseMs === undefined) this.tally.givenUp++;
    else this.later(pauseMs, () => void this.attempt(payment, event, id, tried + 1));
  }

  private planReversal(payment: PspPayment): void {
    const { from, to } = reversalAfterMs;
    const spread = Number(payment.asked % BigInt(to - from));
    this.later(payment.plan.lateMs + from + spread, () => this.onReversalDue(payment));
  }

  /** Bounded, and dropped when the sandbox stops. */
  later(afterMs: number, act: () => void): void {
    if (this.waiting.size >= mostWaiting) {
      this.tally.givenUp++;
      return;
    }
    const timer = setTimeout(() => {
      this.waiting.delete(timer);
      act();
    }, afterMs);
    this.waiting.add(timer);
  }
}
