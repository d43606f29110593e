import { parseDecimal } from '@baize/money';
import type { DecimalText } from '../domain/dialect';
import { isObject, MalformedBody, NumberText, type JsonObject } from './json-body';

const maxIdLength = 128;
// NUL cannot be stored and half a surrogate pair would be stored as another character, so that two ids become one.
const unstorable = /\p{Control}|\p{Surrogate}/u;
const everyUnstorable = /\p{Control}|\p{Surrogate}/gu;
const maxChoiceLength = 1_000;
const currencyPattern = /^[A-Z0-9]{3,10}$/;
const decimalPattern = /^\d{1,30}(?:\.\d{1,30})?$/;
const integerPattern = /^(0|[1-9]\d{0,15})$/;

/** An identifier: text, or a whole number whose digits are kept as they were written. */
export function readId(from: JsonObject, key: string): string {
  const value = from[key];
  const id = value instanceof NumberText && /^\d+$/.test(value.text) ? value.text : value;
  if (typeof id !== 'string' || id.length === 0 || id.length > maxIdLength || unstorable.test(id))
    throw new MalformedBody(`${key} must be 1 to ${maxIdLength} printable characters`);
  return id;
}

/** As `readId`, but absent and null read as undefined. */
export function readOptionalId(from: JsonObject, key: string): string | undefined {
  return from[key] === undefined || from[key] === null ? undefined : readId(from, key);
}

export function readCurrency(from: JsonObject, key: string): string {
  const value = from[key];
  if (typeof value !== 'string' || !currencyPattern.test(value))
    throw new MalformedBody(`${key} must be a currency code`);
  return value;
}

export function readFlag(from: JsonObject, key: string): boolean {
  const value = from[key];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw new MalformedBody(`${key} must be true or false`);
  return value;
}

export function readObject(from: JsonObject, key: string): JsonObject {
  const value = from[key];
  if (!isObject(value)) throw new MalformedBody(`${key} must be an object`);
  return value;
}

/** Integer minor units, zero or more, at most 2^53-1. */
export function readMinorUnits(from: JsonObject, key: string): number {
  const value = from[key];
  const amount = value instanceof NumberText && integerPattern.test(value.text) ? Number(value.text) : NaN;
  if (!Number.isSafeInteger(amount))
    throw new MalformedBody(`${key} must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
  return amount;
}

/** A decimal JSON number of whole currency units, as minor units; never goes through a float. */
export function readDecimalAmount(from: JsonObject, key: string, currency: string): number {
  const value = from[key];
  if (!(value instanceof NumberText)) throw new MalformedBody(`${key} must be a number`);
  const parsed = parseDecimal(value.text, currency);
  if (!parsed.ok) throw new MalformedBody(`${key} is ${parsed.error}`);
  return Number(parsed.value);
}

/** Text with a plain decimal of zero or more; what its currency makes of it is seen where the currency is known. */
export function readDecimalText(from: JsonObject, key: string): DecimalText {
  const value = from[key];
  if (typeof value !== 'string' || !decimalPattern.test(value))
    throw new MalformedBody(`${key} must be a decimal`);
  return { decimal: value };
}

/** What the player chose, cut to what is kept of it; without characters that cannot be stored. */
export function boundedChoice(text: string): string {
  return text.slice(0, maxChoiceLength).replaceAll(everyUnstorable, ' ');
}
