import { refuse, type Result, type RoundAction } from '@baize/contracts';
import { stateOf, type Round } from './round';

/** What is done with rounds that their provider does not end; data of a dialect. */
export interface RoundPolicy {
  /** A round that is open for longer is called interrupted. */
  readonly openForMs: number;
  /** An interrupted round that nobody resolved is voided after so long. */
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
