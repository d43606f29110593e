import { event } from './contract';
import {
  Count,
  Country,
  Currency,
  Flag,
  Id,
  OneOf,
  Optional,
  Text,
  TextList,
  Timestamp,
  UnsignedMinorUnits,
} from './fields';
import { paymentKinds, paymentMethodNames, type PaymentKindName, type PaymentMethodName } from './payments';

/** What every event of a payment says; minor units. */
export class PaymentEvent {
  @Id() paymentId: string;
  @Id() playerId: string;
  @Id() brand: string;
  @UnsignedMinorUnits() amount: number;
  @Currency() currency: string;
  @OneOf(paymentMethodNames) method: PaymentMethodName;
  /** Missing until one is chosen. */
  @Optional() @Id() psp?: string;
  @Optional() @Text(255) pspReference?: string;
  /** The player's country when the payment was asked for. */
  @Optional() @Country() country?: string;
  @Timestamp() occurredAt: string;
}

export class DepositConfirmed extends PaymentEvent {
  /** Our id of the ledger movement. */
  @Id() transactionId: string;
  /** 1 for the player's first confirmed deposit. */
  @Count() ordinal: number;
}
/** Nothing was credited. A late confirmation by the PSP still confirms it. */
export class DepositFailed extends PaymentEvent {
  @OneOf(['failed', 'cancelled']) status: 'failed' | 'cancelled';
  @Text(500) reason: string;
}
export class WithdrawalRequested extends PaymentEvent {
  @Id() transactionId: string;
  /** 1 for the player's first withdrawal. */
  @Count() ordinal: number;
}
export class WithdrawalHeld extends PaymentEvent {
  /** `kyc-hold`, `fraud-hold`, `closed-loop`, `debt`. */
  @TextList(20) reasons: string[];
}
export class WithdrawalSubmitted extends PaymentEvent {}
export class WithdrawalPaid extends PaymentEvent {
  @Id() transactionId: string;
}
export class WithdrawalReleased extends PaymentEvent {
  @Id() transactionId: string;
  @OneOf(['failed', 'cancelled']) status: 'failed' | 'cancelled';
  @Text(500) reason: string;
}
/** `amount` is what was taken back now. */
export class PaymentReversed extends PaymentEvent {
  @OneOf(paymentKinds) kind: PaymentKindName;
  @Id() transactionId: string;
  @Text(500) reason: string;
  /** What the player owes afterwards in this wallet. */
  @UnsignedMinorUnits() debt: number;
  /** All of the payment is taken back. */
  @Flag() whole: boolean;
}
/** The PSP and the wallet disagree; no money moved, people decide. */
export class PaymentMismatched extends PaymentEvent {
  @OneOf(paymentKinds) kind: PaymentKindName;
  @Text(100) problem: string;
  @UnsignedMinorUnits() reportedAmount: number;
  @Currency() reportedCurrency: string;
}

const payment = {
  paymentId: '01976f0e-0000-7000-8000-0000000000d1',
  playerId: '01976f0e-0000-7000-8000-000000000001',
  brand: 'demo',
  amount: 5000,
  currency: 'EUR',
  method: 'card' as const,
  psp: 'stripe',
  pspReference: 'pi_3MtwBwLkdIwHu7ix28a3tqPa',
  country: 'MT',
  occurredAt: '2026-01-31T12:00:00.000Z',
};
const posted = { ...payment, transactionId: '01976f0e-8f6e-7c3a-9a53-0d6f5d1a2b3c' };

export const paymentEvents = {
  depositConfirmed: event('wallet', 'deposit-confirmed', {
    data: DepositConfirmed,
    consumers: ['identity'],
    description: 'A deposit was credited.',
    sample: { ...posted, ordinal: 1 },
  }),
  depositFailed: event('wallet', 'deposit-failed', {
    data: DepositFailed,
    consumers: [],
    description: 'A deposit ended without money.',
    sample: { ...payment, status: 'failed' as const, reason: 'card_declined' },
  }),
  withdrawalRequested: event('wallet', 'withdrawal-requested', {
    data: WithdrawalRequested,
    consumers: ['identity'],
    description: 'Funds of a withdrawal were locked.',
    sample: { ...posted, ordinal: 1 },
  }),
  withdrawalHeld: event('wallet', 'withdrawal-held', {
    data: WithdrawalHeld,
    consumers: [],
    description: 'A withdrawal waits for people.',
    sample: { ...payment, reasons: ['kyc-hold'] },
  }),
  withdrawalSubmitted: event('wallet', 'withdrawal-submitted', {
    data: WithdrawalSubmitted,
    consumers: [],
    description: 'A withdrawal passed its checks and goes to the PSP: it can no longer be cancelled.',
    sample: payment,
  }),
  withdrawalPaid: event('wallet', 'withdrawal-paid', {
    data: WithdrawalPaid,
    consumers: ['identity'],
    description: 'The locked funds left the wallet.',
    sample: posted,
  }),
  withdrawalReleased: event('wallet', 'withdrawal-released', {
    data: WithdrawalReleased,
    consumers: [],
    description: 'The locked funds went back to the player.',
    sample: { ...posted, status: 'cancelled' as const, reason: 'cancelled by the player' },
  }),
  paymentReversed: event('wallet', 'payment-reversed', {
    data: PaymentReversed,
    consumers: ['identity'],
    description: 'A chargeback or refund took a deposit back, or a payout came back.',
    sample: {
      ...posted,
      kind: 'deposit' as const,
      reason: 'fraudulent',
      debt: 5000,
      whole: true,
    },
  }),
  paymentMismatched: event('wallet', 'payment-mismatched', {
    data: PaymentMismatched,
    consumers: [],
    description: 'A PSP said something of a payment that cannot be; nothing moved.',
    sample: {
      ...payment,
      kind: 'deposit' as const,
      problem: 'another-amount',
      reportedAmount: 50000,
      reportedCurrency: 'EUR',
    },
  }),
};
