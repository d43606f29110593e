import type { Market, MarketPolicy } from './market-policy';

// Offered under the international licence; the nationally licensed markets pay in their own money only.
const international = 'EUR USD GBP SEK NOK DKK PLN CZK HUF RON CHF CAD AUD NZD JPY BTC ETH LTC USDT USDC';

function market(currencies: string, minimumAge = 18): Market {
  return { currencies: currencies.split(' '), minimumAge };
}

/**
 * The rules of January 2026. The list is closed: the United States, Iran, North Korea, Syria, Cuba, Russia,
 * Belarus, Myanmar, Australia, France, the Netherlands and every other country that is not named are blocked.
 * Minimum ages: 21 for casino games in Estonia (Hasartmänguseadus § 34), Greece (Law 4002/2011), Latvia, Lithuania
 * and Belgium; Canada 19 by the strictest provinces, New Zealand 20 as for its casinos, else 18.
 */
export const marketPolicy202601: MarketPolicy = {
  version: '2026-01',
  markets: {
    // licensed nationally
    BE: market('EUR', 21),
    DE: market('EUR'),
    DK: market('DKK'),
    EE: market('EUR', 21),
    ES: market('EUR'),
    GB: market('GBP'),
    GR: market('EUR', 21),
    LT: market('EUR', 21),
    LV: market('EUR', 21),
    PT: market('EUR'),
    SE: market('SEK'),
    // under the international licence
    AT: market(international),
    BG: market(international),
    CA: market(international, 19),
    CH: market(international),
    CY: market(international),
    CZ: market(international),
    FI: market(international),
    HR: market(international),
    HU: market(international),
    IE: market(international),
    IS: market(international),
    JP: market(international, 20),
    LI: market(international),
    LU: market(international),
    MT: market(international),
    NO: market(international),
    NZ: market(international, 20),
    PL: market(international),
    RO: market(international),
    SI: market(international),
    SK: market(international),
  },
};
