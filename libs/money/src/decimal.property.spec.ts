import fc from 'fast-check';
import { currencyCodes } from './currencies';
import { formatDecimal, maxMinor, parseDecimal } from './decimal';

it('reads back every amount that it writes, in every currency', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -maxMinor, max: maxMinor }),
      fc.constantFrom(...currencyCodes),
      (minor, currency) => {
        expect(parseDecimal(formatDecimal(minor, currency), currency, { allowNegative: true })).toEqual({
          ok: true,
          value: minor,
        });
      },
    ),
  );
});

it('never throws, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      expect(typeof parseDecimal(text, 'EUR').ok).toBe('boolean');
    }),
  );
});
