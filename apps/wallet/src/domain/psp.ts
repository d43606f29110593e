/** What the wallet needs of a payment service provider. One folder of `adapters/` speaks one PSP's dialect. */

export const paymentMethods = ['card', 'bank', 'wallet'] as const;
export type PaymentMethod = (typeof paymentMethods)[number];
export type PaymentKind = 'deposit' | 'withdrawal';

/**
 * Our id of the payment. It is the PSP's merchant reference, and every idempotency key that an adapter sends derives
 * from it: to start a payment again with the same id is safe at any time and answers as the first time.
 */
export type PaymentId = string;

/** One brand's account at a PSP. */
export interface PspSettings {
  readonly brand: string;
  /** Where the PSP's API is; a path may follow the host. */
  readonly baseUrl: string;
  /** Where the PSP sends its webhooks: `<gateway>/callbacks/payments/{brand}/{psp}`. */
  readonly callbackUrl: string;
  /** Named as the PSP's documents name them; the adapter checks at start that it has what it needs. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** Integer minor units of the currency's own exponent; an adapter converts where its PSP counts otherwise. */
export interface PspMoney {
  readonly amount: bigint;
  readonly currency: string;
}

/**
 * What paid or is paid: a card token, a wallet account, an IBAN. It is personal data: never in a log or an error.
 * The same instrument has the same reference in every answer of the PSP.
 */
export interface PspInstrument {
  readonly reference: string;
  /** What a person may see of it, such as `visa **** 4242`. */
  readonly masked: string;
}

export interface StartDeposit extends PspMoney {
  readonly paymentId: PaymentId;
  readonly method: PaymentMethod;
  /** The player as the PSP may know them: opaque, the same for every payment of the player. */
  readonly playerRef: string;
  /** ISO 3166-1 alpha-2, where it is known. */
  readonly country?: string;
  /** Where the hosted page sends the player afterwards. */
  readonly returnUrl: string;
  /** A stored instrument to pay with, as the PSP named it in an earlier payment. */
  readonly instrument?: string;
}

export interface StartWithdrawal extends PspMoney {
  readonly paymentId: PaymentId;
  readonly method: PaymentMethod;
  readonly playerRef: string;
  readonly country?: string;
  /** `iban` for bank payouts, else the PSP's reference of the instrument. */
  readonly destination: { readonly iban: string } | { readonly reference: string };
}

/** The PSP's definite answer to a start. `refused`: it did not take the payment and never will under this id. */
export type StartAnswer =
  | { readonly status: 'accepted'; readonly pspReference: string; readonly redirectUrl?: string }
  | {
      readonly status: 'refused';
      /** The PSP's own code. */
      readonly code: string;
      /** For people; no personal data. */
      readonly detail: string;
    };

export const pspStatuses = ['pending', 'confirmed', 'failed', 'reversed'] as const;
/**
 * `confirmed`: the money is ours (deposit) or on its way to the player for good (withdrawal). `reversed`: it was
 * confirmed and is taken back: a chargeback, a refund, a returned payout. `amount` is then what is taken back.
 */
export type PspStatus = (typeof pspStatuses)[number];

/** What the PSP says of a payment, asked or unasked. */
export interface PspReport extends PspMoney {
  readonly status: PspStatus;
  readonly pspReference?: string;
  /** What paid, once the PSP knows it. */
  readonly instrument?: PspInstrument;
  /** The PSP's own code for a failure or a reversal; no personal data. */
  readonly reason?: string;
}

/** `not-found` is definite: the PSP answered, and knows no payment of this id. */
export type QueryAnswer =
  ({ readonly found: true; readonly pspReference: string } & PspReport) | { readonly found: false };

/** The amount is the one asked for. */
export interface PaymentQuery extends PspMoney {
  readonly paymentId: PaymentId;
  readonly kind: PaymentKind;
  /** When we first asked the PSP to start it, milliseconds since 1970: bounds the search through the PSP's lists. */
  readonly startedAtMs: number;
  /** Absent when the start was never answered: the PSP is then asked by our reference. */
  readonly pspReference?: string;
}

/** A webhook as it came: nothing of it is trusted before `readWebhook`. */
export interface PspWebhook {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The raw query string without `?`. */
  readonly query: string;
  /** The exact bytes: signatures are over them. */
  readonly rawBody: Buffer;
  /** When it came, for signatures that carry a time; milliseconds since 1970. */
  readonly nowMs: number;
}

/** One fact of a webhook in our words. */
export interface PspNotification extends PspReport {
  /** The PSP's id of this fact, unique per brand and PSP, the same in every repetition of it. */
  readonly notificationId: string;
  /** Ours, where the PSP repeats it; with neither this nor `pspReference` a webhook is malformed. */
  readonly paymentId?: PaymentId;
  readonly kind: PaymentKind;
  /** RFC 3339 UTC, the PSP's own time. */
  readonly occurredAt: string;
}

/** `ok` with no notifications: authentic, and of a kind that says nothing of a payment. */
export type WebhookReading =
  | { readonly status: 'ok'; readonly notifications: readonly PspNotification[] }
  | { readonly status: 'unauthenticated' }
  | { readonly status: 'malformed'; readonly detail: string };

/** `accepted`: everything in it is committed. After `fault` the PSP must send it again. */
export type WebhookOutcome = 'accepted' | 'unauthenticated' | 'malformed' | 'fault';

export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** One brand's connection to a PSP. Deadlines are absolute, in milliseconds since 1970. */
export interface PspAdapter {
  /**
   * @throws when there is no definite answer (time-out, reset, 5xx, nonsense): what became of the payment is unknown
   */
  startDeposit(deposit: StartDeposit, deadlineMs: number): Promise<StartAnswer>;
  /** @throws like {@link startDeposit} */
  startWithdrawal(withdrawal: StartWithdrawal, deadlineMs: number): Promise<StartAnswer>;
  /** @throws when the PSP does not answer */
  query(payment: PaymentQuery, deadlineMs: number): Promise<QueryAnswer>;
  /** Verifies and normalises. Pure: the same bytes at the same time read the same; never throws. */
  readWebhook(webhook: PspWebhook): WebhookReading;
  /** The PSP's own form of "heard" or "send it again". */
  webhookAnswer(outcome: WebhookOutcome, webhook: PspWebhook): WebhookAnswer;
}

/** What `adapters/registry.ts` lists, one line per PSP. */
export interface PspDialect {
  /** In paths, in configuration and in the ledger. */
  readonly name: string;
  readonly methods: readonly PaymentMethod[];
  /** @throws Error that names a missing credential, never its value */
  connect(settings: PspSettings): PspAdapter;
}
