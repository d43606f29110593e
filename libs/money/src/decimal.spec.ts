import { formatDecimal, maxMinor, parseDecimal } from './decimal';

describe('parseDecimal', () => {
  test.each([
    ['10', 'EUR', 1000n],
    ['10.00', 'EUR', 1000n],
    ['10.000000', 'EUR', 1000n],
    ['0.1', 'EUR', 10n],
    ['0.10', 'EUR', 10n],
    ['1e1', 'EUR', 1000n],
    ['1.5E-1', 'EUR', 15n],
    ['0', 'EUR', 0n],
    ['-0', 'EUR', 0n],
    ['0e999', 'EUR', 0n],
    ['7', 'JPY', 7n],
    ['1.234', 'KWD', 1234n],
    ['0.00000001', 'BTC', 1n],
    ['90071992547409.91', 'EUR', maxMinor],
  ])('%s %s', (text, currency, minor) => {
    expect(parseDecimal(text, currency)).toEqual({ ok: true, value: minor });
  });

  test.each([
    ['0.001', 'EUR', 'excess-precision'],
    ['1e-999', 'EUR', 'excess-precision'],
    ['0.5', 'JPY', 'excess-precision'],
    ['-1', 'EUR', 'negative'],
    ['NaN', 'EUR', 'not-a-number'],
    ['Infinity', 'EUR', 'not-a-number'],
    ['', 'EUR', 'not-a-number'],
    ['0x10', 'EUR', 'not-a-number'],
    ['1,5', 'EUR', 'not-a-number'],
    ['1_0', 'EUR', 'not-a-number'],
    [' 1', 'EUR', 'not-a-number'],
    ['.5', 'EUR', 'not-a-number'],
    ['1'.repeat(65), 'EUR', 'not-a-number'],
    ['90071992547409.92', 'EUR', 'out-of-range'],
    ['1e999', 'EUR', 'out-of-range'],
    ['1', 'XXX', 'unknown-currency'],
    ['1', '__proto__', 'unknown-currency'],
  ])('%s %s is %s', (text, currency, error) => {
    expect(parseDecimal(text, currency)).toEqual({ ok: false, error });
  });

  it('allows a sign where it is asked for', () => {
    expect(parseDecimal('-1.5', 'EUR', { allowNegative: true })).toEqual({ ok: true, value: -150n });
  });
});

describe('formatDecimal', () => {
  test.each([
    [1050n, 'EUR', '10.50'],
    [-5n, 'EUR', '-0.05'],
    [7n, 'JPY', '7'],
    [1n, 'BTC', '0.00000001'],
  ])('%s %s', (minor, currency, text) => {
    expect(formatDecimal(minor, currency)).toBe(text);
  });
});
