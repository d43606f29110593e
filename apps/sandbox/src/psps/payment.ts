export const pspNames = ['stripe', 'adyen', 'trustly'] as const;
export type PspName = (typeof pspNames)[number];

/**
 * `open`: the payer has not decided, or the payout is on its way. `paid`: the money moved. `expired`: the payer let
 * the time run out, of which nobody is told. `reversed`: it moved back: a chargeback, a returned payout.
 */
export type PspPaymentStatus = 'open' | 'paid' | 'declined' | 'expired' | 'reversed';

/** What is to go wrong with a payment's webhooks; drawn when the PSP takes it. */
export interface WebhookPlan {
  /** The same notification again, at once and later. */
  readonly duplicate: boolean;
  /** Minutes after the fact, scaled. */
  readonly lateMs: number;
  /** The last word before the first one. */
  readonly reorder: boolean;
  /** Before the answer to the call that started the payment: a deposit then pays itself. */
  readonly early: boolean;
  /** The PSP moved, and tells of, less than was asked for. */
  readonly wrongAmount: boolean;
  /** First with a signature of somebody else's, then, as every refused one, again and rightly. */
  readonly badSignature: boolean;
  readonly never: boolean;
  /** A while after it was paid. */
  readonly reversal: boolean;
}

/** One payment in the PSP's own books. Amounts are minor units of ISO 4217, whatever the wire says. */
export interface PspPayment {
  readonly psp: PspName;
  readonly kind: 'deposit' | 'withdrawal';
  /** The PSP's id of the payment: an intent, a payment's reference, an order. */
  readonly id: string;
  /** Its hosted page's id; the PSP's id of the page where it has one (a session, a link). */
  readonly page: string;
  /** The merchant's reference. */
  readonly reference: string;
  readonly asked: bigint;
  readonly currency: string;
  /** The payer as the merchant names them. */
  readonly payer: string;
  /** What pays or is paid. */
  readonly instrument: string;
  readonly returnUrl: string;
  readonly createdAtMs: number;
  readonly plan: WebhookPlan;
  status: PspPaymentStatus;
  /** What moved; less than asked for where that was planned. */
  moved: bigint;
  settledAtMs?: number;
  reversedAtMs?: number;
}

/** What a PSP tells of a payment; each becomes a notification in its own words. */
export type PspEvent = 'pending' | 'paid' | 'declined' | 'reversed';
