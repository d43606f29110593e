import { createInbox, type Msg, type NatsConnection, type Subscription } from 'nats';

/** Who waits for a reply. */
export interface Awaited {
  /** Epoch milliseconds. */
  readonly deadline: number;
  receive(msg: Msg): void;
  /** No reply came before the deadline. */
  expire(): void;
}

const SWEEP_MS = 10;

/**
 * All replies of a client come in on one private subscription, and one timer watches all deadlines: a request costs
 * neither a subscription nor a timer nor, as those of the nats client do, an error made in advance.
 */
export class ReplyInbox {
  private readonly prefix: string;
  private readonly subscription: Subscription;
  private readonly waiting = new Map<string, Awaited>();
  private sweeper: NodeJS.Timeout | undefined;
  private last = 0;

  constructor(nc: NatsConnection) {
    const prefix = (nc as unknown as { options?: { inboxPrefix?: string } }).options?.inboxPrefix;
    this.prefix = `${createInbox(prefix)}.`;
    this.subscription = nc.subscribe(`${this.prefix}*`, {
      callback: (error, msg) => {
        if (error === null) this.take(msg.subject)?.receive(msg);
      },
    });
  }

  /** The subject to reply to. Exactly one of `receive` and `expire` is called, unless it is taken back. */
  expect(awaited: Awaited): string {
    const subject = this.prefix + (this.last = (this.last + 1) % Number.MAX_SAFE_INTEGER).toString(36);
    this.waiting.set(subject, awaited);
    this.sweeper ??= setInterval(() => this.sweep(), SWEEP_MS);
    return subject;
  }

  /** Waits no longer for a reply to that subject. */
  take(subject: string): Awaited | undefined {
    const awaited = this.waiting.get(subject);
    if (awaited !== undefined) this.waiting.delete(subject);
    return awaited;
  }

  /** Stops listening; what is still awaited runs into its deadline. */
  close(): void {
    if (!this.subscription.isClosed()) this.subscription.unsubscribe();
  }

  private sweep(): void {
    const now = Date.now();
    for (const [subject, awaited] of this.waiting) {
      if (awaited.deadline > now) continue;
      this.waiting.delete(subject);
      awaited.expire();
    }
    if (this.waiting.size > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }
}
