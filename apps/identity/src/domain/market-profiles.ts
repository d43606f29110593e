import type { Money } from '@baize/money';
import type { GeoRule, KycTrigger } from './market-checks';
import type { Market } from './market-policy';

const eur = (amount: bigint): Money => ({ amount, currency: 'EUR' });
const gbp = (amount: bigint): Money => ({ amount, currency: 'GBP' });

const onHitsAndBands: readonly KycTrigger[] = [
  { on: 'sanctions-hit', checks: ['identity'] },
  { on: 'risk-band', bands: ['high'], checks: ['source-of-funds'] },
];

const lookOnly: GeoRule = { closedCountry: 'signal', otherCountry: 'signal', hosting: 'signal' };
const openCountriesOnly: GeoRule = { ...lookOnly, closedCountry: 'refuse' };
const noHosting: GeoRule = { ...openCountriesOnly, hosting: 'refuse' };

/** The platform's own rules, where no law of the market says more. */
export const defaultProfile: Omit<Market, 'currencies' | 'timeZone'> = {
  minimumAge: 18,
  requiredFields: [],
  limits: {
    defaults: [],
    stakeCaps: [],
    mandatoryBeforePlay: [],
    increase: { delayHours: 24, reconfirm: false, afterRunningPeriod: false },
    realityCheckMinutes: 60,
  },
  exclusions: {
    timeOut: { minimum: 'PT24H', maximum: 'P6W' },
    selfExclusion: { minimum: 'P6M', maximum: 'P5Y' },
    coolingOffHours: 24,
    register: null,
    registerMaximumAgeHours: 24,
  },
  kyc: {
    beforeGambling: [],
    unverifiedPlay: null,
    triggers: [
      { on: 'cumulative-deposits', threshold: eur(150_00n), windowDays: null, checks: ['identity', 'age'] },
      { on: 'first-withdrawal', checks: ['identity', 'age'] },
      ...onHitsAndBands,
    ],
    checkDeadlineHours: 720,
    vulnerability: null,
  },
  geo: { login: lookOnly, launch: openCountriesOnly, deposit: openCountriesOnly },
  withdrawals: { cancelAllowed: true },
};

/** Malta: MGA Player Protection Directive; 2,000 EUR by the Implementing Procedures of the FIAU. */
export const malta: Market = {
  ...defaultProfile,
  currencies: [],
  timeZone: 'Europe/Malta',
  kyc: {
    ...defaultProfile.kyc,
    triggers: [
      ...[null, 180].map((windowDays): KycTrigger => ({
        on: 'cumulative-deposits',
        threshold: eur(2_000_00n),
        windowDays,
        checks: ['identity', 'age', 'address'],
      })),
      { on: 'first-withdrawal', checks: ['identity', 'age'] },
      ...onHitsAndBands,
    ],
  },
};

/**
 * Great Britain: LCCP 17.1.1 (verified before gambling; a withdrawal triggers no check that could have come earlier,
 * so the first withdrawal is no trigger) and 3.4.4 (a look at the means of who pays in much), RTS 12 (limits), the stake
 * limits of 2025, GAMSTOP.
 */
export const greatBritain: Market = {
  ...defaultProfile,
  currencies: ['GBP'],
  timeZone: 'Europe/London',
  limits: {
    ...defaultProfile.limits,
    stakeCaps: [{ limit: gbp(5_00n) }, { limit: gbp(2_00n), ages: { from: 18, to: 24 } }],
    increase: { delayHours: 24, reconfirm: true, afterRunningPeriod: false },
  },
  exclusions: { ...defaultProfile.exclusions, register: 'GAMSTOP' },
  kyc: {
    ...defaultProfile.kyc,
    beforeGambling: ['identity', 'age', 'address'],
    triggers: onHitsAndBands,
    vulnerability: { netDeposits: gbp(150_00n), windowDays: 30, againAfterDays: 365 },
  },
  geo: { ...defaultProfile.geo, launch: noHosting, deposit: noHosting },
  withdrawals: { cancelAllowed: false },
};

/** Germany: Glücksspielstaatsvertrag 2021, sections 6a (72 h), 6c (1,000 EUR a month) and 22a (1 EUR a spin). */
export const germany: Market = {
  ...defaultProfile,
  currencies: ['EUR'],
  timeZone: 'Europe/Berlin',
  limits: {
    ...defaultProfile.limits,
    defaults: [{ kind: 'deposit', period: 'month', limit: eur(1_000_00n) }],
    stakeCaps: [{ limit: eur(1_00n) }],
    increase: { delayHours: 168, reconfirm: false, afterRunningPeriod: false },
  },
  exclusions: { ...defaultProfile.exclusions, register: 'OASIS' },
  kyc: {
    ...defaultProfile.kyc,
    unverifiedPlay: { hours: 72, maximumDeposits: eur(100_00n) },
    triggers: [
      { on: 'first-withdrawal', checks: ['identity', 'age', 'address'] },
      ...onHitsAndBands,
      {
        on: 'cumulative-deposits',
        threshold: eur(2_000_00n),
        windowDays: 180,
        checks: ['source-of-funds'],
      },
    ],
  },
  geo: { ...defaultProfile.geo, launch: noHosting, deposit: noHosting },
};

/** Sweden: Spellagen chapter 14, sections 7 and 8 (limits before play, 72 h), Spelpaus. */
export const sweden: Market = {
  ...defaultProfile,
  currencies: ['SEK'],
  timeZone: 'Europe/Stockholm',
  limits: {
    ...defaultProfile.limits,
    mandatoryBeforePlay: ['deposit'],
    increase: { delayHours: 72, reconfirm: false, afterRunningPeriod: true },
  },
  exclusions: { ...defaultProfile.exclusions, register: 'Spelpaus' },
  kyc: { ...defaultProfile.kyc, triggers: malta.kyc.triggers },
};

/** Spain: Real Decreto 1614/2011, annex; its third period is four weeks, which is kept as the calendar month. */
export const spain: Market = {
  ...defaultProfile,
  currencies: ['EUR'],
  timeZone: 'Europe/Madrid',
  limits: {
    ...defaultProfile.limits,
    defaults: [
      { kind: 'deposit', period: 'day', limit: eur(600_00n) },
      { kind: 'deposit', period: 'week', limit: eur(1_500_00n) },
      { kind: 'deposit', period: 'month', limit: eur(3_000_00n) },
    ],
  },
};
