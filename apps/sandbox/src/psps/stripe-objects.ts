import type { PspEvent, PspPayment } from './payment';
import { PspUnits } from './wire';

/** Payments as Stripe writes them. */
export class StripeObjects {
  /** ISK and UGX are written with two decimals, MGA with none. */
  private readonly units = new PspUnits({ ISK: 2, UGX: 2, MGA: 0 });

  /** An amount of a form; undefined when it is none. */
  money(
    amount: string | null | undefined,
    currency: string | null | undefined,
  ): { asked: bigint; currency: string } | undefined {
    if (amount == null || currency == null || !/^\d{1,16}$/.test(amount)) return undefined;
    const code = currency.toUpperCase();
    const asked = this.units.from(Number(amount), code);
    return asked === undefined ? undefined : { asked, currency: code };
  }

  session(payment: PspPayment, pageUrl: (page: string) => string, expanded = false): object {
    const { page, reference, status, id } = payment;
    const paid = status === 'paid' || status === 'reversed';
    return {
      id: page,
      object: 'checkout.session',
      mode: 'payment',
      livemode: false,
      client_reference_id: reference,
      metadata: { paymentId: reference },
      amount_total: this.amount(payment, payment.asked),
      currency: payment.currency.toLowerCase(),
      payment_intent: expanded ? this.intent(payment) : id,
      payment_status: paid ? 'paid' : 'unpaid',
      status: paid ? 'complete' : status === 'expired' ? 'expired' : 'open',
      url: status === 'open' ? pageUrl(page) : null,
    };
  }

  intent(payment: PspPayment, pageUrl?: (page: string) => string): object {
    const { status, moved, asked, id, page, reference, instrument, returnUrl } = payment;
    const paid = status === 'paid' || status === 'reversed';
    const declined = { type: 'card_error', code: 'card_declined', decline_code: 'generic_decline' };
    const open = pageUrl === undefined ? 'requires_payment_method' : 'requires_action';
    return {
      id,
      object: 'payment_intent',
      livemode: false,
      amount: this.amount(payment, asked),
      amount_received: this.amount(payment, moved),
      currency: payment.currency.toLowerCase(),
      metadata: { paymentId: reference },
      payment_method: paid ? instrument : null,
      created: Math.floor(payment.createdAtMs / 1_000),
      status: paid
        ? 'succeeded'
        : status === 'expired'
          ? 'canceled'
          : status === 'declined'
            ? 'requires_payment_method'
            : open,
      last_payment_error: status === 'declined' ? declined : null,
      cancellation_reason: status === 'expired' ? 'abandoned' : null,
      next_action:
        status === 'open' && pageUrl !== undefined
          ? { type: 'redirect_to_url', redirect_to_url: { url: pageUrl(page), return_url: returnUrl } }
          : null,
    };
  }

  payout(payment: PspPayment): object {
    const { status, moved, asked, id, reference, instrument } = payment;
    const failed = status === 'declined' || status === 'reversed';
    return {
      id,
      object: 'payout',
      livemode: false,
      amount: this.amount(payment, status === 'open' ? asked : moved || asked),
      currency: payment.currency.toLowerCase(),
      destination: instrument,
      metadata: { paymentId: reference },
      created: Math.floor(payment.createdAtMs / 1_000),
      method: 'instant',
      status: failed ? 'failed' : status === 'paid' ? 'paid' : 'pending',
      failure_code: failed ? 'account_closed' : null,
    };
  }

  eventData(payment: PspPayment, event: PspEvent): object {
    if (payment.kind === 'withdrawal')
      return {
        object: this.payout(payment),
        ...(event === 'reversed' && { previous_attributes: { status: 'paid', failure_code: null } }),
      };
    if (event !== 'reversed') return { object: this.intent(payment) };
    const dispute = {
      id: `dp_${payment.id}`,
      object: 'dispute',
      payment_intent: payment.id,
      amount: this.amount(payment, payment.moved),
      currency: payment.currency.toLowerCase(),
      reason: 'fraudulent',
      status: 'needs_response',
      metadata: {},
    };
    return { object: dispute };
  }

  private amount({ currency }: PspPayment, amount: bigint): number {
    return this.units.to(amount, currency);
  }
}
