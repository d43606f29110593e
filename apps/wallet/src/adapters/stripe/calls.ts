import Stripe from 'stripe';
import type { PaymentQuery, PspReport, QueryAnswer, StartAnswer } from '../../domain/psp';
import type { StartDeposit, StartWithdrawal } from '../../domain/psp';
import { askTwice, isSilent, NoAnswer, reasonOf } from '../psp-http';
import { chargeAmount, fromStripe, payoutAmount } from './amount';

/** Pages of 100 payouts that a search by our reference reads before it gives up. */
const maxPages = 10;
const clockSlackS = 300;
const notRepresentable = {
  status: 'refused',
  code: 'amount_not_representable',
  detail: 'Stripe cannot move this amount in this currency',
} as const;

type Found = QueryAnswer & { found: true };

/** The calls to Stripe's API, through its official client. */
export class StripeCalls {
  constructor(private readonly stripe: Stripe) {}

  async startDeposit(deposit: StartDeposit, deadlineMs: number): Promise<StartAnswer> {
    const amount = chargeAmount(deposit);
    if (amount === undefined) return notRepresentable;
    return this.start(deposit.paymentId, deadlineMs, (options) =>
      deposit.instrument === undefined
        ? this.checkout(deposit, amount, options)
        : this.charge(deposit, deposit.instrument, amount, options),
    );
  }

  async startWithdrawal(withdrawal: StartWithdrawal, deadlineMs: number): Promise<StartAnswer> {
    const amount = payoutAmount(withdrawal);
    if (amount === undefined) return notRepresentable;
    const { destination, paymentId, currency } = withdrawal;
    if (!('reference' in destination))
      return {
        status: 'refused',
        code: 'destination_not_supported',
        detail: 'Stripe pays out to a reference of its own',
      };
    return this.start(paymentId, deadlineMs, async (options) => {
      const payout = await this.stripe.payouts.create(
        {
          amount,
          currency: currency.toLowerCase(),
          destination: destination.reference,
          metadata: { paymentId },
        },
        options,
      );
      return { status: 'accepted', pspReference: payout.id };
    });
  }

  query(payment: PaymentQuery, deadlineMs: number): Promise<QueryAnswer> {
    return askTwice(deadlineMs, async (timeout) => {
      try {
        return payment.kind === 'deposit'
          ? await this.findDeposit(payment, { timeout })
          : await this.findPayout(payment, { timeout });
      } catch (error) {
        if (isMissing(error)) return { found: false };
        throw asNoAnswer(error);
      }
    });
  }

  /** Stripe's hosted page. The intent carries our id, so that each of its events does. */
  private async checkout(
    deposit: StartDeposit,
    amount: number,
    options: Stripe.RequestOptions,
  ): Promise<StartAnswer> {
    const { paymentId, currency, returnUrl } = deposit;
    const session = await this.stripe.checkout.sessions.create(
      {
        mode: 'payment',
        allowed_payment_method_types: ['card'],
        client_reference_id: paymentId,
        metadata: { paymentId },
        payment_intent_data: { metadata: { paymentId } },
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: currency.toLowerCase(),
              unit_amount: amount,
              product_data: { name: 'Deposit' },
            },
          },
        ],
        success_url: returnUrl,
        cancel_url: returnUrl,
      },
      options,
    );
    const pspReference = intentOf(session) ?? session.id;
    // a session that was paid before this answer has no page any more
    return { status: 'accepted', pspReference, ...(session.url !== null && { redirectUrl: session.url }) };
  }

  /** A stored card: charged at once, or after its bank's own page. */
  private async charge(
    deposit: StartDeposit,
    instrument: string,
    amount: number,
    options: Stripe.RequestOptions,
  ): Promise<StartAnswer> {
    const { paymentId, currency, returnUrl } = deposit;
    const intent = await this.stripe.paymentIntents.create(
      {
        amount,
        currency: currency.toLowerCase(),
        payment_method: instrument,
        allowed_payment_method_types: ['card'],
        confirm: true,
        return_url: returnUrl,
        metadata: { paymentId },
      },
      options,
    );
    const redirectUrl = intent.next_action?.redirect_to_url?.url;
    return { status: 'accepted', pspReference: intent.id, ...(redirectUrl != null && { redirectUrl }) };
  }

  /** The idempotency key makes the second attempt, and any later start of this payment, answer as the first. */
  private async start(
    paymentId: string,
    deadlineMs: number,
    send: (options: Stripe.RequestOptions) => Promise<StartAnswer>,
  ): Promise<StartAnswer> {
    return askTwice(deadlineMs, async (timeout) => {
      try {
        return await send({ timeout, idempotencyKey: `baize-${paymentId}` });
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal !== undefined) return refusal;
        throw asNoAnswer(error);
      }
    });
  }

  private async findDeposit(payment: PaymentQuery, options: Stripe.RequestOptions): Promise<QueryAnswer> {
    const { pspReference, paymentId } = payment;
    if (pspReference?.startsWith('cs_')) {
      const expanded = { expand: ['payment_intent'] };
      const session = await this.stripe.checkout.sessions.retrieve(pspReference, expanded, options);
      const intent = session.payment_intent;
      if (typeof intent === 'object' && intent !== null) return intentReport(intent);
      return reportOf(session.amount_total, session.currency, {
        pspReference,
        status: session.status === 'expired' ? 'failed' : 'pending',
        reason: session.status ?? 'open',
      });
    }
    if (pspReference !== undefined)
      return intentReport(await this.stripe.paymentIntents.retrieve(pspReference, {}, options));
    const query = `metadata['paymentId']:'${paymentId.replaceAll(/[^\w-]/g, '')}'`;
    const { data } = await this.stripe.paymentIntents.search({ query, limit: 1 }, options);
    const intent = data.find(({ metadata }) => metadata.paymentId === paymentId);
    return intent === undefined ? { found: false } : intentReport(intent);
  }

  /** Payouts cannot be searched by metadata: the list from when it was started is read. */
  private async findPayout(payment: PaymentQuery, options: Stripe.RequestOptions): Promise<QueryAnswer> {
    const { pspReference, paymentId, startedAtMs } = payment;
    if (pspReference !== undefined)
      return payoutReport(await this.stripe.payouts.retrieve(pspReference, {}, options));
    const created = { gte: Math.floor(startedAtMs / 1_000) - clockSlackS };
    let after: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const list = await this.stripe.payouts.list(
        { limit: 100, created, ...(after !== undefined && { starting_after: after }) },
        options,
      );
      const payout = list.data.find(({ metadata }) => metadata?.paymentId === paymentId);
      if (payout !== undefined) return payoutReport(payout);
      after = list.data.at(-1)?.id;
      if (!list.has_more || after === undefined) return { found: false };
    }
    throw new NoAnswer(`not among the first ${maxPages * 100} payouts`);
  }
}

function intentOf(session: Stripe.Checkout.Session): string | undefined {
  const intent = session.payment_intent;
  return typeof intent === 'string' ? intent : intent?.id;
}

function intentReport(intent: Stripe.PaymentIntent): Found {
  const { status } = intent;
  const confirmed = status === 'succeeded';
  // without a charge yet, an intent that waits for a method has failed only if one was tried
  const failed =
    status === 'canceled' || (status === 'requires_payment_method' && intent.last_payment_error !== null);
  const reason = intent.last_payment_error?.code ?? intent.cancellation_reason ?? status;
  return reportOf(confirmed ? intent.amount_received : intent.amount, intent.currency, {
    pspReference: intent.id,
    status: confirmed ? 'confirmed' : failed ? 'failed' : 'pending',
    reason,
  });
}

function payoutReport(payout: Stripe.Payout): Found {
  const failed = payout.status === 'failed' || payout.status === 'canceled';
  return reportOf(payout.amount, payout.currency, {
    pspReference: payout.id,
    status: payout.status === 'paid' ? 'confirmed' : failed ? 'failed' : 'pending',
    reason: payout.failure_code ?? payout.status,
  });
}

function reportOf(
  amount: number | null,
  currency: string | null,
  rest: { pspReference: string; status: PspReport['status']; reason: string },
): Found {
  const money = fromStripe(amount ?? undefined, currency);
  if (money === undefined) throw new NoAnswer('an answer without a readable amount');
  return { found: true, ...money, ...rest };
}

function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.statusCode === 404;
}

/** A definite no. Codes are Stripe's; its messages can quote what was sent, so they go no further. */
function refusalOf(error: unknown): StartAnswer | undefined {
  if (!(error instanceof Stripe.errors.StripeError)) return undefined;
  const { statusCode } = error;
  // 409: the first attempt is still being worked on
  if (statusCode === undefined || statusCode < 400 || statusCode === 409 || isSilent(statusCode))
    return undefined;
  const code = error.decline_code ?? error.code ?? error.rawType ?? String(statusCode);
  return { status: 'refused', code, detail: `refused with HTTP ${statusCode}` };
}

function asNoAnswer(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error;
  if (error instanceof Stripe.errors.StripeError)
    return new NoAnswer(error.statusCode === undefined ? error.type : `HTTP ${error.statusCode}`);
  return new NoAnswer(reasonOf(error));
}
