import { err, ok, type Result } from '@baize/contracts';
import { parse } from 'lossless-json';
import type { Malformed } from '../domain/dialect';

/** A JSON number as it was written: providers send ids above 2^53 and decimals that no double holds. */
export class NumberText {
  constructor(readonly text: string) {}
}
export type JsonObject = { readonly [key: string]: unknown };

/** Thrown while a body is read and turned into a result by `decoding`; never leaves the adapters. */
export class MalformedBody extends Error {
  constructor(
    message: string,
    readonly callId?: string,
  ) {
    super(message);
  }
}

/** Runs a decoder whose field readers throw `MalformedBody`. */
export function decoding<T>(read: () => T): Result<T, Malformed> {
  try {
    return ok(read());
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
    return err({ detail: error.message, ...(error.callId !== undefined && { callId: error.callId }) });
  }
}

// Deeper than any documented body by far, and shallow enough that no recursive parser runs out of stack.
const maxDepth = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// Escapes can hide a key, so any of them sends the body through the full walk as well.
const suspicious = /__proto__|constructor|prototype|\\u/;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads raw bytes as one JSON object: strict UTF-8, bounded depth, no duplicate or prototype-pollution keys. */
export function readJsonObject(body: Buffer): JsonObject {
  if (exceedsDepth(body)) throw new MalformedBody(`the body nests deeper than ${maxDepth}`);
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(body);
  } catch {
    throw new MalformedBody('the body is not UTF-8');
  }
  try {
    value = parse(text, undefined, { parseNumber: (digits) => new NumberText(digits) });
  } catch {
    throw new MalformedBody('the body is not valid JSON');
  }
  if (suspicious.test(text) && hasForbiddenKey(value))
    throw new MalformedBody('the body has a forbidden key');
  if (!isObject(value)) throw new MalformedBody('the body is not a JSON object');
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
  );
}

/** Whether brackets nest deeper than any documented body does; true of all that a recursive walk must not meet. */
export function exceedsDepth(body: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

function hasForbiddenKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasForbiddenKey);
  if (!isObject(value)) return false;
  return Object.keys(value).some((key) => forbiddenKeys.has(key) || hasForbiddenKey(value[key]));
}
