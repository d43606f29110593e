import { createHash, randomBytes } from 'node:crypto';

/** The digests of a session's living tokens and their lives. */
export interface StoredTokens {
  readonly accessDigest: Buffer;
  readonly refreshDigest: Buffer;
  readonly accessSeconds: number;
  readonly refreshSeconds: number;
}

/** A fresh pair of tokens for their holder, and what is stored of them. */
export interface IssuedTokens {
  readonly tokens: { accessToken: string; refreshToken: string; expiresIn: number };
  readonly stored: StoredTokens;
}

/** 256 random bits each: too many to guess, so a plain SHA-256 is enough to store. */
export function issueTokens(lives: {
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
}): IssuedTokens {
  const accessToken = randomBytes(32).toString('base64url');
  const refreshToken = randomBytes(32).toString('base64url');
  return {
    tokens: { accessToken, refreshToken, expiresIn: lives.accessTokenSeconds },
    stored: {
      accessDigest: digestOf(accessToken),
      refreshDigest: digestOf(refreshToken),
      accessSeconds: lives.accessTokenSeconds,
      refreshSeconds: lives.refreshTokenSeconds,
    },
  };
}

export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
