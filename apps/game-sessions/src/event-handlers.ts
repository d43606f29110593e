import { walletEvents } from '@baize/contracts';
import { EventHandlers, onEvents, type EventEnvelope } from '@baize/messaging';
import { roundPolicyOf } from './providers';
import { projectRounds, type RoundEvent } from './use-cases/project-rounds/project-rounds';

const eventPattern = /^wallet\.event\.([a-z-]+)\.v1$/;

/** What this service does with events: for its consumer and for its dead-letter command. */
export function eventHandlers(): EventHandlers {
  const { betPlaced, winCredited, transactionRolledBack, rollbackTombstoned, roundClosed } = walletEvents;
  return new EventHandlers('game-sessions', [
    onEvents([betPlaced, winCredited, transactionRolledBack, rollbackTombstoned, roundClosed], (db, events) =>
      projectRounds(db, events.map(toRoundEvent), roundPolicyOf),
    ),
  ]);
}

function toRoundEvent(event: EventEnvelope): RoundEvent {
  return { type: eventPattern.exec(event.type)?.[1], data: event.data } as RoundEvent;
}
