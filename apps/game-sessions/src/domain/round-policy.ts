import { refuse, type Result, type RoundAction } from '@baize/contracts';
import { closeRound, interruptRound, stateOf, type Round, type RoundTimes } from './round';

/** What is done with rounds that their provider does not end; data of a dialect. */
export interface RoundPolicy extends RoundTimes {
  /** An interrupted round that nobody resolved is ended after so long: see `endOfInterrupted`. */
  readonly voidAfterMs: number;
  /**
   * Whether voiding takes back what the round has won, too. All wagers are returned either way (GLI-19 v3.0 A.6);
   * promotions, jackpots and free rounds are always left to the player.
   */
  readonly voidWins: 'take-back' | 'keep';
}

const hourMs = 3_600_000;

/**
 * Providers retry a result for up to 24 hours before they leave it to reconciliation, and a live table settles within
 * its evening. Three days more are for the people who reconcile.
 */
export const roundPolicies = {
  slots: { openForMs: 24 * hourMs, voidAfterMs: 72 * hourMs, voidWins: 'take-back' },
  live: { openForMs: 6 * hourMs, voidAfterMs: 72 * hourMs, voidWins: 'take-back' },
} as const satisfies Record<string, RoundPolicy>;

/** For dialects that never say that a round is over; a pause between two results is shorter. */
export const overAfterMs = hourMs / 4;

/** An open round whose time is up: over where its results say it, else people are to look at it. */
export function timeIsUp(round: Round, at: string, policy: RoundPolicy): Round {
  return policy.overAfterMs !== undefined && round.settledAt !== undefined
    ? closeRound(round, round.settledAt)
    : interruptRound(round, at, policy.voidAfterMs);
}

/**
 * What the policy does with an interrupted round that nobody resolved. A stake without a result goes back. One that has
 * its result was played: only the word that the round is over is missing, and no wager or win of it is touched.
 */
export function endOfInterrupted(round: Round): 'void' | 'settle' {
  return round.settledAt === undefined ? 'void' : 'settle';
}

/** Whether an action fits the round as it is. */
export function mayResolve(round: Round, action: RoundAction): Result<undefined> {
  const state = stateOf(round);
  if (state !== 'open' && state !== 'interrupted')
    return refuse('game-sessions.round-over', `The round is ${state}: there is nothing to resolve.`);
  if (action === 'resume' && state !== 'interrupted')
    return refuse('game-sessions.round-not-interrupted', 'The round is open and goes on as it is.');
  return { ok: true, value: undefined };
}

/** An interrupted round goes on, with its time before it again. */
export function resumeRound(round: Round, dueAt: string): Round {
  const { interruptedAt: _interruptedAt, ...rest } = round;
  return { ...rest, dueAt };
}

/** Our ids for what voiding and settling post: the same for every try, so that each moves money once. */
export const voidedId = (transactionId: string) => `void:${transactionId}`;
export const settledId = (resolutionId: string) => `settle:${resolutionId}`;
