import type { ExclusionRules, LimitRules } from './market-protection';
import type { GeoRules, KycRules } from './market-checks';

/** Fields of a registration that a market may ask for beyond those that the form itself requires. */
export type RequiredField = 'phone';

/** What a market (jurisdiction of residence) allows and demands. Every number is a default that an operator may tighten. */
export interface Market {
  readonly currencies: readonly string[];
  /** Completed years of life. */
  readonly minimumAge: number;
  /** IANA zone in which days, weeks and months of limits begin. */
  readonly timeZone: string;
  readonly requiredFields: readonly RequiredField[];
  readonly limits: LimitRules;
  readonly exclusions: ExclusionRules;
  readonly kyc: KycRules;
  readonly geo: GeoRules;
  readonly withdrawals: { readonly cancelAllowed: boolean };
}

/** A dated set of market rules; a player keeps the version that let it in. */
export interface MarketPolicy {
  readonly version: string;
  /** By ISO 3166-1 alpha-2; a country that is not here is closed. */
  readonly markets: Readonly<Record<string, Market>>;
  /** Worth of one whole unit in euro, as a decimal: what thresholds in another currency are compared with. */
  readonly euroRates: Readonly<Record<string, string>>;
}

/** The market of a country, or undefined where registration is closed. */
export function marketOf(policy: MarketPolicy, country: string): Market | undefined {
  return Object.hasOwn(policy.markets, country) ? policy.markets[country] : undefined;
}
