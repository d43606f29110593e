import { gameSessionsEvents, type GameSessionEnded } from '@baize/contracts';
import type { GameSession } from './game-session';

/** The event of a session's end, ready for the outbox. */
export function sessionEnded(session: GameSession, reason: GameSessionEnded['reason'], endedAt: Date) {
  const { id: sessionId, playerId, brand } = session;
  return {
    contract: gameSessionsEvents.sessionEnded,
    subject: sessionId,
    partitionKey: playerId,
    data: { sessionId, playerId, brand, reason, endedAt: endedAt.toISOString() },
  };
}
