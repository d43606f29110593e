import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { err, ok, type Refusal, type Result } from '@baize/contracts';

/** A request as its sender signed it. */
export interface SignedRequest {
  method: string;
  /** As sent: percent escapes untouched, no query. */
  path: string;
  /** As sent, without `?`. */
  query: string;
  body: Uint8Array;
  keyId: string | undefined;
  timestamp: string | undefined;
  nonce: string | undefined;
  signature: string | undefined;
}

/** How far a sender's clock may be off. */
const signatureToleranceSeconds = 300;

/** The text that X-Signature covers. */
export function canonicalText(request: SignedRequest): string {
  return [
    'v1',
    request.method.toUpperCase(),
    request.path,
    canonicalQuery(request.query),
    createHash('sha256').update(request.body).digest('hex'),
    request.timestamp,
    request.nonce,
    request.keyId,
  ].join('\n');
}

/** Pairs decoded, encoded again by RFC 3986 and sorted by name, then by value, in byte order. */
export function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return at < 0 ? [recode(pair), ''] : [recode(pair.slice(0, at)), recode(pair.slice(at + 1))];
  });
  pairs.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Byte by byte, so that escapes that are no UTF-8 still have one form. */
function recode(text: string): string {
  let out = '';
  const bytes = Buffer.from(text, 'utf8');
  for (let i = 0; i < bytes.length; i++) {
    const escape = bytes[i] === 0x25 ? /^[0-9A-Fa-f]{2}/.exec(bytes.toString('latin1', i + 1, i + 3)) : null;
    const byte = escape ? parseInt(escape[0], 16) : (bytes[i] ?? 0);
    if (escape) i += 2;
    const char = String.fromCharCode(byte);
    out += /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** Lower-case hex HMAC-SHA256 of the canonical text. */
export function signatureOf(secret: string, request: SignedRequest): string {
  return createHmac('sha256', secret).update(canonicalText(request)).digest('hex');
}

/**
 * Authenticity of a signed request but for its nonce, which the caller must claim afterwards:
 * claiming first would let anyone burn nonces.
 */
export function verifySignature<Key extends { secret: string }>(
  request: SignedRequest,
  keys: ReadonlyMap<string, Key>,
  now: Date,
): Result<Key> {
  const { keyId, timestamp, nonce, signature } = request;
  if (!keyId || !timestamp || !nonce || !signature) {
    return refused(
      'auth.missing-credentials',
      'Send X-Key-Id, X-Timestamp, X-Nonce and X-Signature together.',
    );
  }
  if (!/^[0-9]{1,12}$/.test(timestamp)) {
    return refused('auth.stale-timestamp', 'X-Timestamp is in unix seconds.');
  }
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > signatureToleranceSeconds) {
    return refused('auth.stale-timestamp', `X-Timestamp is more than ${signatureToleranceSeconds} s off.`);
  }
  const key = keys.get(keyId);
  // An unknown key costs the same work, so that time does not tell which keys exist.
  const expected = signatureOf(key?.secret ?? 'unknown', request);
  if (!equal(expected, signature) || !key || !/^[\x21-\x7e]{1,128}$/.test(nonce)) {
    return refused('auth.invalid-signature', 'The signature does not match this request.');
  }
  return ok(key);
}

/** Compares in constant time. */
export function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')];
  return x.length === y.length && timingSafeEqual(x, y);
}

function refused(code: Refusal['code'], detail: string): Result<never> {
  return err({ code, detail });
}
