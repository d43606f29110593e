import type { NewPayment } from '../src/psps/book';
import type { WebhookPlan } from '../src/psps/payment';

export const calmPlan: WebhookPlan = {
  duplicate: false,
  lateMs: 0,
  reorder: false,
  early: false,
  wrongAmount: false,
  badSignature: false,
  never: false,
  reversal: false,
};

let made = 0;
export function newPayment(more: Partial<NewPayment> = {}): NewPayment {
  const n = ++made;
  return {
    psp: 'stripe',
    kind: 'deposit',
    id: `pi_${n}`,
    page: `cs_${n}`,
    reference: `pay-${n}`,
    asked: 1_000n,
    currency: 'EUR',
    payer: 'p-1',
    instrument: 'pm_1',
    returnUrl: 'https://casino.example/back',
    ...more,
  };
}
