import { currencyCodes, exponentOf } from './currencies';
import { maxMinor } from './decimal';
import { minorUnits } from './fixtures/iso-4217.json';

describe('currencies', () => {
  it.each(Object.entries(minorUnits))('%s has the minor unit of ISO 4217: %s', (code, digits) => {
    expect(exponentOf(code)).toBe(digits ?? undefined);
  });

  it('carries at least nine million of every coin within 2^53-1', () => {
    const beyond = currencyCodes.filter((code) => !(code in minorUnits));
    expect(beyond).toEqual(expect.arrayContaining(['BTC', 'ETH', 'USDT']));
    for (const code of beyond)
      expect(maxMinor / 10n ** BigInt(exponentOf(code)!)).toBeGreaterThan(9_000_000n);
  });

  it('knows nothing that only looks like a currency', () => {
    for (const code of ['', 'eur', 'constructor', '__proto__', 'XXX'])
      expect(exponentOf(code)).toBeUndefined();
  });
});
