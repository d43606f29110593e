import type { PaymentKind, PaymentMethod } from './psp';

/** Which PSPs take a payment, in order of preference; what is left out matches all. Whole units, both included. */
export interface Route {
  readonly kind?: PaymentKind;
  readonly methods?: readonly PaymentMethod[];
  readonly countries?: readonly string[];
  readonly currencies?: readonly string[];
  readonly minAmount?: number;
  readonly maxAmount?: number;
  readonly psps: readonly string[];
}

/** A PSP that the brand has an account with. */
export interface Candidate {
  readonly psp: string;
  readonly methods: readonly PaymentMethod[];
  /** Its breaker lets calls through. */
  readonly available: boolean;
}

export interface Routed {
  readonly kind: PaymentKind;
  readonly method: PaymentMethod;
  readonly country: string | null;
  readonly currency: string;
  readonly amount: bigint;
  readonly wantedPsp: string | null;
  /** PSPs that refused it. */
  readonly tried: readonly string[];
}

export type Choice =
  | { readonly psp: string }
  /** `unsupported`: nobody ever takes it; `unavailable`: somebody would, not now; `exhausted`: all refused. */
  | { readonly none: 'unsupported' | 'unavailable' | 'exhausted' };

/** Chooses the PSP that is asked next: the first that is left of the first rule that matches. */
export function choosePsp(
  payment: Routed,
  routes: readonly Route[],
  candidates: readonly Candidate[],
  exponent: number,
): Choice {
  const able = ({ psp, methods }: Candidate) =>
    methods.includes(payment.method) && (payment.wantedPsp === null || payment.wantedPsp === psp);
  const order =
    payment.wantedPsp === null
      ? (routes.find((route) => matches(route, payment, exponent))?.psps ?? [])
      : [payment.wantedPsp];
  const named = order.flatMap((psp) => candidates.filter((one) => one.psp === psp && able(one)));
  if (named.length === 0) return { none: 'unsupported' };
  const left = named.filter(({ psp }) => !payment.tried.includes(psp));
  if (left.length === 0) return { none: 'exhausted' };
  const first = left.find(({ available }) => available);
  return first ? { psp: first.psp } : { none: 'unavailable' };
}

function matches(route: Route, payment: Routed, exponent: number): boolean {
  const unit = 10n ** BigInt(exponent);
  return (
    (route.kind === undefined || route.kind === payment.kind) &&
    (route.methods?.includes(payment.method) ?? true) &&
    (route.countries === undefined ||
      (payment.country !== null && route.countries.includes(payment.country))) &&
    (route.currencies?.includes(payment.currency) ?? true) &&
    (route.minAmount === undefined || payment.amount >= BigInt(route.minAmount) * unit) &&
    (route.maxAmount === undefined || payment.amount <= BigInt(route.maxAmount) * unit)
  );
}
