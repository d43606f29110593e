import { exponentOf } from './currencies';

/** Above this an amount cannot cross JSON exactly, so it is refused everywhere. */
export const maxMinor = BigInt(Number.MAX_SAFE_INTEGER);

export type DecimalError =
  'unknown-currency' | 'not-a-number' | 'negative' | 'excess-precision' | 'out-of-range';
export type ParsedAmount =
  { readonly ok: true; readonly value: bigint } | { readonly ok: false; readonly error: DecimalError };

// Bounded before it is matched: an exponent of a million zeros must not become a bigint.
const maxTextLength = 64;
const maxShift = 40;
const decimalPattern = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Reads a decimal as it stands in a provider's text (`10`, `10.00`, `0.1`, `1e1`) into minor units without ever
 * becoming a float. Trailing zeros are fine; a digit beyond the currency's exponent is `excess-precision`.
 */
export function parseDecimal(
  text: string,
  currency: string,
  options: { allowNegative?: boolean } = {},
): ParsedAmount {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return { ok: false, error: 'unknown-currency' };
  const match = text.length <= maxTextLength ? decimalPattern.exec(text) : null;
  if (!match) return { ok: false, error: 'not-a-number' };
  const [, sign, whole = '', fraction = '', scientific = '0'] = match;
  const shift = exponent + Number(scientific) - fraction.length;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return { ok: true, value: 0n };
  if (sign === '-' && !options.allowNegative) return { ok: false, error: 'negative' };
  if (shift > maxShift) return { ok: false, error: 'out-of-range' };
  if (shift < -2 * maxTextLength) return { ok: false, error: 'excess-precision' };
  const minor = scale(digits, shift);
  if (minor === undefined) return { ok: false, error: 'excess-precision' };
  if (minor > maxMinor) return { ok: false, error: 'out-of-range' };
  return { ok: true, value: sign === '-' ? -minor : minor };
}

function scale(digits: bigint, shift: number): bigint | undefined {
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return digits % divisor === 0n ? digits / divisor : undefined;
}

/** Writes minor units with exactly the currency's decimal places: 1050 EUR is `10.50`, 7 JPY is `7`. */
export function formatDecimal(minor: bigint, currency: string): string {
  const exponent = exponentOf(currency);
  if (exponent === undefined) throw new RangeError(`unknown currency ${currency}`);
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
