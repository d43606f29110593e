import { identityEvents, type PlayerRegistered, type PlayerSessionEnded } from '@baize/contracts';
import { activeTraceparent } from '@baize/messaging';
import { addToOutbox, type Db } from '@baize/persistence';
import type { ActivatedPlayer } from './players';
import { closeSession, type EndReason, type SessionOwner } from './sessions';

/** Says that a player registered. */
export async function recordRegistered(db: Db, player: ActivatedPlayer): Promise<void> {
  const { id: playerId, brand, country, currency, clickId, createdAt } = player;
  const data: PlayerRegistered = {
    playerId,
    brand,
    country,
    currency,
    registeredAt: createdAt.toISOString(),
  };
  if (clickId !== null) data.clickId = clickId;
  await record(db, 'playerRegistered', playerId, data);
}

/** Says that a player logged in. */
export async function recordSessionStarted(db: Db, owner: SessionOwner, startedAt: Date): Promise<void> {
  const { playerId, brand, sessionId } = owner;
  const data = { playerId, brand, sessionId, startedAt: startedAt.toISOString() };
  await record(db, 'playerSessionStarted', sessionId, data);
}

/** Ends a living session and says so; false when it had ended already. */
export async function endSession(db: Db, sessionId: string, reason: EndReason): Promise<boolean> {
  const ended = await closeSession(db, sessionId, reason);
  if (!ended) return false;
  const { playerId, brand, endedAt } = ended;
  const data: PlayerSessionEnded = { playerId, brand, sessionId, reason, endedAt: endedAt.toISOString() };
  await record(db, 'playerSessionEnded', sessionId, data);
  return true;
}

async function record(
  db: Db,
  event: keyof typeof identityEvents,
  subject: string,
  data: { playerId: string },
): Promise<void> {
  const contract = identityEvents[event];
  const traceparent = activeTraceparent();
  await addToOutbox(db, [{ contract, subject, partitionKey: data.playerId, data, traceparent }]);
}
