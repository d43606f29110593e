import type { SessionEndReason } from '@baize/contracts';

/** A session as the hot path needs it. Times are epoch milliseconds. */
export interface GameSession {
  readonly id: string;
  readonly brand: string;
  readonly playerId: string;
  readonly provider: string;
  readonly gameId: string;
  readonly mode: 'real' | 'demo';
  readonly currency: string;
  readonly device?: string;
  readonly locale?: string;
  readonly startedAtMs: number;
  /** The end of its time, whatever is played in it. */
  readonly expiresAtMs: number;
  /** Ended when nothing was played for this long; never when left out. */
  readonly idleMinutes?: number;
  /** The player is told the time and the result so far this often. */
  readonly realityCheckMinutes?: number;
  /** The last movement that the projection has seen. */
  readonly lastActiveAtMs?: number;
  readonly endedAtMs?: number;
  readonly endReason?: SessionEndReason;
}

export function statusOf(session: GameSession, nowMs: number): 'open' | 'ended' | 'expired' {
  if (session.endReason === 'expired') return 'expired';
  if (session.endedAtMs !== undefined) return 'ended';
  return session.expiresAtMs <= nowMs ? 'expired' : 'open';
}

/** From the start to now, or to the end. */
export function elapsedMs(session: GameSession, nowMs: number): number {
  return Math.max(0, Math.min(nowMs, session.endedAtMs ?? session.expiresAtMs) - session.startedAtMs);
}

/** When the player is to be told next; undefined when the session is over or no rule asks for it. */
export function nextRealityCheckMs(session: GameSession, nowMs: number): number | undefined {
  if (session.realityCheckMinutes === undefined || statusOf(session, nowMs) !== 'open') return undefined;
  const intervalMs = session.realityCheckMinutes * 60_000;
  const checks = Math.floor((nowMs - session.startedAtMs) / intervalMs) + 1;
  return session.startedAtMs + checks * intervalMs;
}
