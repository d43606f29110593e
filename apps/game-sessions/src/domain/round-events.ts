import { gameSessionsEvents } from '@baize/contracts';
import type { Round, RoundNews } from './round';

/** The event of a round's change, ready for the outbox. */
export function roundEvent({ id, playerId }: Round, { state, fact }: RoundNews) {
  return { contract: contractOf[state], subject: id, partitionKey: playerId, data: fact };
}

const contractOf = {
  closed: gameSessionsEvents.roundClosed,
  voided: gameSessionsEvents.roundVoided,
  interrupted: gameSessionsEvents.roundInterrupted,
};
