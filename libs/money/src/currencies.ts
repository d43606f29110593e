/**
 * Decimal places of each currency's minor unit, as wallets carry it.
 *
 * Money: all of ISO 4217 list one as published 2024-06-25 that has a minor unit, the funds codes included, and XCG,
 * which came in 2025. SLL and ZWL are withdrawn, and stay because old accounts speak of them. Metals, bond units, XDR,
 * XSU, XUA, XTS and XXX have no minor unit and are no money of an account.
 *
 * Crypto: the unit that wallets and providers settle in, which is the chain's own up to nine places. Coins with more
 * (ETH, BNB, POL, AVAX, DAI have 18, DOT 10) are carried in billionths: 2^53-1 wei would be less than a hundredth of a
 * coin, and JSON carries no more. What is below a billionth stays outside, with whoever holds the coins.
 */
const exponents: Readonly<Record<string, number>> = {
  ...withExponent(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...withExponent(
    2,
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY ' +
      'COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ' +
      'IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD ' +
      'NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC ' +
      'SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL',
  ),
  ...withExponent(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...withExponent(4, 'CLF UYW'),
  ...withExponent(6, 'ADA EURC TRX USDC USDT XRP'),
  ...withExponent(7, 'XLM'),
  ...withExponent(8, 'BCH BTC DOGE LTC'),
  ...withExponent(9, 'AVAX BNB DAI DOT ETH POL SOL TON'),
};

function withExponent(exponent: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, exponent]));
}

/** Decimal places of the currency, or undefined for a currency that is not carried. */
export function exponentOf(currency: string): number | undefined {
  return Object.hasOwn(exponents, currency) ? exponents[currency] : undefined;
}

/** All carried currency codes, sorted. */
export const currencyCodes: readonly string[] = Object.keys(exponents).sort();
