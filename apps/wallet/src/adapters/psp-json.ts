import { parse } from 'lossless-json';

/** A JSON number as it was written: signatures cover its digits, and no double may touch an amount. */
export class NumberText {
  constructor(readonly text: string) {}
}
export type JsonObject = { readonly [key: string]: unknown };

// Deeper than any documented body, and shallow enough that a recursive walk never runs out of stack.
const maxDepth = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads raw bytes as one JSON object: strict UTF-8, bounded depth, no doubled or dangerous keys. Never throws. */
export function readJsonObject(body: Buffer | string): JsonObject | undefined {
  try {
    const text = typeof body === 'string' ? body : utf8.decode(body);
    if (exceedsDepth(text)) return undefined;
    const value = parse(text, undefined, { parseNumber: (digits) => new NumberText(digits) });
    return isObject(value) && !hasForbiddenKey(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
  );
}

export function objectAt(value: unknown, ...path: string[]): JsonObject | undefined {
  let found: unknown = value;
  for (const key of path) found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  return isObject(found) ? found : undefined;
}

const longestText = 512;

/** Text or the digits of a number, bounded; undefined for everything else and for nothing. */
export function textAt(value: unknown, ...path: string[]): string | undefined {
  const [last = '', ...parents] = path.toReversed();
  const holder = objectAt(value, ...parents.toReversed());
  const found = holder !== undefined && Object.hasOwn(holder, last) ? holder[last] : undefined;
  const text = found instanceof NumberText ? found.text : found;
  return typeof text === 'string' && text !== '' && text.length <= longestText ? text : undefined;
}

/** A non-negative integer without exponent or fraction, as PSPs write minor units. */
export function integerAt(value: unknown, ...path: string[]): bigint | undefined {
  const text = textAt(value, ...path);
  return text !== undefined && /^(0|[1-9]\d{0,17})$/.test(text) ? BigInt(text) : undefined;
}

function exceedsDepth(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      if (++depth > maxDepth) return true;
    } else if (character === '}' || character === ']') depth--;
  }
  return false;
}

function hasForbiddenKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasForbiddenKey);
  if (!isObject(value)) return false;
  return Object.keys(value).some((key) => forbiddenKeys.has(key) || hasForbiddenKey(value[key]));
}
