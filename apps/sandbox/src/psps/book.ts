import { Random } from '../domain/random';
import { drawWebhookPlan, noPayFaults, type PayFaultRates } from './faults';
import type { PspEvent, PspName, PspPayment, WebhookPlan } from './payment';

/** Older payments are forgotten when there are more; every PSP has a book of its own. */
const mostPayments = 100_000;

export interface BookSettings {
  readonly rates: PayFaultRates;
  readonly seed: string;
  /** How long a minute of lateness lasts. */
  readonly minuteMs: number;
}
export const defaultBookSettings: BookSettings = { rates: noPayFaults, seed: 'sandbox', minuteMs: 60_000 };

/**
 * A real PSP has test cards and amounts that fail; here it is the last four digits of an amount: `9913` a payout fails
 * on its way, `9966` the PSP refuses the call, `9977` it takes the payment and does not answer for some seconds.
 */
export type Trigger = 'none' | 'fails' | 'refused' | 'no-answer';
export function triggerOf(amount: bigint): Trigger {
  switch (amount % 10_000n) {
    case 9913n:
      return 'fails';
    case 9966n:
      return 'refused';
    case 9977n:
      return 'no-answer';
    default:
      return 'none';
  }
}

export type NewPayment = Omit<
  PspPayment,
  'plan' | 'status' | 'moved' | 'createdAtMs' | 'settledAtMs' | 'reversedAtMs'
>;

/** One PSP's books: every payment that it took, and what became of it. In memory, bounded. */
export class PspBook {
  private readonly byId = new Map<string, PspPayment>();
  private readonly byPage = new Map<string, PspPayment>();
  private readonly byReference = new Map<string, PspPayment>();
  /** How many payments of each kind and amount there were: the seed decides by these, not by who came first. */
  private readonly seen = new Map<string, number>();
  settings: BookSettings = defaultBookSettings;

  constructor(
    readonly psp: PspName,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** `sure`: faults that this payment has, or has not, whatever is drawn. */
  take(fresh: NewPayment, sure: Partial<WebhookPlan> = {}): PspPayment {
    const { seed, rates, minuteMs } = this.settings;
    const sort = `${fresh.kind}/${fresh.currency}/${fresh.asked}`;
    const nth = (this.seen.get(sort) ?? 0) + 1;
    this.seen.set(sort, nth);
    const drawn = drawWebhookPlan(new Random(`${seed}/${sort}/${nth}`), rates, minuteMs);
    const payment: PspPayment = {
      ...fresh,
      plan: { ...drawn, ...sure },
      status: 'open',
      moved: 0n,
      createdAtMs: this.nowMs(),
    };
    this.makeRoom();
    this.byId.set(payment.id, payment);
    this.byPage.set(payment.page, payment);
    this.byReference.set(payment.reference, payment);
    return payment;
  }

  get(id: string): PspPayment | undefined {
    return this.byId.get(id);
  }
  atPage(page: string): PspPayment | undefined {
    return this.byPage.get(page);
  }
  of(reference: string): PspPayment | undefined {
    return this.byReference.get(reference);
  }
  all(): PspPayment[] {
    return [...this.byId.values()];
  }

  /** The payer, or the payout's bank, decided. Gives what is to be told; a second decision changes nothing. */
  settle(payment: PspPayment, outcome: 'paid' | 'declined' | 'expired'): PspEvent | undefined {
    if (payment.status !== 'open') return undefined;
    payment.status = outcome;
    payment.settledAtMs = this.nowMs();
    if (outcome === 'expired') return undefined;
    if (outcome === 'paid')
      payment.moved = payment.plan.wrongAmount ? lessThan(payment.asked) : payment.asked;
    return outcome;
  }

  reverse(payment: PspPayment): PspEvent | undefined {
    if (payment.status !== 'paid') return undefined;
    payment.status = 'reversed';
    payment.reversedAtMs = this.nowMs();
    return 'reversed';
  }

  clear(): void {
    for (const map of [this.byId, this.byPage, this.byReference, this.seen]) map.clear();
  }

  private makeRoom(): void {
    if (this.byId.size < mostPayments) return;
    const oldest = this.byId.values().next().value;
    if (oldest === undefined) return;
    this.byId.delete(oldest.id);
    this.byPage.delete(oldest.page);
    this.byReference.delete(oldest.reference);
  }
}

function lessThan(asked: bigint): bigint {
  return asked > 1n ? asked - 1n : asked + 1n;
}
