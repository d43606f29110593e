/** What a market (jurisdiction of residence) allows. */
export interface Market {
  readonly currencies: readonly string[];
  /** Completed years of life. */
  readonly minimumAge: number;
}

/** A dated set of market rules; a player keeps the version that let it in. */
export interface MarketPolicy {
  readonly version: string;
  /** By ISO 3166-1 alpha-2; a country that is not here is closed. */
  readonly markets: Readonly<Record<string, Market>>;
}

/** The market of a country, or undefined where registration is closed. */
export function marketOf(policy: MarketPolicy, country: string): Market | undefined {
  return Object.hasOwn(policy.markets, country) ? policy.markets[country] : undefined;
}
