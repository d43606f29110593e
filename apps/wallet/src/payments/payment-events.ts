import { toWireAmount } from '@baize/money';
import type { PaymentEvent } from '@baize/contracts';
import type { Payment } from '../domain/payment';

/** What every event of a payment says. */
export function eventOf(payment: Payment, at: Date, amount = payment.amount): PaymentEvent {
  return {
    paymentId: payment.id,
    playerId: payment.playerId,
    brand: payment.brand,
    amount: toWireAmount(amount),
    currency: payment.currency,
    method: payment.method,
    psp: payment.psp ?? undefined,
    pspReference: payment.pspReference ?? undefined,
    country: payment.country ?? undefined,
    occurredAt: at.toISOString(),
  };
}
