import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '@baize/persistence';
import type { GameSession } from './domain/game-session';
import {
  exchangeToken,
  findNewestSession,
  findSessionByHandle,
  findSessionByLaunchToken,
} from './store/sessions';

const maxCached = 20_000;
/** How long another replica's end of a session may go unseen; expiry itself is checked on every call. */
const cachedForMs = 2_000;

interface Cached {
  readonly session: GameSession;
  readonly until: number;
}

/** Sessions by what the provider presents, from memory where they were seen a moment ago. */
export class Sessions {
  private readonly cache = new Map<string, Cached>();

  constructor(private readonly database: Database) {}

  /** The session behind a presented value, ended and expired ones too; undefined for another brand's or provider's. */
  async find(brand: string, provider: string, presented: string): Promise<GameSession | undefined> {
    const hash = hashOfToken(presented);
    const key = hash.toString('base64');
    const cached = this.cache.get(key);
    const session =
      cached && cached.until > Date.now() ? cached.session : await findSessionByHandle(this.database, hash);
    if (session !== cached?.session) this.remember(key, session);
    return session?.brand === brand && session.provider === provider ? session : undefined;
  }

  /** The newest session of a player at a provider; never from memory, as a launch may have been a moment ago. */
  newestOf(brand: string, provider: string, playerId: string): Promise<GameSession | undefined> {
    return findNewestSession(this.database, { brand, provider, playerId });
  }

  /** The session whose launch token waits to be exchanged; undefined when the token is not (or no longer) good. */
  findLaunched(
    brand: string,
    provider: string,
    token: string,
    playerId?: string,
  ): Promise<GameSession | undefined> {
    const wanted = { brand, provider, tokenHash: hashOfToken(token) };
    return findSessionByLaunchToken(this.database, playerId === undefined ? wanted : { ...wanted, playerId });
  }

  /** Exchanges a one-use launch token for a session value; undefined when it is not (or no longer) good. */
  async exchange(
    brand: string,
    provider: string,
    token: string,
    playerId?: string,
  ): Promise<string | undefined> {
    const handle = newToken();
    const wanted = {
      brand,
      provider,
      tokenHash: hashOfToken(token),
      handleHash: hashOfToken(handle),
      ...(playerId !== undefined && { playerId }),
    };
    return (await exchangeToken(this.database, wanted)) ? handle : undefined;
  }

  /** Forgets a session that this process ended. */
  forget(sessionId: string): void {
    for (const [key, { session }] of this.cache) if (session.id === sessionId) this.cache.delete(key);
  }

  /** Forgets the sessions of restricted players, which have ended: from memory they could go on for a moment. */
  forgetPlayers(playerIds: readonly string[]): void {
    const ended = new Set(playerIds);
    for (const [key, { session }] of this.cache) if (ended.has(session.playerId)) this.cache.delete(key);
  }

  private remember(key: string, session: GameSession | undefined): void {
    this.cache.delete(key);
    if (!session) return;
    if (this.cache.size >= maxCached) {
      const oldest = this.cache.keys().next();
      if (!oldest.done) this.cache.delete(oldest.value);
    }
    this.cache.set(key, { session, until: Date.now() + cachedForMs });
  }
}

/** 256 random bits, safe in URLs. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. Tokens are random, so a plain digest is enough. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
