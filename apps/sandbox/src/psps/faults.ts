import type { Random } from '../domain/random';
import type { WebhookPlan } from './payment';

/** What can go wrong with webhooks, as shares of payments. */
export const payFaultNames = [
  'duplicates',
  'late',
  'reorder',
  'early-webhook',
  'wrong-amount',
  'bad-signature',
  'never',
  'reversal',
] as const;
export type PayFaultName = (typeof payFaultNames)[number];
export type PayFaultRates = Readonly<Record<PayFaultName, number>>;

export const noPayFaults: PayFaultRates = {
  duplicates: 0,
  late: 0,
  reorder: 0,
  'early-webhook': 0,
  'wrong-amount': 0,
  'bad-signature': 0,
  never: 0,
  reversal: 0,
};

export function isPayFaultName(name: string): name is PayFaultName {
  return (payFaultNames as readonly string[]).includes(name);
}

/** Reads `duplicates=0.05,late=0.05`; faults that are not named do not happen. */
export function parsePayFaults(
  text: string,
): { ok: true; value: PayFaultRates } | { ok: false; error: string } {
  const rates: Record<PayFaultName, number> = { ...noPayFaults };
  for (const part of text.split(',').filter((item) => item.trim() !== '')) {
    const [name = '', share = ''] = part.split('=').map((item) => item.trim());
    if (!isPayFaultName(name))
      return { ok: false, error: `unknown fault "${name}"; known: ${payFaultNames.join(', ')}` };
    const rate = share === '' ? Number.NaN : Number(share);
    if (!(rate >= 0 && rate <= 1))
      return { ok: false, error: `the share of ${name} must be between 0 and 1` };
    rates[name] = rate;
  }
  return { ok: true, value: rates };
}

const lateMinutes = { from: 1, to: 10 };

/** Each fault is drawn by itself, so that several can meet in one payment. `minuteMs` is how long a minute lasts. */
export function drawWebhookPlan(random: Random, rates: PayFaultRates, minuteMs: number): WebhookPlan {
  // every draw is made, so that one rate does not move the others' choices
  const drawn = Object.fromEntries(payFaultNames.map((name) => [name, random.chance(rates[name])])) as Record<
    PayFaultName,
    boolean
  >;
  const lateMs = Math.round((minuteMs * random.int(lateMinutes.from * 60, lateMinutes.to * 60)) / 60);
  return {
    duplicate: drawn.duplicates,
    lateMs: drawn.late ? lateMs : 0,
    reorder: drawn.reorder,
    early: drawn['early-webhook'],
    wrongAmount: drawn['wrong-amount'],
    badSignature: drawn['bad-signature'],
    never: drawn.never,
    reversal: drawn.reversal,
  };
}

/** The names of what was planned, for people. */
export function namesOf(plan: WebhookPlan): PayFaultName[] {
  const planned: Record<PayFaultName, boolean> = {
    duplicates: plan.duplicate,
    late: plan.lateMs > 0,
    reorder: plan.reorder,
    'early-webhook': plan.early,
    'wrong-amount': plan.wrongAmount,
    'bad-signature': plan.badSignature,
    never: plan.never,
    reversal: plan.reversal,
  };
  return payFaultNames.filter((name) => planned[name]);
}
