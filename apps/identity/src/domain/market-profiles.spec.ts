import { currencyCodes } from '@baize/money';
import { currentMarketPolicy } from './market-policies';
import { marketOf, type Market } from './market-policy';

function market(country: string): Market {
  const found = marketOf(currentMarketPolicy, country);
  if (!found) throw new Error(`${country} is closed`);
  return found;
}
const markets = Object.entries(currentMarketPolicy.markets);
const eur = (amount: bigint) => ({ amount, currency: 'EUR' });
const gbp = (amount: bigint) => ({ amount, currency: 'GBP' });

describe('the market profiles', () => {
  it('count days in a time zone that exists', () => {
    for (const [, { timeZone }] of markets) {
      expect(new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone).toBeTruthy();
    }
  });

  it('have a rate for every currency in which anybody may hold an account', () => {
    const used = new Set(markets.flatMap(([, { currencies }]) => currencies));
    expect(used.size).toBeGreaterThan(10);
    for (const currency of used) {
      expect(currencyCodes).toContain(currency);
      expect(currentMarketPolicy.euroRates[currency]).toMatch(/^\d+(\.\d+)?$/);
    }
  });

  it('order checks at 150 EUR by default and at 2,000 EUR in Malta, for life and in 180 days', () => {
    const depositsOf = (country: string) =>
      market(country).kyc.triggers.flatMap((trigger) =>
        trigger.on === 'cumulative-deposits' ? [[trigger.threshold, trigger.windowDays]] : [],
      );
    expect(depositsOf('FI')).toEqual([[eur(15_000n), null]]);
    expect(depositsOf('MT')).toEqual([
      [eur(200_000n), null],
      [eur(200_000n), 180],
    ]);
  });

  it('hold Great Britain to verification first, GAMSTOP, stakes by age and 24 h with reconfirmation', () => {
    expect(market('GB')).toMatchObject({
      currencies: ['GBP'],
      limits: {
        stakeCaps: [{ limit: gbp(500n) }, { limit: gbp(200n), ages: { from: 18, to: 24 } }],
        increase: { delayHours: 24, reconfirm: true, afterRunningPeriod: false },
      },
      exclusions: { register: 'GAMSTOP' },
      kyc: {
        beforeGambling: ['identity', 'age', 'address'],
        vulnerability: { netDeposits: gbp(15_000n), windowDays: 30, againAfterDays: 365 },
      },
      withdrawals: { cancelAllowed: false },
    });
    // a withdrawal must not trigger what could have been asked before
    expect(market('GB').kyc.triggers.map(({ on }) => on)).not.toContain('first-withdrawal');
  });

  it('hold Germany to 72 hours, 100 EUR unverified, 1,000 EUR a month, 1 EUR stakes, 7 days and OASIS', () => {
    expect(market('DE')).toMatchObject({
      limits: {
        defaults: [{ kind: 'deposit', period: 'month', limit: eur(100_000n) }],
        stakeCaps: [{ limit: eur(100n) }],
        increase: { delayHours: 168 },
      },
      exclusions: { register: 'OASIS' },
      kyc: { unverifiedPlay: { hours: 72, maximumDeposits: eur(10_000n) } },
    });
  });

  it('hold Sweden to a deposit limit before play, 72 hours after the running period, and Spelpaus', () => {
    expect(market('SE')).toMatchObject({
      limits: {
        mandatoryBeforePlay: ['deposit'],
        increase: { delayHours: 72, afterRunningPeriod: true },
      },
      exclusions: { register: 'Spelpaus' },
    });
  });

  it.each(['MT', 'FI'])(
    'let %s raise a limit after 24 hours and exclude by the common durations',
    (country) => {
      expect(market(country)).toMatchObject({
        limits: { increase: { delayHours: 24, afterRunningPeriod: false }, realityCheckMinutes: 60 },
        exclusions: {
          timeOut: { minimum: 'PT24H', maximum: 'P6W' },
          selfExclusion: { minimum: 'P6M', maximum: 'P5Y' },
          coolingOffHours: 24,
          register: null,
        },
        withdrawals: { cancelAllowed: true },
      });
    },
  );
});
