import fc from 'fast-check';
import {
  hear,
  impedimentsOfKyc,
  levelOf,
  microEuros,
  missingChecks,
  reachedByDeposits,
  reachedByNetDeposits,
  triggerName,
} from './kyc';
import type { CheckKind } from './market-checks';
import { currentMarketPolicy as policy } from './market-policies';
import { marketOf } from './market-policy';

const rulesOf = (country: string) => {
  const market = marketOf(policy, country);
  if (!market) throw new Error(`${country} is closed`);
  return market.kyc;
};
const now = new Date('2026-11-26T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const day = 86_400_000;
const deposit = (amount: bigint, currency = 'EUR', at = now) => ({
  microEuros: microEuros({ amount, currency }, policy).microEuros,
  confirmedAt: at,
});
const reached = (country: string, ...deposits: ReturnType<typeof deposit>[]) =>
  reachedByDeposits(rulesOf(country), deposits, policy, now).map(({ trigger }) => triggerName(trigger));

describe('deposit thresholds', () => {
  const both = ['deposits-200000-EUR-lifetime', 'deposits-200000-EUR-180d'];
  it.each([
    ['1,999.99', [deposit(199_999n)], []],
    ['2,000.00', [deposit(200_000n)], both],
    ['1,999.99 and 0.01', [deposit(199_999n), deposit(1n)], both],
    ['many small ones', Array.from({ length: 200 }, () => deposit(1_000n)), both],
    ['many small ones but one', Array.from({ length: 199 }, () => deposit(1_000n)), []],
    [
      'half of it 180 days ago to the second',
      [deposit(100_000n), deposit(100_000n, 'EUR', ago(180 * day))],
      both.slice(0, 1),
    ],
    [
      'half of it a second later',
      [deposit(100_000n), deposit(100_000n, 'EUR', ago(180 * day - 1_000))],
      both,
    ],
    ['other money below: 1,739.12 GBP at 1.15 is 1,999.988', [deposit(173_912n, 'GBP')], []],
    ['other money at: 1,739.14 GBP is 2,000.011', [deposit(173_914n, 'GBP')], both],
    ['yen, which have no cents: 366,972 at 0.00545 is 1,999.997', [deposit(366_972n, 'JPY')], []],
    ['yen: 366,973 is 2,000.003', [deposit(366_973n, 'JPY')], both],
    ['money of eight decimals: 0.02564102 BTC is 1,999.9996', [deposit(2_564_102n, 'BTC')], []],
    ['mixed', [deposit(100_000n), deposit(86_957n, 'GBP')], both],
  ])('Malta: %s', (_what, deposits, names) => {
    expect(reached('MT', ...deposits)).toEqual(names);
  });

  it.each([
    [14_999n, []],
    [15_000n, ['deposits-15000-EUR-lifetime']],
  ])('the default: %d', (amount, names) => {
    expect(reached('FI', deposit(amount))).toEqual(names);
  });

  it('never depends on how or in which order a sum was paid in', () => {
    const cents = fc.array(fc.bigInt({ min: 1n, max: 60_000n }), { maxLength: 30 });
    fc.assert(
      fc.property(cents, (amounts) => {
        const sum = amounts.reduce((total, amount) => total + amount, 0n);
        const names = reached('MT', ...amounts.map((amount) => deposit(amount)));
        expect(names).toEqual(sum >= 200_000n ? both : []);
        expect(reached('MT', ...amounts.reverse().map((amount) => deposit(amount)))).toEqual(names);
      }),
    );
  });
});

describe('net deposits', () => {
  const looked = (country: string, ...movements: [bigint, Date?][]) => {
    const worth = ([amount, at = now]: [bigint, Date?]) => {
      return { ...deposit(amount < 0n ? -amount : amount, 'GBP', at), isOut: amount < 0n };
    };
    const all = movements.map(worth);
    const paid = { in: all.filter(({ isOut }) => !isOut), out: all.filter(({ isOut }) => isOut) };
    return reachedByNetDeposits(rulesOf(country), paid, policy, now)?.name;
  };
  const reachedName = 'net-deposits-15000-GBP-30d';
  it.each<[string, [bigint, Date?][], string | undefined]>([
    ['149.99 GBP', [[14_999n]], undefined],
    ['150.00', [[15_000n]], reachedName],
    ['in two', [[14_999n], [1n]], reachedName],
    ['of which a penny was paid out', [[15_000n], [-1n]], undefined],
    ['half of it 30 days ago to the second', [[7_500n], [7_500n, ago(30 * day)]], undefined],
    ['half of it a second later', [[7_500n], [7_500n, ago(30 * day - 1_000)]], reachedName],
    ['paid out 30 days ago', [[15_000n], [-15_000n, ago(30 * day)]], reachedName],
  ])('in Great Britain %s', (_what, movements, name) => {
    expect(looked('GB', ...movements)).toBe(name);
  });

  it('want no look elsewhere', () => {
    expect(looked('MT', [10_000_000n])).toBeUndefined();
  });
});

describe('unverified play', () => {
  const standing = (changes: object = {}) => ({
    ...{ registeredAt: ago(1_000), passed: [] as CheckKind[], depositedMicroEuros: 0n },
    ...changes,
  });
  const reasons = (country: string, changes: object = {}) =>
    impedimentsOfKyc(rulesOf(country), standing(changes), policy, now).map(({ reason }) => reason);
  const hour = 3_600_000;

  it.each([
    ['at once', {}, []],
    ['at 71:59:59', { registeredAt: ago(72 * hour - 1_000) }, []],
    ['at 72:00:00', { registeredAt: ago(72 * hour) }, ['identity.kyc-required']],
    ['at 72:00:00, identified', { registeredAt: ago(72 * hour), passed: ['identity'] }, []],
    ['with 99.99 paid in', { depositedMicroEuros: 99_990_000n }, []],
    ['with 100.00 paid in', { depositedMicroEuros: 100_000_000n }, ['identity.unverified-deposits']],
    ['paying in 100.00', { wantedMicroEuros: 100_000_000n }, []],
    ['paying in 100.01', { wantedMicroEuros: 100_010_000n }, ['identity.unverified-deposits']],
    ['paying in 0.01 to 99.99', { depositedMicroEuros: 99_990_000n, wantedMicroEuros: 10_000n }, []],
    [
      'paying in 0.02 to 99.99',
      { depositedMicroEuros: 99_990_000n, wantedMicroEuros: 20_000n },
      ['identity.unverified-deposits'],
    ],
  ])('Germany: %s', (_when, changes, expected) => {
    expect(reasons('DE', changes)).toEqual(expected);
  });

  it.each([
    [[], ['identity.kyc-required']],
    [['age', 'address'], ['identity.kyc-required']],
    [['identity', 'address'], []],
  ])('Great Britain verifies first: %j', (passed, expected) => {
    expect(reasons('GB', { passed })).toEqual(expected);
  });

  it('asks nothing of Malta before play', () => {
    expect(reasons('MT', { registeredAt: ago(900 * day), depositedMicroEuros: 10n ** 12n })).toEqual([]);
  });
});

describe('levels', () => {
  it.each<[CheckKind[], string]>([
    [[], 'none'],
    [['address'], 'none'],
    [['age'], 'basic'],
    [['identity'], 'basic'],
    [['identity', 'address'], 'verified'],
    [['source-of-funds', 'identity'], 'basic'],
    [['identity', 'address', 'source-of-funds'], 'enhanced'],
  ])('%j is %s', (passed, level) => {
    expect(levelOf(passed)).toBe(level);
  });

  it('asks each missing check once; an identity document says the age', () => {
    expect(
      missingChecks(
        [
          ['identity', 'age'],
          ['address', 'identity'],
        ],
        ['identity'],
      ),
    ).toEqual(['address']);
  });
});

describe('the words of a vendor', () => {
  const check = { status: 'pending' as const, createdAt: ago(day), decidedAt: null };
  const decided = { ...check, status: 'approved' as const, decidedAt: ago(1_000) };
  it.each([
    ['a decision', check, { outcome: 'approved' as const, at: now }, 'apply'],
    ['pending again', check, { outcome: 'pending' as const, at: now }, 'nothing'],
    ['the decision again', decided, { outcome: 'approved' as const, at: ago(1_000) }, 'nothing'],
    ['an older decision late', decided, { outcome: 'declined' as const, at: ago(5_000) }, 'nothing'],
    ['the decision, said later', decided, { outcome: 'approved' as const, at: now }, 'nothing'],
    ['a newer decision', decided, { outcome: 'declined' as const, at: now }, 'apply'],
    ['pending late', decided, { outcome: 'pending' as const, at: now }, 'nothing'],
    ['something from before the check', check, { outcome: 'approved' as const, at: ago(2 * day) }, 'stale'],
  ])('%s', (_what, known, word, heard) => {
    expect(hear(known, word)).toBe(heard);
  });
});
