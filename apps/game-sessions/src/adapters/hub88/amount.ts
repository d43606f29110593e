import { exponentOf, maxMinor } from '@baize/money';
import { MalformedBody, NumberText, type JsonObject } from '../json-body';

/** Amounts are integers of 1/100,000 of a currency unit, whatever the currency. */
const decimals = 5;
const integerPattern = /^(0|[1-9]\d{0,21})$/;

/** Minor units of an amount; what is finer than the currency's smallest unit is refused. */
export function readAmount(from: JsonObject, key: string, currency: string): number {
  const value = from[key];
  if (!(value instanceof NumberText) || !integerPattern.test(value.text))
    throw new MalformedBody(`${key} must be an integer, zero or more`);
  const exponent = exponentOf(currency);
  if (exponent === undefined) throw new MalformedBody(`${key} is unknown-currency`);
  const units = BigInt(value.text);
  const divisor = 10n ** BigInt(Math.max(decimals - exponent, 0));
  if (units % divisor !== 0n) throw new MalformedBody(`${key} is excess-precision`);
  const minor = (units / divisor) * 10n ** BigInt(Math.max(exponent - decimals, 0));
  if (minor > maxMinor) throw new MalformedBody(`${key} is out-of-range`);
  return Number(minor);
}

/** Digits of a balance; what the dialect cannot show of finer currencies is left out of what there is to play with. */
export function writeAmount(minor: number, currency: string): string {
  const exponent = exponentOf(currency) ?? 0;
  const units = BigInt(minor) * 10n ** BigInt(Math.max(decimals - exponent, 0));
  const divisor = 10n ** BigInt(Math.max(exponent - decimals, 0));
  const floor = units / divisor - (units % divisor < 0n ? 1n : 0n);
  return floor.toString();
}
