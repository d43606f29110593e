import type { GameRoundClosed, RoundMovementPosted } from '@baize/contracts';

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
}

export type MovementOfRound =
  | { readonly kind: 'bet' | 'win'; readonly movement: RoundMovementPosted }
  | {
      readonly kind: 'rollback';
      readonly originalKind: 'bet' | 'win';
      readonly movement: RoundMovementPosted;
    };

/** Voided once every bet was rolled back; closing alone never makes it so. */
export function stateOf(round: Round): 'open' | 'closed' | 'voided' {
  if (round.bets > 0 && round.betsRolledBack === round.bets) return 'voided';
  return round.closed ? 'closed' : 'open';
}

/** The round that a first movement opens; undefined for awards outside any round. */
export function openRound(movement: RoundMovementPosted): Round | undefined {
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
  };
}

/** Adds one movement. Wins after the close are added too: the close is when the provider said it, not a lock. */
export function addMovement(round: Round, action: MovementOfRound): Round {
  const { movement } = action;
  const amount = BigInt(movement.amount);
  const next: { -readonly [K in keyof Round]: Round[K] } = { ...round };
  const concerns = action.kind === 'rollback' ? action.originalKind : action.kind;
  if (concerns === 'win') next.won += amount;
  else next.staked -= amount;
  if (action.kind === 'bet') next.bets += 1;
  else if (action.kind === 'rollback' && concerns === 'bet') next.betsRolledBack += 1;
  next.sessionId ??= movement.sessionId;
  return movement.roundClosed ? closeRound(next, movement.committedAt) : next;
}

/** The first close counts. */
export function closeRound(round: Round, at: string): Round {
  return round.closed ? round : { ...round, closed: true, closedAt: at };
}

/** What is published when a round is over. */
export function roundClosedFact(round: Round): GameRoundClosed {
  return {
    roundId: round.id,
    playerId: round.playerId,
    brand: round.brand,
    provider: round.provider,
    gameId: round.gameId,
    providerRoundId: round.providerRoundId,
    currency: round.currency,
    staked: Number(round.staked),
    won: Number(round.won),
    closedAt: round.closedAt ?? round.openedAt,
  };
}
