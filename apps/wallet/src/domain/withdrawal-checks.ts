import type { PaymentMethod } from './psp';

/** What the player paid with, oldest first, and what went back to it or is on its way. */
export interface Source {
  readonly method: PaymentMethod;
  /** Keyed hash of the instrument, hex; null where the PSP never named it. */
  readonly print: string | null;
  /** Deposited and not taken back; minor units. */
  readonly deposited: bigint;
  readonly returned: bigint;
}

/** What the newest word of a service is, or what stands in for one that never said anything. */
export interface Hold {
  readonly kind: 'kyc' | 'fraud';
  readonly held: boolean;
  readonly reason: string;
  /** 0 for a stand-in. */
  readonly version: number;
}

/**
 * The closed loop: money goes back to the instruments that paid, the oldest first; beyond that to the same one, or to
 * any when all have theirs back. A deposit without a named instrument counts for every instrument of its method.
 */
export function keepsTheLoop(
  destination: { readonly method: PaymentMethod; readonly print: string | null },
  amount: bigint,
  sources: readonly Source[],
): boolean {
  const owed = sources.filter(({ deposited, returned }) => deposited > returned);
  const [first, ...others] = owed;
  if (!first) return true;
  const isDestination =
    first.method === destination.method && (first.print === null || first.print === destination.print);
  if (!isDestination) return false;
  return amount <= first.deposited - first.returned || others.length === 0;
}

/**
 * Why a withdrawal waits for people. A reason names its cause, so that the same kind of hold raised again is another
 * reason: `kyc-hold#7` is not covered by an approval that had `kyc-hold#5` on view.
 */
export function reviewReasons(checks: {
  readonly holds: readonly Hold[];
  readonly loopKept: boolean;
  readonly debt: boolean;
}): string[] {
  return [
    ...checks.holds.filter(({ held }) => held).map(({ kind, version }) => `${kind}-hold#${version}`),
    ...(checks.loopKept ? [] : ['closed-loop']),
    ...(checks.debt ? ['debt'] : []),
  ];
}

/** The reason as the API says it. */
export function publicReason(reason: string): string {
  return reason.replace(/#\d+$/, '');
}

/** What of the reasons no approval covers. A debt is never approved away: it must be gone. */
export function uncovered(
  reasons: readonly string[],
  approvals: readonly { readonly actor: string; readonly covers: readonly string[] }[],
  approversNeeded: number,
): string[] {
  return reasons.filter((reason) => {
    if (reason === 'debt') return true;
    const approvers = new Set(
      approvals.filter(({ covers }) => covers.includes(reason)).map(({ actor }) => actor),
    );
    return approvers.size < approversNeeded;
  });
}
