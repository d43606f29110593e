import type { Market, MarketPolicy } from './market-policy';
import { defaultProfile, germany, greatBritain, malta, spain, sweden } from './market-profiles';

// Offered under the international licence; the nationally licensed markets pay in their own money only.
const international =
  'EUR USD GBP SEK NOK DKK PLN CZK HUF RON CHF CAD AUD NZD JPY BTC ETH LTC USDT USDC'.split(' ');

function national(currency: string, timeZone: string, minimumAge = 18): Market {
  return { ...defaultProfile, currencies: [currency], timeZone, minimumAge };
}

function licensedAbroad(timeZone: string, minimumAge = 18): Market {
  return { ...defaultProfile, currencies: international, timeZone, minimumAge };
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
    BE: national('EUR', 'Europe/Brussels', 21),
    DE: germany,
    DK: national('DKK', 'Europe/Copenhagen'),
    EE: national('EUR', 'Europe/Tallinn', 21),
    ES: spain,
    GB: greatBritain,
    GR: national('EUR', 'Europe/Athens', 21),
    LT: national('EUR', 'Europe/Vilnius', 21),
    LV: national('EUR', 'Europe/Riga', 21),
    PT: national('EUR', 'Europe/Lisbon'),
    SE: sweden,
    // under the international licence
    AT: licensedAbroad('Europe/Vienna'),
    BG: licensedAbroad('Europe/Sofia'),
    CA: licensedAbroad('America/Toronto', 19),
    CH: licensedAbroad('Europe/Zurich'),
    CY: licensedAbroad('Asia/Nicosia'),
    CZ: licensedAbroad('Europe/Prague'),
    FI: licensedAbroad('Europe/Helsinki'),
    HR: licensedAbroad('Europe/Zagreb'),
    HU: licensedAbroad('Europe/Budapest'),
    IE: licensedAbroad('Europe/Dublin'),
    IS: licensedAbroad('Atlantic/Reykjavik'),
    JP: licensedAbroad('Asia/Tokyo', 20),
    LI: licensedAbroad('Europe/Vaduz'),
    LU: licensedAbroad('Europe/Luxembourg'),
    MT: { ...malta, currencies: international },
    NO: licensedAbroad('Europe/Oslo'),
    NZ: licensedAbroad('Pacific/Auckland', 20),
    PL: licensedAbroad('Europe/Warsaw'),
    RO: licensedAbroad('Europe/Bucharest'),
    SI: licensedAbroad('Europe/Ljubljana'),
    SK: licensedAbroad('Europe/Bratislava'),
  },
  // Rounded; an operator pins its own treasury's. What was compared by them keeps the version.
  euroRates: {
    ...{ EUR: '1', USD: '0.86', GBP: '1.15', SEK: '0.092', NOK: '0.085', DKK: '0.1339', PLN: '0.237' },
    ...{
      CZK: '0.0412',
      HUF: '0.0026',
      RON: '0.1964',
      CHF: '1.074',
      CAD: '0.619',
      AUD: '0.575',
      NZD: '0.495',
    },
    ...{ JPY: '0.00545', BTC: '78000', ETH: '2600', LTC: '68', USDT: '0.86', USDC: '0.86' },
  },
};
