import type { Random } from '../domain/random';
import { pspNames, type PspName } from '../psps/payment';

export type Method = 'card' | 'bank' | 'wallet';

/** What a player is going to do. */
export interface PlannedPayment {
  readonly index: number;
  readonly player: number;
  readonly kind: 'deposit' | 'withdrawal';
  readonly psp: PspName;
  readonly method: Method;
  /** Minor units. */
  readonly amount: bigint;
  /** What the payer presses on the hosted page. */
  readonly action: 'approve' | 'decline' | 'timeout';
  /** A withdrawal that the player takes back while that is possible. */
  readonly cancels: boolean;
  /** From the start of the run. */
  readonly startAtMs: number;
}

const shares = { withdrawal: 0.4, decline: 0.08, timeout: 0.04, cancel: 0.08 };
const deposits = { from: 500, to: 5_000 };
const withdrawals = { from: 100, to: 500 };
/** A player pays in before anything is paid out, so that there are instruments to pay to. */
const depositsFirst = 2;

/** Spread evenly over the time, players and PSPs; everything else is drawn. */
export function planPayments(
  random: Random,
  { players, payments, seconds }: { players: number; payments: number; seconds: number },
): PlannedPayment[] {
  return Array.from({ length: payments }, (_, index) => {
    const own = random.fork(String(index));
    const player = index % players;
    const isFirst = index < players * depositsFirst;
    const isWithdrawal = !isFirst && own.chance(shares.withdrawal);
    const psp = own.pick(pspNames);
    const { from, to } = isWithdrawal ? withdrawals : deposits;
    const luck = own.next();
    return {
      index,
      player,
      kind: isWithdrawal ? 'withdrawal' : 'deposit',
      psp,
      method: methodOf(psp, own),
      amount: BigInt(own.int(from, to)),
      action:
        luck < shares.decline ? 'decline' : luck < shares.decline + shares.timeout ? 'timeout' : 'approve',
      cancels: isWithdrawal && own.chance(shares.cancel),
      startAtMs: Math.floor((index * seconds * 1_000) / payments),
    };
  });
}

/** Adyen's cards are taken by Stripe first where the rules choose: it refuses them, and Adyen is asked next. */
function methodOf(psp: PspName, random: Random): Method {
  if (psp === 'trustly') return 'bank';
  return psp === 'adyen' && random.chance(0.5) ? 'wallet' : 'card';
}
