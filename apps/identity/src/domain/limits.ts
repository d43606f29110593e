import type { LimitKind, LimitPeriod, MoneyLimit } from '@baize/contracts';
import { ageOn, dayIn, type CalendarDate } from './calendar';
import type { LimitRules, StakeCap } from './market-protection';

/** `once`: a single stake, or a single session. */
export type StoredPeriod = LimitPeriod | 'once';

/** What a player's limit is, and what waits to become of it. Null is no limit. */
export interface PlayerLimit {
  readonly kind: LimitKind;
  readonly period: StoredPeriod;
  /** Minor units, or minutes of play. */
  readonly amount: bigint | null;
  readonly pending?: PendingChange;
}

export interface PendingChange {
  readonly amount: bigint | null;
  readonly effectiveAt: Date;
  readonly needsConfirmation: boolean;
}

/** Stakes are limited one by one, sessions that and by period, everything else by period. */
export function periodFits(kind: LimitKind, period: StoredPeriod): boolean {
  if (kind === 'stake') return period === 'once';
  return kind === 'session-time' || period !== 'once';
}

const isHigher = (one: bigint | null, other: bigint | null) =>
  other !== null && (one === null || one > other);

/**
 * What becomes of a limit when the player asks for an amount: a decrease acts at once, and forgets an increase that
 * waits; an increase waits as long as the market says, and where the market asks for it, it acts only when the player
 * asks for the same again once the wait is over.
 *
 * @param periodEnd when the running period ends; where the market says so, an increase waits for it as well
 */
export function decideLimit(
  current: PlayerLimit,
  wanted: bigint | null,
  rules: LimitRules['increase'],
  now: Date,
  periodEnd: Date,
): PlayerLimit {
  const { kind, period, amount, pending } = current;
  if (!isHigher(wanted, amount)) return { kind, period, amount: wanted };
  if (pending && pending.amount === wanted) {
    return pending.needsConfirmation && pending.effectiveAt <= now
      ? { kind, period, amount: wanted }
      : current;
  }
  const waited = now.getTime() + rules.delayHours * 3_600_000;
  const effectiveAt = new Date(rules.afterRunningPeriod ? Math.max(waited, periodEnd.getTime()) : waited);
  return {
    ...{ kind, period, amount },
    pending: { amount: wanted, effectiveAt, needsConfirmation: rules.reconfirm },
  };
}

/** What a market has for everybody, in the player's currency. */
export interface MarketLimits {
  readonly defaults: readonly {
    readonly kind: LimitKind;
    readonly period: LimitPeriod;
    readonly amount: bigint;
  }[];
  /** The lowest cap on a stake that holds at the player's age. */
  readonly stakeCap: bigint | undefined;
}

/** The lowest cap on a stake that holds for who was born then, on the day that the zone shows. */
export function stakeCapOf(
  caps: readonly StakeCap[],
  birth: CalendarDate,
  at: Date,
  timeZone: string,
): bigint | undefined {
  const age = ageOn(birth, dayIn(timeZone, at));
  const amounts = caps
    .filter(({ ages }) => !ages || (age >= ages.from && age <= ages.to))
    .map(({ limit }) => limit.amount);
  return amounts.length === 0 ? undefined : amounts.reduce((one, other) => (other < one ? other : one));
}

/** The limit of a kind as it stands: the player's own, else the market's default, else none. */
export function currentLimit(
  own: readonly PlayerLimit[],
  market: MarketLimits,
  kind: LimitKind,
  period: StoredPeriod,
): PlayerLimit {
  const found = own.find((limit) => limit.kind === kind && limit.period === period);
  if (found) return found;
  const usual = market.defaults.find((limit) => limit.kind === kind && limit.period === period);
  return { kind, period, amount: usual?.amount ?? null };
}

/** Everything that the wallet enforces: the player's limits, defaults that the player has not changed, the stake cap. */
export function moneyLimits(
  own: readonly PlayerLimit[],
  market: MarketLimits,
  currency: string,
): MoneyLimit[] {
  const names = new Map(
    [...own, ...market.defaults].map(({ kind, period }) => [`${kind} ${period}`, { kind, period }]),
  );
  const limits: MoneyLimit[] = [];
  for (const { kind, period } of names.values()) {
    const { amount } = currentLimit(own, market, kind, period);
    if (amount === null || kind === 'session-time' || kind === 'stake' || period === 'once') continue;
    limits.push({ kind, period, currency, amount: Number(amount) });
  }
  const [stake] = withStakeCap([currentLimit(own, market, 'stake', 'once')], market);
  if (stake && stake.amount !== null)
    limits.push({ kind: 'stake', period: 'bet', currency, amount: Number(stake.amount) });
  return limits;
}

/** The market's cap on stakes beside what the player set: the lowest wins. */
export function withStakeCap(limits: readonly PlayerLimit[], { stakeCap }: MarketLimits): PlayerLimit[] {
  if (stakeCap === undefined) return [...limits];
  const own = limits.find(({ kind }) => kind === 'stake') ?? { kind: 'stake', period: 'once', amount: null };
  const amount = own.amount === null || own.amount > stakeCap ? stakeCap : own.amount;
  return [...limits.filter(({ kind }) => kind !== 'stake'), { ...own, amount }];
}

const wholeDays = { day: 1, week: 7 } as const;

/** When the period that holds the moment ends, on the clock of the zone: the next midnight, Monday's or the first's. */
export function periodEnd(period: StoredPeriod, at: Date, timeZone: string): Date {
  if (period === 'once') return at;
  const { year, month, day } = dayIn(timeZone, at);
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7; // days since Monday
  const days = period === 'month' ? 0 : period === 'week' ? 7 - weekday : wholeDays[period];
  const next = period === 'month' ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + days);
  return midnight(new Date(next), timeZone);
}

/** The first moment of a day in the zone; the day is given as that of UTC. */
function midnight(day: Date, timeZone: string): Date {
  // No zone is further than 14 hours from UTC: the first moment at which the calendar there shows the day.
  let low = day.getTime() - 15 * 3_600_000;
  let high = day.getTime() + 15 * 3_600_000;
  const shows = (at: number) => {
    const { year, month, day: date } = dayIn(timeZone, new Date(at));
    return Date.UTC(year, month - 1, date) >= day.getTime();
  };
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shows(middle)) high = middle;
    else low = middle;
  }
  return new Date(high);
}
