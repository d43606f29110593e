/** Trustly's names of the clearing houses whose accounts are IBANs. */
const names: Readonly<Record<string, string | undefined>> = {
  AT: 'AUSTRIA',
  BE: 'BELGIUM',
  BG: 'BULGARIA',
  HR: 'CROATIA',
  CY: 'CYPRUS',
  CZ: 'CZECH_REPUBLIC',
  DK: 'DENMARK',
  EE: 'ESTONIA',
  FI: 'FINLAND',
  FR: 'FRANCE',
  DE: 'GERMANY',
  GR: 'GREECE',
  HU: 'HUNGARY',
  IE: 'IRELAND',
  IT: 'ITALY',
  LV: 'LATVIA',
  LT: 'LITHUANIA',
  LU: 'LUXEMBOURG',
  MT: 'MALTA',
  NL: 'NETHERLANDS',
  NO: 'NORWAY',
  PL: 'POLAND',
  PT: 'PORTUGAL',
  RO: 'ROMANIA',
  SK: 'SLOVAKIA',
  SI: 'SLOVENIA',
  ES: 'SPAIN',
  SE: 'SWEDEN',
};

/** The clearing house of an IBAN; undefined when Trustly does not pay out to that country by IBAN. */
export function clearingHouseOf(iban: string): string | undefined {
  const country = iban.slice(0, 2).toUpperCase();
  return Object.hasOwn(names, country) ? names[country] : undefined;
}
