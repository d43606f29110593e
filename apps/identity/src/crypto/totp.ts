import { Secret, TOTP } from 'otpauth';

const PERIOD_SECONDS = 30;

/** RFC 6238 as authenticator apps do it: SHA-1, six digits, 30 s. */
export function totpOf(base32: string, label: string): TOTP {
  return new TOTP({ issuer: 'Baize', label, secret: Secret.fromBase32(base32), period: PERIOD_SECONDS });
}

/** The time step that a code belongs to, at most one off; undefined when it is of none. */
export function stepOfCode(base32: string, code: string, now: Date): number | undefined {
  const delta = totpOf(base32, '').validate({ token: code, timestamp: now.getTime(), window: 1 });
  return delta === null ? undefined : Math.floor(now.getTime() / 1_000 / PERIOD_SECONDS) + delta;
}
