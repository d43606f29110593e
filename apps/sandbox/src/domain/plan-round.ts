import { drawWireFault, type FaultRates, type WireFault } from './faults';
import type { PlannedFreeRounds } from './free-rounds';
import type { Random } from './random';

export interface PlannedBet {
  readonly id: string;
  readonly amount: bigint;
}
export interface PlannedWin {
  readonly id: string;
  readonly amount: bigint;
}

/**
 * What is unusual about a round. `empty-handed` stakes more than anyone has; `late-win` settles after the session has
 * ended; `win-after-rollback` and `rollback-after-win` settle what is settled already; `spent-win`, `concurrent`,
 * `outage`, `excluded` and `breaker` are the faults of that name.
 */
export type Twist =
  | 'none'
  | 'win-first'
  | 'rollback-first'
  | 'rollback'
  | 'win-after-rollback'
  | 'rollback-after-win'
  | 'late-win'
  | 'empty-handed'
  | 'spent-win'
  | 'concurrent'
  | 'outage'
  | 'excluded'
  | 'breaker';

export const malformations = [
  'broken-body',
  'wrong-secret',
  'no-secret',
  'negative-amount',
  'amount-above-2^53',
  'fraction-of-minor-unit',
  'amount-as-text',
  'not-a-number',
  'unknown-player',
  'other-currency',
  'win-in-other-currency',
  'deep-nesting',
  'other-amount-same-id',
] as const;
export type Malformation = (typeof malformations)[number];

/** Everything about one round that does not depend on answers; drawn before it is played. */
export interface RoundPlan {
  readonly roundId: string;
  readonly twist: Twist;
  readonly bets: readonly [PlannedBet, ...PlannedBet[]];
  /** One per bet. */
  readonly wins: readonly PlannedWin[];
  /** Bets and wins in one call, where the dialect can. */
  readonly atOnce: boolean;
  /** A round that wins nothing is closed without a zero win, where the dialect can. */
  readonly closesSilently: boolean;
  readonly promo?: PlannedWin;
  /** Granted and played after the round. */
  readonly freeRounds?: PlannedFreeRounds;
  /** Of an outage: how long the provider is silent, and whether it has forgotten the round afterwards. */
  readonly silentMs: number;
  readonly forgotten: boolean;
  /** A deposit in mid round, by adjustment. */
  readonly topUp: boolean;
  readonly asksBalance: boolean;
  readonly malformed?: Malformation;
  /** One per call of the round, in order; calls beyond the list are without fault. */
  readonly wireFaults: readonly WireFault[];
}

const stakes = [10n, 20n, 50n, 100n, 200n, 500n] as const;
/** More than any player of a run ever holds, and still a well-formed amount. */
const unaffordable = 900_000_000_000n;
const share = {
  promo: 0.01,
  freeRounds: 0.01,
  topUp: 0.002,
  balance: 0.02,
  lateWin: 0.002,
  emptyHanded: 0.01,
  atOnce: 0.3,
  sideOfRollback: 0.15,
};
const wireFaultsPerRound = 12;

export function planRound(random: Random, rates: FaultRates, roundId: string): RoundPlan {
  const twist = drawTwist(random, rates);
  const count = twist === 'none' || twist === 'rollback' ? random.pick([1, 1, 1, 1, 2, 3]) : 1;
  const amounts = Array.from({ length: count }, () =>
    twist === 'empty-handed' ? unaffordable : drawStake(random),
  );
  const [first = 0n, ...others] = amounts;
  const bet = (amount: bigint, index: number): PlannedBet => ({ id: `${roundId}-b${index + 1}`, amount });
  return {
    roundId,
    twist,
    bets: [bet(first, 0), ...others.map((amount, index) => bet(amount, index + 1))],
    wins: amounts.map((amount, index) => ({
      id: `${roundId}-w${index + 1}`,
      amount: drawWin(random, amount),
    })),
    atOnce: twist === 'none' && random.chance(share.atOnce),
    closesSilently: random.chance(0.3),
    ...(random.chance(share.promo) && {
      promo: { id: `${roundId}-p`, amount: BigInt(random.int(1, 20)) * 50n },
    }),
    ...(random.chance(share.freeRounds) && { freeRounds: drawFreeRounds(random) }),
    silentMs: random.int(50, 400),
    forgotten: random.chance(0.5),
    topUp: random.chance(share.topUp),
    asksBalance: random.chance(share.balance),
    ...(random.chance(rates.malformed) && { malformed: random.pick(malformations) }),
    wireFaults: Array.from({ length: wireFaultsPerRound }, () => drawWireFault(random, rates)),
  };
}

function drawTwist(random: Random, rates: FaultRates): Twist {
  const draw = random.next();
  if (draw < rates.reorder) return random.pick(['win-first', 'rollback-first']);
  if (draw < rates.reorder + rates.rollback) {
    if (!random.chance(share.sideOfRollback)) return 'rollback';
    return random.pick(['win-after-rollback', 'rollback-after-win']);
  }
  let below = rates.reorder + rates.rollback;
  for (const name of ['late-win', 'spent-win', 'concurrent', 'outage', 'excluded', 'breaker'] as const) {
    below += rates[name];
    if (draw < below) return name;
  }
  if (random.chance(share.lateWin)) return 'late-win';
  return random.chance(share.emptyHanded) ? 'empty-handed' : 'none';
}

/** A few zero bets: they are accepted and recorded. */
function drawStake(random: Random): bigint {
  return random.chance(0.01) ? 0n : random.pick(stakes);
}

function drawFreeRounds(random: Random): PlannedFreeRounds {
  const stake = random.pick(stakes);
  return { stake, wins: Array.from({ length: random.int(1, 5) }, () => drawWin(random, stake)) };
}

/** About 95% comes back: mostly nothing, sometimes a little, rarely a lot. */
function drawWin(random: Random, stake: bigint): bigint {
  const draw = random.next();
  if (draw < 0.7) return 0n;
  if (draw < 0.98) return stake * BigInt(random.int(1, 4));
  return stake * BigInt(random.int(5, 20)) + BigInt(random.int(0, 9));
}
