import { hash, timingSafeEqual } from 'node:crypto';
import type { ProviderCall } from '../domain/dialect';

/** The one value of a header; undefined when it is missing or repeated, as a second one could hide the first. */
export function singleHeader(call: ProviderCall, lowerCaseName: string): string | undefined {
  let found: string | undefined;
  for (const header of call.headers) {
    if (header.name.length !== lowerCaseName.length || header.name.toLowerCase() !== lowerCaseName) continue;
    if (found !== undefined) return undefined;
    found = header.value;
  }
  return found;
}

/** The one value of a query parameter, percent-decoded exactly once; undefined when missing, repeated or not decodable. */
export function singleQueryParameter(query: string, name: string): string | undefined {
  let found: string | undefined;
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const key = percentDecoded(equals < 0 ? pair : pair.slice(0, equals));
    if (key !== name) continue;
    if (found !== undefined) return undefined;
    found = equals < 0 ? '' : percentDecoded(pair.slice(equals + 1));
    if (found === undefined) return undefined;
  }
  return found;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Compares in constant time; the lengths of signatures are public, so a wrong one may end early. */
export function equalText(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A digest to compare secrets by, so that not even their length shows in the time taken. */
export function secretDigest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** One named secret of a provider's configuration. */
export function requireSecret(config: Readonly<Record<string, unknown>>, key: string, minLength = 8): string {
  const value = config[key];
  if (typeof value !== 'string' || value.length < minLength)
    throw new Error(`"${key}" must be text of at least ${minLength} characters`);
  return value;
}
