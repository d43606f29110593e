import type {
  GameRoundClosed,
  RoundInterrupted,
  RoundMovementPosted,
  RoundState,
  RoundVoided,
} from '@baize/contracts';

/** A round as far as wallet events have told of it. */
export interface Round {
  readonly id: string;
  readonly brand: string;
  readonly playerId: string;
  readonly provider: string;
  readonly gameId: string;
  readonly providerRoundId: string;
  readonly sessionId?: string;
  readonly currency: string;
  /** The provider said that it is over; late wins may still come. */
  readonly closed: boolean;
  readonly bets: number;
  readonly betsRolledBack: number;
  /** Staked less rolled back, minor units. */
  readonly staked: bigint;
  readonly won: bigint;
  readonly openedAt: string;
  readonly closedAt?: string;
  /** When its last result came; absent while a stake waits for one. */
  readonly settledAt?: string;
  /** While it is open: when its time is up; once it is interrupted: when the policy ends it. */
  readonly dueAt: string;
  readonly interruptedAt?: string;
  /** Somebody or the policy voids it. */
  readonly voiding: boolean;
}

/** How long the rounds of a dialect take. */
export interface RoundTimes {
  /** A round that is open for longer is called interrupted. */
  readonly openForMs: number;
  /** Where no call says that a round is over: it is, when for so long nothing came after its last result. */
  readonly overAfterMs?: number;
}

export type MovementOfRound =
  | { readonly kind: 'bet' | 'win'; readonly movement: RoundMovementPosted }
  | {
      readonly kind: 'rollback';
      readonly originalKind: 'bet' | 'win';
      readonly movement: RoundMovementPosted;
    };

/** Voided once every bet was rolled back; closing alone never makes it so. */
export function stateOf(round: Round): RoundState {
  if (round.bets > 0 && round.betsRolledBack === round.bets) return 'voided';
  if (round.closed) return round.voiding && round.bets === 0 ? 'voided' : 'closed';
  return round.interruptedAt === undefined ? 'open' : 'interrupted';
}

/** The round that a first movement opens; undefined for awards outside any round. */
export function openRound(movement: RoundMovementPosted, { openForMs }: RoundTimes): Round | undefined {
  const { roundId, providerRoundId } = movement;
  if (roundId === undefined || providerRoundId === undefined) return undefined;
  return {
    id: roundId,
    brand: movement.brand,
    playerId: movement.playerId,
    provider: movement.provider,
    gameId: movement.gameId,
    providerRoundId,
    ...(movement.sessionId !== undefined && { sessionId: movement.sessionId }),
    currency: movement.currency,
    closed: false,
    bets: 0,
    betsRolledBack: 0,
    staked: 0n,
    won: 0n,
    openedAt: movement.committedAt,
    dueAt: later(movement.committedAt, openForMs),
    voiding: false,
  };
}

/**
 * Adds one movement. Wins after the close are added too: the close is when the provider said it, not a lock. A round
 * that was given up and moves again is open again.
 */
export function addMovement(
  round: Round,
  action: MovementOfRound,
  { openForMs, overAfterMs }: RoundTimes,
): Round {
  const { movement } = action;
  const amount = BigInt(movement.amount);
  const next: { -readonly [K in keyof Round]: Round[K] } = { ...round };
  const concerns = action.kind === 'rollback' ? action.originalKind : action.kind;
  if (concerns === 'win') next.won += amount;
  else next.staked -= amount;
  if (action.kind === 'bet') next.bets += 1;
  else if (action.kind === 'rollback' && concerns === 'bet') next.betsRolledBack += 1;
  next.sessionId ??= movement.sessionId;
  if (action.kind === 'win') next.settledAt = movement.committedAt;
  else if (action.kind === 'bet' || concerns === 'win') delete next.settledAt;
  const goesOn = next.interruptedAt !== undefined && !next.voiding;
  if (goesOn) delete next.interruptedAt;
  if (goesOn || overAfterMs !== undefined) {
    const moreMs = next.settledAt === undefined ? openForMs : (overAfterMs ?? openForMs);
    next.dueAt = later(movement.committedAt, moreMs);
  }
  return movement.roundClosed ? closeRound(next, movement.committedAt) : next;
}

/** The first close counts. */
export function closeRound(round: Round, at: string): Round {
  return round.closed ? round : { ...round, closed: true, closedAt: at };
}

/** Open for too long: from here on people look at it, and the policy voids it in the end. */
export function interruptRound(round: Round, at: string, voidAfterMs: number): Round {
  return { ...round, interruptedAt: at, dueAt: later(at, voidAfterMs) };
}

/** What is published of a change, by the state that the round came to; undefined where that is no news. */
export function newsOf(before: Round | undefined, after: Round, at: string): RoundNews | undefined {
  const state = stateOf(after);
  if (before && stateOf(before) === state) return undefined;
  switch (state) {
    case 'voided':
      return { state, fact: { ...idsOf(after), won: Number(after.won), voidedAt: at } };
    case 'interrupted':
      return {
        state,
        fact: { ...idsOf(after), staked: Number(after.staked), interruptedAt: at, voidsAt: after.dueAt },
      };
    case 'closed':
      // the close is only the first step of voiding it
      return after.voiding ? undefined : { state, fact: closedFact(after) };
    case 'open':
      return undefined;
  }
}

export type RoundNews =
  | { readonly state: 'closed'; readonly fact: GameRoundClosed }
  | { readonly state: 'voided'; readonly fact: RoundVoided }
  | { readonly state: 'interrupted'; readonly fact: RoundInterrupted };

function closedFact(round: Round): GameRoundClosed {
  const { staked, won, closedAt, openedAt } = round;
  return { ...idsOf(round), staked: Number(staked), won: Number(won), closedAt: closedAt ?? openedAt };
}

function idsOf({ id, playerId, brand, provider, gameId, providerRoundId, currency }: Round) {
  return { roundId: id, playerId, brand, provider, gameId, providerRoundId, currency };
}

function later(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
