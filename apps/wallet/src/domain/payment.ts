import type { PaymentStatus } from '@baize/contracts';
import type { PaymentKind, PaymentMethod } from './psp';

export const depositStates = [
  'created',
  'pending',
  'unknown',
  'mismatched',
  'confirmed',
  'failed',
  'cancelled',
  'reversed',
] as const;
export const withdrawalStates = [
  'reserved',
  'review',
  'submitted',
  'unknown',
  'paid',
  'failed',
  'cancelled',
  'reversed',
] as const;
export type DepositState = (typeof depositStates)[number];
export type WithdrawalState = (typeof withdrawalStates)[number];
export type PaymentState = DepositState | WithdrawalState;

/** A deposit or a withdrawal; minor units. */
export interface Payment {
  readonly id: string;
  readonly brand: string;
  readonly playerId: string;
  readonly kind: PaymentKind;
  readonly state: PaymentState;
  readonly amount: bigint;
  readonly currency: string;
  readonly method: PaymentMethod;
  /** ISO 3166-1 alpha-2, where it is known. */
  readonly country: string | null;
  /** The only PSP that the caller allows. */
  readonly wantedPsp: string | null;
  readonly psp: string | null;
  /** PSPs that refused it. */
  readonly tried: readonly string[];
  readonly pspReference: string | null;
  readonly returnUrl: string | null;
  readonly redirectUrl: string | null;
  readonly instrumentSealed: Buffer | null;
  readonly instrumentPrint: Buffer | null;
  readonly instrumentMasked: string | null;
  readonly reviewReasons: readonly string[];
  /** Taken back so far. */
  readonly reversed: bigint;
  /** Of asking the PSP in this state. */
  readonly attempts: number;
  readonly overdue: boolean;
  readonly stateSince: Date;
  readonly createdAt: Date;
}

const statuses: Readonly<Record<PaymentState | 'requested', PaymentStatus>> = {
  created: 'created',
  requested: 'created',
  pending: 'pending',
  reserved: 'pending',
  unknown: 'unknown',
  mismatched: 'review',
  review: 'review',
  submitted: 'submitted',
  confirmed: 'confirmed',
  paid: 'confirmed',
  failed: 'failed',
  cancelled: 'cancelled',
  reversed: 'reversed',
};

/** The state's name in the API. */
export function statusOf(state: PaymentState | 'requested'): PaymentStatus {
  return statuses[state];
}
