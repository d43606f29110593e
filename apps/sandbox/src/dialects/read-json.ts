import { parseDecimal } from '@baize/money';

/** The answer as an object, or undefined when it is none. */
export function readObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The digits of a number as they stand in the text: a float never touches them. */
export function readNumberText(body: string, name: string): string | undefined {
  return new RegExp(`"${name}"\\s*:\\s*(-?[0-9][0-9.eE+-]*)`).exec(body)?.[1];
}

/** Minor units of a decimal number of the answer. */
export function readDecimal(body: string, name: string, currency: string): bigint | undefined {
  return minorOf(readNumberText(body, name), currency);
}

/** Minor units of a decimal that an answer shows; undefined when it is none. */
export function minorOf(text: string | undefined, currency: string): bigint | undefined {
  if (text === undefined) return undefined;
  const parsed = parseDecimal(text, currency, { allowNegative: true });
  return parsed.ok ? parsed.value : undefined;
}

/** Deeper than any honest body; small enough to be read at all. */
export const nesting = 2_000;

export function corruptJson(body: string, how: 'broken' | 'deep' | undefined): string {
  if (how === undefined) return body;
  const open = body.slice(0, -1);
  return how === 'broken' ? open : `${open},"x":${'['.repeat(nesting)}${']'.repeat(nesting)}}`;
}
