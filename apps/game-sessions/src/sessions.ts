import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '@baize/persistence';
import { Chores, type Logger } from '@baize/runtime';
import { statusOf, type GameSession } from './domain/game-session';
import { SessionMemory } from './session-memory';
import {
  exchangeToken,
  findChangedSessions,
  findNewestSession,
  findSessionByHandle,
  findSessionByLaunchToken,
} from './store/sessions';

/** How often it is looked for sessions that changed, which other replicas may have done. */
const lookEveryMs = 500;
/** How long after a look sessions are taken from memory, and so how long a change may go unseen at most. */
const trustedForMs = 2_000;
/** More than these at once are not told apart: everything is read again. */
const maxChanged = 1_000;

/**
 * Sessions by what the provider presents, from memory while that can be relied upon: it is looked for those that
 * changed again and again, and without an answer the database is read for every call.
 */
export class Sessions {
  private readonly memory = new SessionMemory(trustedForMs);
  /** Every change of transactions before this one has been seen. */
  private horizon: string | undefined;

  constructor(private readonly database: Database) {}

  /** The session behind a presented value, ended and expired ones too; undefined for another brand's or provider's. */
  async find(brand: string, provider: string, presented: string): Promise<GameSession | undefined> {
    const hash = hashOfToken(presented);
    const key = hash.toString('base64');
    const session = this.memory.find(key)?.session ?? (await this.read(key, hash));
    return session?.brand === brand && session.provider === provider ? session : undefined;
  }

  /**
   * The newest session for real money of a player at a provider, of those that are open if any is; never from memory,
   * as a launch may have been a moment ago.
   */
  newestOf(brand: string, provider: string, playerId: string): Promise<GameSession | undefined> {
    return findNewestSession(this.database, { brand, provider, playerId });
  }

  /**
   * Whether all that the player ever launched at a provider for real money is over; from memory while one is open, or
   * while nothing was launched.
   */
  async areOver(brand: string, provider: string, playerId: string): Promise<boolean> {
    const key = `${brand} ${provider} ${playerId}`;
    const known = this.memory.find(key);
    if (known && !isOver(known.session)) return false;
    const mark = this.memory.mark();
    const session = await this.newestOf(brand, provider, playerId);
    this.memory.keep(key, { playerId, ...(session && { session }) }, mark);
    return isOver(session);
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

  /** After a commit that ended or shortened sessions of these players; other replicas see it when they look. */
  forget(playerIds: readonly string[]): void {
    this.memory.forget(playerIds);
  }

  /** Forgets what changed since the last look. */
  async look(): Promise<void> {
    const atMs = this.memory.now();
    const { horizon, playerIds } = await findChangedSessions(this.database, this.horizon, maxChanged);
    if (this.horizon === undefined || playerIds.length === maxChanged) this.memory.forgetAll();
    else this.memory.forget(playerIds);
    this.horizon = horizon;
    this.memory.trustFrom(atMs);
  }

  private async read(key: string, hash: Buffer): Promise<GameSession | undefined> {
    const mark = this.memory.mark();
    const session = await findSessionByHandle(this.database, hash);
    if (session) this.memory.keep(key, { playerId: session.playerId, session }, mark);
    return session;
  }
}

/** Who was kept out by a restriction may go on once it is lifted: until then the wallet takes no bets. */
function isOver(session: GameSession | undefined): boolean {
  return (
    session !== undefined && session.endReason !== 'restricted' && statusOf(session, Date.now()) !== 'open'
  );
}

/** Keeps the memory of a process good. */
export function watchSessions(sessions: Sessions, log: Logger): Chores {
  return new Chores({ 'look for sessions that changed': () => sessions.look() }, lookEveryMs, log);
}

/** 256 random bits, safe in URLs. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. Tokens are random, so a plain digest is enough. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
