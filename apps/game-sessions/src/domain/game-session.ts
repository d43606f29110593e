/** A session as the hot path needs it. Times are epoch milliseconds. */
export interface GameSession {
  readonly id: string;
  readonly brand: string;
  readonly playerId: string;
  readonly provider: string;
  readonly gameId: string;
  readonly mode: 'real' | 'demo';
  readonly currency: string;
  readonly startedAtMs: number;
  readonly expiresAtMs: number;
  readonly endedAtMs?: number;
  readonly endReason?: SessionEndReason;
}
export type SessionEndReason = 'player' | 'operator' | 'expired' | 'restricted';

export function statusOf(session: GameSession, nowMs: number): 'open' | 'ended' | 'expired' {
  if (session.endReason === 'expired') return 'expired';
  if (session.endedAtMs !== undefined) return 'ended';
  return session.expiresAtMs <= nowMs ? 'expired' : 'open';
}
