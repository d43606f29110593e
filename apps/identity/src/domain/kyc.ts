import { exponentOf, type Money } from '@baize/money';
import type { CheckKind, KycRules, KycTrigger } from './market-checks';
import type { MarketPolicy } from './market-policy';
import type { Impediment } from './eligibility';

export type KycLevel = 'none' | 'basic' | 'verified' | 'enhanced';
export type CheckStatus = 'created' | 'unknown' | 'pending' | 'approved' | 'declined' | 'expired';

/** An identity document says the birth date too. */
const covers: Readonly<Record<CheckKind, readonly CheckKind[]>> = {
  identity: ['identity', 'age'],
  age: ['age'],
  address: ['address'],
  'source-of-funds': ['source-of-funds'],
};

/** All that passed checks prove. */
function provenBy(passed: readonly CheckKind[]): ReadonlySet<CheckKind> {
  return new Set(passed.flatMap((kind) => covers[kind]));
}

/** basic: of age or identified; verified: identified, with an address; enhanced: with the source of funds as well. */
export function levelOf(passed: readonly CheckKind[]): KycLevel {
  const proven = provenBy(passed);
  if (!proven.has('age')) return 'none';
  if (!proven.has('identity') || !proven.has('address')) return 'basic';
  return proven.has('source-of-funds') ? 'enhanced' : 'verified';
}

/** What is asked for and not proven, each once, in the order in which it was asked for. */
export function missingChecks(
  asked: readonly (readonly CheckKind[])[],
  passed: readonly CheckKind[],
): CheckKind[] {
  const proven = provenBy(passed);
  return [...new Set(asked.flat())].filter((kind) => !proven.has(kind));
}

const RATE_DIGITS = 10;
const MICRO = 6;

/** The worth in millionths of a euro, cut off: thresholds are never reached by rounding. */
export function microEuros(money: Money, policy: MarketPolicy): { microEuros: bigint; rate: string } {
  const rate = policy.euroRates[money.currency];
  const exponent = exponentOf(money.currency);
  if (rate === undefined || exponent === undefined) throw new RangeError(`no rate of ${money.currency}`);
  const [whole = '0', fraction = ''] = rate.split('.');
  const scaled = BigInt(whole + fraction.padEnd(RATE_DIGITS, '0').slice(0, RATE_DIGITS));
  const amount = money.amount * scaled * 10n ** BigInt(MICRO);
  return { microEuros: amount / 10n ** BigInt(RATE_DIGITS + exponent), rate };
}

/** A confirmed deposit, or a payout beside it. */
export interface CountedDeposit {
  readonly microEuros: bigint;
  readonly confirmedAt: Date;
}

const DAY_MS = 86_400_000;

/** The name under which a trigger fires once. */
export function triggerName(trigger: KycTrigger): string {
  if (trigger.on !== 'cumulative-deposits') return trigger.on;
  const { threshold, windowDays } = trigger;
  return `deposits-${threshold.amount}-${threshold.currency}-${windowDays === null ? 'lifetime' : `${windowDays}d`}`;
}

/** The deposit triggers that are reached: the sum is not below the threshold, within the window that ends now. */
export function reachedByDeposits(
  rules: KycRules,
  deposits: readonly CountedDeposit[],
  policy: MarketPolicy,
  now: Date,
): { trigger: KycTrigger; total: bigint }[] {
  return rules.triggers.flatMap((trigger) => {
    if (trigger.on !== 'cumulative-deposits') return [];
    const total = sumWithin(trigger.windowDays, deposits, now);
    return total >= microEuros(trigger.threshold, policy).microEuros ? [{ trigger, total }] : [];
  });
}

function sumWithin(windowDays: number | null, movements: readonly CountedDeposit[], now: Date): bigint {
  const since = windowDays === null ? -Infinity : now.getTime() - windowDays * DAY_MS;
  const counted = movements.filter(({ confirmedAt }) => confirmedAt.getTime() > since);
  return counted.reduce((sum, { microEuros: worth }) => sum + worth, 0n);
}

/** The net deposits at which the market wants a look at the player's means; undefined below them. */
export function reachedByNetDeposits(
  { vulnerability }: KycRules,
  paid: { readonly in: readonly CountedDeposit[]; readonly out: readonly CountedDeposit[] },
  policy: MarketPolicy,
  now: Date,
): { name: string; total: bigint; againAfterDays: number } | undefined {
  if (!vulnerability) return undefined;
  const { netDeposits, windowDays, againAfterDays } = vulnerability;
  const total = sumWithin(windowDays, paid.in, now) - sumWithin(windowDays, paid.out, now);
  if (total < microEuros(netDeposits, policy).microEuros) return undefined;
  const name = `net-deposits-${netDeposits.amount}-${netDeposits.currency}-${windowDays}d`;
  return { name, total, againAfterDays };
}

export interface UnverifiedStanding {
  readonly registeredAt: Date;
  readonly passed: readonly CheckKind[];
  readonly depositedMicroEuros: bigint;
  /** What is to be paid in now; the smallest amount when none is named. */
  readonly wantedMicroEuros?: bigint | undefined;
}

const HOUR_MS = 3_600_000;

/** What the market forbids to somebody who is not verified (yet). */
export function impedimentsOfKyc(
  rules: KycRules,
  standing: UnverifiedStanding,
  policy: MarketPolicy,
  now: Date,
): Impediment[] {
  if (missingChecks([rules.beforeGambling], standing.passed).length > 0) {
    return [{ reason: 'identity.kyc-required', forbids: ['launch', 'bet', 'deposit', 'bonus'] }];
  }
  const { unverifiedPlay } = rules;
  if (!unverifiedPlay || provenBy(standing.passed).has('identity')) return [];
  if (now.getTime() - standing.registeredAt.getTime() >= unverifiedPlay.hours * HOUR_MS) {
    return [{ reason: 'identity.kyc-required', forbids: ['launch', 'bet', 'deposit', 'bonus'] }];
  }
  const allowed = microEuros(unverifiedPlay.maximumDeposits, policy).microEuros;
  if (standing.depositedMicroEuros + (standing.wantedMicroEuros ?? 1n) <= allowed) return [];
  return [{ reason: 'identity.unverified-deposits', forbids: ['deposit'] }];
}

export interface VendorWord {
  readonly outcome: 'pending' | 'approved' | 'declined' | 'expired';
  /** By the vendor's clock. */
  readonly at: Date;
}

/** How old a vendor's word may be before the check that it is about. */
const CLOCK_SKEW_MS = 300_000;

/**
 * What a word of the vendor does to a check. Words come twice and out of order: only one that is newer than the last
 * decision counts, `pending` never takes a decision back, and one from before the check was ordered is stale.
 */
export function hear(
  check: { readonly status: CheckStatus; readonly createdAt: Date; readonly decidedAt: Date | null },
  word: VendorWord,
): 'apply' | 'nothing' | 'stale' {
  if (word.at.getTime() < check.createdAt.getTime() - CLOCK_SKEW_MS) return 'stale';
  const isOpen = ['created', 'unknown', 'pending'].includes(check.status);
  if (word.outcome === 'pending')
    return check.status === 'created' || check.status === 'unknown' ? 'apply' : 'nothing';
  if (isOpen) return 'apply';
  if (check.decidedAt !== null && word.at <= check.decidedAt) return 'nothing';
  return word.outcome === check.status ? 'nothing' : 'apply';
}
