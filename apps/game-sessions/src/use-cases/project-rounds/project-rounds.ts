import {
  gameSessionsEvents,
  type RollbackTombstoned,
  type RoundClosed,
  type RoundMovementPosted,
  type TransactionRolledBack,
} from '@baize/contracts';
import { addToOutbox, type Db, type NewEvent } from '@baize/persistence';
import {
  addMovement,
  closeRound,
  newsOf,
  openRound,
  type MovementOfRound,
  type Round,
  type RoundTimes,
} from '../../domain/round';
import { roundEvent } from '../../domain/round-events';
import type { RoundPolicy } from '../../domain/round-policy';
import { insertActions } from '../../store/round-actions';
import { lockRounds, saveRounds } from '../../store/rounds';
import { takeBackUses } from '../../free-round-log';
import { findSessionsOfRounds, touchSessions } from '../../store/sessions';

/** The wallet events that rounds are made of. */
export type RoundEvent =
  | { readonly type: 'bet-placed' | 'win-credited'; readonly data: RoundMovementPosted }
  | { readonly type: 'transaction-rolled-back'; readonly data: TransactionRolledBack }
  | { readonly type: 'rollback-tombstoned'; readonly data: RollbackTombstoned }
  | { readonly type: 'round-closed'; readonly data: RoundClosed };

/**
 * Folds a batch of wallet events into rounds: each round is read and written once, whatever the batch holds of it.
 * Exactly once is the caller's inbox; the order within a player is the events'.
 */
export async function projectRounds(
  db: Db,
  events: readonly RoundEvent[],
  policyOf: (provider: string) => RoundPolicy,
): Promise<void> {
  const published = await foldRounds(db, events, policyOf);
  // behind rounds and sessions, before the outbox: everybody locks in this order
  await takeBackUses(db, rolledBack(events));
  await addToOutbox(db, published);
}

/** Answers what is to be published of it. */
async function foldRounds(
  db: Db,
  events: readonly RoundEvent[],
  policyOf: (provider: string) => RoundPolicy,
): Promise<NewEvent[]> {
  const touching = events.filter((event) => event.data.roundId !== undefined);
  const ids = [...new Set(touching.map((event) => event.data.roundId ?? ''))];
  if (ids.length === 0) return [];
  const rounds = new Map((await lockRounds(db, ids)).map((round) => [round.id, round]));
  const published: NewEvent[] = [];
  const actions: MovementOfRound[] = [];
  const changed = new Map<string, Round>();
  for (const event of touching) {
    const before = rounds.get(event.data.roundId ?? '');
    const { after, action } = fold(before, event, policyOf);
    if (!after) continue;
    if (action) actions.push(action);
    if (!before) published.push(opened(after));
    const news = newsOf(before, after, event.data.committedAt);
    if (news) published.push(roundEvent(after, news));
    rounds.set(after.id, after);
    changed.set(after.id, after);
  }
  if (changed.size === 0) return published;
  const saved = await withSessions(db, [...changed.values()]);
  await saveRounds(db, saved);
  await insertActions(db, actions);
  await touchSessions(db, lastPlayed(saved, actions));
  return published;
}

/** Our ids of what was taken back. */
function rolledBack(events: readonly RoundEvent[]): string[] {
  return events.flatMap(({ type, data }) =>
    type === 'transaction-rolled-back' && data.referenceId !== undefined ? [data.referenceId] : [],
  );
}

/** The sessions that were played in, each with its last movement; sorted, as two batches may share some. */
function lastPlayed(rounds: readonly Round[], actions: readonly MovementOfRound[]) {
  const sessionOf = new Map(rounds.map(({ id, sessionId }) => [id, sessionId]));
  const last = new Map<string, string>();
  for (const { movement } of actions) {
    const id = movement.sessionId ?? sessionOf.get(movement.roundId ?? '');
    if (id !== undefined && movement.committedAt > (last.get(id) ?? '')) last.set(id, movement.committedAt);
  }
  return [...last].map(([id, at]) => ({ id, at })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Dialects without sessions leave it to us whose session a round belongs to. */
async function withSessions(db: Db, rounds: readonly Round[]): Promise<Round[]> {
  const without = rounds.filter(({ sessionId }) => sessionId === undefined);
  if (without.length === 0) return [...rounds];
  const found = await findSessionsOfRounds(db, without);
  return rounds.map((round) => {
    const sessionId = round.sessionId ?? found.get(round.id);
    return sessionId === undefined ? round : { ...round, sessionId };
  });
}

function fold(
  before: Round | undefined,
  event: RoundEvent,
  policyOf: (provider: string) => RoundPolicy,
): { after?: Round | undefined; action?: MovementOfRound } {
  const times = policyOf(event.data.provider);
  switch (event.type) {
    case 'rollback-tombstoned':
      return {}; // nothing moved, so there is nothing to show in the round
    case 'round-closed':
      return before ? { after: closeRound(before, event.data.committedAt) } : {};
    case 'bet-placed':
    case 'win-credited':
      return add(before, { kind: event.type === 'bet-placed' ? 'bet' : 'win', movement: event.data }, times);
    case 'transaction-rolled-back':
      return add(
        before,
        { kind: 'rollback', originalKind: event.data.originalKind, movement: event.data },
        times,
      );
  }
}

function add(before: Round | undefined, action: MovementOfRound, times: RoundTimes) {
  const round = before ?? openRound(action.movement, times);
  return round ? { after: addMovement(round, action, times), action } : {};
}

function opened(round: Round): NewEvent {
  const { id: roundId, playerId, brand, provider, gameId, providerRoundId, currency, openedAt } = round;
  return {
    contract: gameSessionsEvents.roundOpened,
    subject: roundId,
    partitionKey: playerId,
    data: { roundId, playerId, brand, provider, gameId, providerRoundId, currency, openedAt },
  };
}
