import {
  currentLimit,
  decideLimit,
  moneyLimits,
  periodEnd,
  periodFits,
  stakeCapOf,
  type PlayerLimit,
} from './limits';
import { currentMarketPolicy } from './market-policies';
import { marketOf } from './market-policy';

const now = new Date('2026-03-10T12:00:00Z');
const limit = (amount: bigint | null, pending?: PlayerLimit['pending']): PlayerLimit => ({
  ...{ kind: 'deposit', period: 'week', amount },
  ...(pending && { pending }),
});
const rulesOf = (country: string) => marketOf(currentMarketPolicy, country)!.limits.increase;
const decide = (country: string, current: PlayerLimit, wanted: bigint | null, at = now) =>
  decideLimit(current, wanted, rulesOf(country), at, periodEnd('week', at, 'Europe/Stockholm'));

describe('changes of limits', () => {
  it('a decrease, the first limit, and the same again act at once', () => {
    expect(decide('MT', limit(null), 500n)).toEqual(limit(500n));
    expect(decide('MT', limit(500n), 499n)).toEqual(limit(499n));
    expect(decide('MT', limit(500n), 500n)).toEqual(limit(500n));
  });

  it.each([
    ['MT', '2026-03-11T12:00:00.000Z', false],
    ['GB', '2026-03-11T12:00:00.000Z', true],
    ['DE', '2026-03-17T12:00:00.000Z', false],
    // 72 hours would be the 13th; the running week ends with Sunday the 15th, in Stockholm
    ['SE', '2026-03-15T23:00:00.000Z', false],
  ])('an increase in %s waits until %s', (country, effectiveAt, needsConfirmation) => {
    const changed = decide(country, limit(500n), 501n);
    expect(changed.amount).toBe(500n);
    expect(changed.pending).toEqual({ amount: 501n, effectiveAt: new Date(effectiveAt), needsConfirmation });
    expect(decide(country, limit(500n), null).pending?.amount).toBeNull();
  });

  it('asking again does not start the wait anew, another amount does, and a decrease forgets it', () => {
    const waiting = decide('MT', limit(500n), 800n);
    const later = new Date(now.getTime() + 3_600_000);
    expect(decide('MT', waiting, 800n, later)).toEqual(waiting);
    expect(decide('MT', waiting, 900n, later).pending?.effectiveAt).toEqual(new Date('2026-03-11T13:00:00Z'));
    expect(decide('MT', waiting, 400n, later)).toEqual(limit(400n));
  });

  it('where the market wants confirmation, nothing acts without it, and not before the wait is over', () => {
    const waiting = decide('GB', limit(500n), 800n);
    const dueAt = waiting.pending!.effectiveAt;
    expect(decide('GB', waiting, 800n, new Date(dueAt.getTime() - 1))).toEqual(waiting);
    expect(decide('GB', waiting, 900n, dueAt).amount).toBe(500n);
    expect(decide('GB', waiting, 800n, dueAt)).toEqual(limit(800n));
  });
});

describe('the cap on stakes', () => {
  const { limits, timeZone } = marketOf(currentMarketPolicy, 'GB')!;
  const birth = { year: 2001, month: 7, day: 1 };
  it.each([
    ['at eighteen', '2019-07-01T12:00:00Z', 200n],
    // midnight of the day before is 23:00 UTC in summer time
    ['on the last day of being 24', '2026-06-30T22:59:59.999Z', 200n],
    ['from the first moment of the 25th birthday', '2026-06-30T23:00:00.000Z', 500n],
  ])('in Great Britain %s', (_when, at, cap) => {
    expect(stakeCapOf(limits.stakeCaps, birth, new Date(at), timeZone)).toBe(cap);
  });

  it('is that of the market at every age, or none', () => {
    expect(stakeCapOf([], birth, now, timeZone)).toBeUndefined();
    const { stakeCaps } = marketOf(currentMarketPolicy, 'DE')!.limits;
    expect(stakeCapOf(stakeCaps, birth, now, 'Europe/Berlin')).toBe(100n);
  });
});

describe('what the wallet enforces', () => {
  const market = {
    defaults: [{ kind: 'deposit' as const, period: 'month' as const, amount: 100_000n }],
    stakeCap: 100n,
  };

  it("is the market's where the player set nothing, and the lowest cap on stakes", () => {
    expect(moneyLimits([], market, 'EUR')).toEqual([
      { kind: 'deposit', period: 'month', currency: 'EUR', amount: 100_000 },
      { kind: 'stake', period: 'bet', currency: 'EUR', amount: 100 },
    ]);
    const own: PlayerLimit[] = [
      { kind: 'deposit', period: 'month', amount: 5_000n },
      { kind: 'stake', period: 'once', amount: 50n },
      { kind: 'loss', period: 'day', amount: 900n },
      { kind: 'session-time', period: 'day', amount: 60n },
    ];
    expect(moneyLimits(own, market, 'EUR')).toEqual([
      { kind: 'deposit', period: 'month', currency: 'EUR', amount: 5_000 },
      { kind: 'loss', period: 'day', currency: 'EUR', amount: 900 },
      { kind: 'stake', period: 'bet', currency: 'EUR', amount: 50 },
    ]);
    expect(moneyLimits([{ kind: 'stake', period: 'once', amount: 500n }], market, 'EUR')[1]).toMatchObject({
      amount: 100,
    });
  });

  it('an increase of a default waits like any other', () => {
    const current = currentLimit([], market, 'deposit', 'month');
    const changed = decideLimit(current, 200_000n, rulesOf('DE'), now, now);
    expect(changed).toMatchObject({ amount: 100_000n, pending: { amount: 200_000n } });
  });

  it('has defaults and caps in the one currency of the market', () => {
    for (const { currencies, limits } of Object.values(currentMarketPolicy.markets)) {
      const used = [...limits.defaults, ...limits.stakeCaps].map(({ limit: { currency } }) => currency);
      if (used.length > 0) expect([...new Set(used)]).toEqual(currencies);
    }
  });
});

describe('periods', () => {
  it('fit what they limit', () => {
    expect(periodFits('stake', 'once') && !periodFits('stake', 'day')).toBe(true);
    expect(periodFits('deposit', 'day') && !periodFits('deposit', 'once')).toBe(true);
    expect(periodFits('session-time', 'day') && periodFits('session-time', 'once')).toBe(true);
  });

  it.each([
    // the night without 02:00, and the one that has it twice
    ['day', '2026-03-29T00:30:00Z', 'Europe/Malta', '2026-03-29T22:00:00.000Z'],
    ['day', '2026-10-25T00:30:00Z', 'Europe/Malta', '2026-10-25T23:00:00.000Z'],
    ['week', '2026-03-29T22:59:59Z', 'Europe/London', '2026-03-29T23:00:00.000Z'],
    ['week', '2026-03-29T23:00:00Z', 'Europe/London', '2026-04-05T23:00:00.000Z'],
    ['month', '2028-02-29T22:59:59Z', 'Europe/Stockholm', '2028-02-29T23:00:00.000Z'],
    ['month', '2026-12-31T23:30:00Z', 'Europe/Berlin', '2027-01-31T23:00:00.000Z'],
  ] as const)('the %s that holds %s in %s ends at %s', (period, at, zone, end) => {
    expect(periodEnd(period, new Date(at), zone).toISOString()).toBe(end);
  });
});
