import type { GeoRule, GeoVerdict } from './market-checks';
import { marketOf, type MarketPolicy } from './market-policy';

/** What is known of an address; a private one has no country. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined;
  readonly isHosting: boolean;
}

export type GeoReason = 'closed-country' | 'other-country' | 'hosting-network';

/** What a place means for an action: every reason that counts, and the strictest verdict of them. */
export function decidePlace(
  rule: GeoRule,
  place: Place,
  residence: string,
  policy: MarketPolicy,
): { verdict: GeoVerdict; reasons: GeoReason[] } {
  const { country, isHosting } = place;
  const found: [GeoReason, GeoVerdict][] = [];
  if (country !== undefined && country !== residence) {
    const isOpen = marketOf(policy, country) !== undefined;
    found.push(isOpen ? ['other-country', rule.otherCountry] : ['closed-country', rule.closedCountry]);
  }
  if (isHosting) found.push(['hosting-network', rule.hosting]);
  const counting = found.filter(([, verdict]) => verdict !== 'allow');
  const isRefused = counting.some(([, verdict]) => verdict === 'refuse');
  const verdict = isRefused ? 'refuse' : counting.length > 0 ? 'signal' : 'allow';
  return { verdict, reasons: counting.map(([reason]) => reason) };
}
