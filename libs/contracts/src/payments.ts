import { Actor, Done, IdempotencyKey, MoneyDto, PageRequest } from './common';
import { command, query } from './contract';
import {
  Count,
  Flag,
  Id,
  ListOf,
  Nested,
  OneOf,
  Optional,
  Text,
  TextList,
  Timestamp,
  UnsignedMinorUnits,
  WebAddress,
} from './fields';
import { CallbackAnswer, HeaderDto } from './game-sessions';

export const paymentMethodNames = ['card', 'bank', 'wallet'] as const;
export type PaymentMethodName = (typeof paymentMethodNames)[number];
export const paymentKinds = ['deposit', 'withdrawal'] as const;
export type PaymentKindName = (typeof paymentKinds)[number];

/**
 * `unknown`: the PSP did not answer, it is being asked; `review`: people decide, also on a confirmation that says
 * another amount; of withdrawals `pending` has its funds locked, `confirmed` is paid, `failed` and `cancelled` have
 * their funds back.
 */
export const paymentStatuses = [
  'created',
  'pending',
  'unknown',
  'review',
  'submitted',
  'confirmed',
  'failed',
  'cancelled',
  'reversed',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** `POST /v1/players/{id}/deposits` */
export class DepositForm {
  @Nested(() => MoneyDto) amount: MoneyDto;
  @OneOf(paymentMethodNames) method: PaymentMethodName;
  /** Only this PSP; otherwise the routing rules choose, and choose again when it refuses. */
  @Optional() @Id() psp?: string;
  /** A stored instrument as the PSP named it. */
  @Optional() @Text(255) instrument?: string;
  /** Where the hosted page sends the player afterwards. */
  @Optional() @WebAddress(2_000) returnUrl?: string;
}
export class RequestDeposit extends DepositForm {
  @Id() playerId: string;
  @Id() brand: string;
  @Nested(() => Actor) actor: Actor;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
}
export class DepositReply {
  @Id() id: string;
  @OneOf(paymentStatuses) status: PaymentStatus;
  /** The PSP's page, where the player pays; left out when there is none to go to. */
  @Optional() @Text(4_096) redirectUrl?: string;
  @Optional() @Flag() replayed?: boolean;
}

/** Where the money goes: `iban` for bank, `reference` (the PSP's, of a card or wallet account) otherwise. */
export class WithdrawalDestination {
  @Optional() @Text(255) reference?: string;
  /** Spaces are allowed; the check digits must be right. */
  @Optional() @Text(50) iban?: string;
}
/** `POST /v1/players/{id}/withdrawals` */
export class WithdrawalForm {
  @Nested(() => MoneyDto) amount: MoneyDto;
  @OneOf(paymentMethodNames) method: PaymentMethodName;
  @Nested(() => WithdrawalDestination) destination: WithdrawalDestination;
}
export class RequestWithdrawal extends WithdrawalForm {
  @Id() playerId: string;
  @Id() brand: string;
  @Nested(() => Actor) actor: Actor;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
}
export class PaymentReply {
  @Id() id: string;
  @OneOf(paymentStatuses) status: PaymentStatus;
  @Optional() @Flag() replayed?: boolean;
}

export class CancelWithdrawal {
  @Id() paymentId: string;
  @Id() brand: string;
  /** When a player asks: only their own exists. */
  @Optional() @Id() ownerId?: string;
  @Nested(() => Actor) actor: Actor;
}

/** `POST /v1/withdrawals/{id}/reviews` */
export class ReviewForm {
  /** An approval covers the reasons on view; what is raised later is reviewed again. A rejection gives the money back. */
  @OneOf(['approve', 'reject']) decision: 'approve' | 'reject';
  @Text(500) reason: string;
}
export class ReviewWithdrawal extends ReviewForm {
  @Id() paymentId: string;
  @Id() brand: string;
  @Nested(() => Actor) actor: Actor;
}

/** `POST /v1/deposits/{id}/mismatch-decisions` */
export class MismatchForm {
  /** `accept` credits what the PSP says it received, where that is the wallet's currency; `reject` credits nothing. */
  @OneOf(['accept', 'reject']) decision: 'accept' | 'reject';
  @Text(500) reason: string;
}
export class DecideMismatch extends MismatchForm {
  @Id() paymentId: string;
  @Id() brand: string;
  @Nested(() => Actor) actor: Actor;
}

export class PaymentHistoryDto {
  @OneOf(paymentStatuses) status: PaymentStatus;
  @Timestamp() at: string;
  @Text(500) reason: string;
}
/** `GET /v1/payments/{id}` */
export class PaymentDto {
  @Id() id: string;
  @Id() playerId: string;
  @OneOf(paymentKinds) kind: PaymentKindName;
  @OneOf(paymentStatuses) status: PaymentStatus;
  @Nested(() => MoneyDto) amount: MoneyDto;
  @OneOf(paymentMethodNames) method: PaymentMethodName;
  /** Missing until one is chosen. */
  @Optional() @Id() psp?: string;
  @Optional() @Text(255) pspReference?: string;
  /** What pays or is paid, masked. */
  @Optional() @Text(100) instrument?: string;
  /** What was taken back so far, in minor units. */
  @UnsignedMinorUnits() reversedAmount: number;
  /** Why it is in review. */
  @TextList(20) reviewReasons: string[];
  @Timestamp() createdAt: string;
  /** Oldest first. */
  @ListOf(() => PaymentHistoryDto, 200) history: PaymentHistoryDto[];
}
export class GetPayment {
  @Id() paymentId: string;
  @Id() brand: string;
  /** When a player asks: only their own exists. */
  @Optional() @Id() ownerId?: string;
}

/** A payment in a list: without its history. */
export class PaymentSummary {
  @Id() id: string;
  @Id() playerId: string;
  @OneOf(paymentKinds) kind: PaymentKindName;
  @OneOf(paymentStatuses) status: PaymentStatus;
  @Nested(() => MoneyDto) amount: MoneyDto;
  @OneOf(paymentMethodNames) method: PaymentMethodName;
  @Optional() @Id() psp?: string;
  @Optional() @Text(255) pspReference?: string;
  @TextList(20) reviewReasons: string[];
  /** It is past the deadline of its state. */
  @Flag() overdue: boolean;
  @Timestamp() createdAt: string;
}
export class ListPayments extends PageRequest {
  @Id() brand: string;
  @Id() playerId: string;
}
/** Payments that wait for people, the longest waiting first. */
export class ListReviews extends PageRequest {
  @Id() brand: string;
}
export class PaymentPage {
  @ListOf(() => PaymentSummary, 200) items: PaymentSummary[];
  @Optional() @Text(512) nextCursor?: string;
}

/** A PSP's webhook as it came in. The body is kept byte for byte: signatures cover raw bytes. */
export class HandlePaymentCallback {
  @Id() brand: string;
  @Id() psp: string;
  /** The raw query string without `?`. */
  @Text(4_096, 0) query: string;
  @ListOf(() => HeaderDto, 64) headers: HeaderDto[];
  /** At most 64 KiB before encoding. */
  @Text(90_000, 0) bodyBase64: string;
  @Timestamp() receivedAt: string;
}

export const holdKinds = ['kyc', 'fraud'] as const;
export type HoldKind = (typeof holdKinds)[number];
/**
 * Says whether the player's withdrawals wait for people. The wallet keeps the newest version per player and kind, so
 * that commands may be repeated and come out of order.
 */
export class SetHold {
  @Id() playerId: string;
  @Id() brand: string;
  @OneOf(holdKinds) kind: HoldKind;
  @Flag() held: boolean;
  /** A stable code for reviewers, such as `identity-not-verified`; no personal data. */
  @Text(100) reason: string;
  /** Grows with every change of this kind for this player; an older one than known changes nothing. */
  @Count() version: number;
}

export const paymentCommands = {
  requestDeposit: command('wallet', 'request-deposit', {
    request: RequestDeposit,
    reply: DepositReply,
    callers: ['gateway'],
    timeoutMs: 10_000,
    description: 'Starts a deposit at a PSP. A PSP that does not answer makes it `unknown`, never failed.',
  }),
  requestWithdrawal: command('wallet', 'request-withdrawal', {
    request: RequestWithdrawal,
    reply: PaymentReply,
    callers: ['gateway'],
    description:
      'Locks the funds of a withdrawal; checks before submission hold it in review, they refuse nothing.',
  }),
  cancelWithdrawal: command('wallet', 'cancel-withdrawal', {
    request: CancelWithdrawal,
    reply: PaymentReply,
    callers: ['gateway'],
    description: 'Gives the funds back, until submission, where the market allows it.',
  }),
  reviewWithdrawal: command('wallet', 'review-withdrawal', {
    request: ReviewWithdrawal,
    reply: PaymentReply,
    callers: ['gateway'],
    description: 'Approves or rejects a withdrawal in review.',
  }),
  decideMismatch: command('wallet', 'decide-mismatch', {
    request: DecideMismatch,
    reply: PaymentReply,
    callers: ['gateway'],
    description: 'Ends a deposit that was confirmed for another amount.',
  }),
  handlePaymentCallback: command('wallet', 'handle-payment-callback', {
    request: HandlePaymentCallback,
    reply: CallbackAnswer,
    callers: ['gateway'],
    timeoutMs: 4_500,
    description: "Serves one webhook of a PSP in the PSP's own dialect.",
  }),
  setHold: command('wallet', 'set-hold', {
    request: SetHold,
    reply: Done,
    callers: ['identity'],
    description: 'Holds or releases the withdrawals of a player; repeated or late it changes nothing.',
  }),
};

export const paymentQueries = {
  getPayment: query('wallet', 'get-payment', {
    request: GetPayment,
    reply: PaymentDto,
    callers: ['gateway'],
    description: 'A payment with its history.',
  }),
  listPayments: query('wallet', 'list-payments', {
    request: ListPayments,
    reply: PaymentPage,
    callers: ['gateway'],
    description: 'Payments of a player, newest first.',
  }),
  listReviews: query('wallet', 'list-reviews', {
    request: ListReviews,
    reply: PaymentPage,
    callers: ['gateway'],
    description: 'Payments that wait for people, the longest waiting first.',
  }),
};
