import { createHmac, timingSafeEqual } from 'node:crypto';

const TIMEOUT_MS = 4_000;
const MAX_BYTES = 256 * 1024;

/** The vendor did not answer, or not as agreed: what happened there is unknown. */
export class VendorFault extends Error {
  override readonly name = 'VendorFault';
}

/** One call to a vendor, bounded in time and size. Answers status and JSON. @throws VendorFault */
export async function callVendor(
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
): Promise<{ status: number; json: Record<string, unknown> }> {
  try {
    const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await answer.text();
    if (text.length > MAX_BYTES) throw new VendorFault('the answer is too long');
    if (answer.status >= 500 || answer.status === 429) throw new VendorFault(`answered ${answer.status}`);
    const json: unknown = text === '' ? {} : JSON.parse(text);
    return { status: answer.status, json: isObject(json) ? json : {} };
  } catch (error) {
    if (error instanceof VendorFault) throw error;
    throw new VendorFault(error instanceof Error ? error.message : 'no answer');
  }
}

export function hmacHex(algorithm: string, secret: string, data: string | Buffer): string {
  return createHmac(algorithm, secret).update(data).digest('hex');
}

/** Compares two digests in hex without telling by time how far they agree. */
export function isSameDigest(given: string | undefined, expected: string): boolean {
  const a = Buffer.from(given ?? '');
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as a JSON object; undefined for anything else. */
export function jsonOf(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A text of 1 to 200 characters; undefined for anything else. */
export function textAt(object: Record<string, unknown>, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' && value.length > 0 && value.length <= 200 ? value : undefined;
}

/** An object below, empty when there is none. */
export function objectAt(object: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = object[key];
  return isObject(value) ? value : {};
}
