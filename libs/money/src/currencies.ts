/**
 * Decimal places of each currency's minor unit.
 * Source: ISO 4217 list one (2024); for crypto the sub-unit that providers settle in (BTC satoshi; 18-decimal
 * coins are carried to 8 or 9 places, because 2^53 wei is less than a hundredth of a coin).
 */
const exponents: Readonly<Record<string, number>> = {
  ...withExponent(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...withExponent(
    2,
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE ' +
      'CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD ' +
      'KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR ' +
      'PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU ' +
      'UZS VED VES WST XCD YER ZAR ZMW ZWG',
  ),
  ...withExponent(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...withExponent(6, 'USDT USDC TRX XRP'),
  ...withExponent(8, 'BTC BCH LTC DOGE'),
  ...withExponent(9, 'ETH BNB SOL TON'),
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
