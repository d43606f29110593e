import { Actor, Funds, IdempotencyKey, PageRequest } from './common';
import { command, query } from './contract';
import {
  Count,
  Currency,
  Flag,
  Id,
  ListOf,
  MinorUnits,
  Nested,
  OneOf,
  Optional,
  Text,
  Timestamp,
  UnsignedMinorUnits,
} from './fields';
import { movementKinds, type MovementKind } from './wallet';

/** In progress, complete, cancelled, interrupted, in the words of GLI-19 2.8.2. */
export const roundStates = ['open', 'closed', 'voided', 'interrupted'] as const;
export type RoundState = (typeof roundStates)[number];

/** What can be done with a round that its provider does not end. */
export const roundActions = ['resume', 'settle', 'void'] as const;
export type RoundAction = (typeof roundActions)[number];

export class GetRound {
  @Id() roundId: string;
  @Id() brand: string;
  /** Set when a player asks: someone else's round is not found. */
  @Optional() @Id() playerId?: string;
}
export class RoundActionDto {
  @Id() transactionId: string;
  @OneOf(movementKinds) kind: MovementKind;
  @MinorUnits() amount: number;
  @Nested(() => Funds) funds: Funds;
  @MinorUnits() balanceAfter: number;
  @Id() providerTxId: string;
  @Optional() @Id() referenceId?: string;
  @Optional() @OneOf(['promo', 'jackpot', 'free-round']) award?: 'promo' | 'jackpot' | 'free-round';
  /** What the player chose, where the provider says it. */
  @Optional() @Text(1_000) choice?: string;
  @Timestamp() at: string;
}
/** Stakes less what was rolled back, by the money that was staked; minor units. */
export class WageredDto {
  @UnsignedMinorUnits() real: number;
  /** Incentives: bonus money. */
  @UnsignedMinorUnits() bonus: number;
}
/** Wins less what was rolled back, by what they were paid for; minor units. */
export class WonDto {
  @UnsignedMinorUnits() game: number;
  @UnsignedMinorUnits() jackpot: number;
  @UnsignedMinorUnits() promo: number;
  @UnsignedMinorUnits() freeRounds: number;
}
/** What a person or the policy did with the round. */
export class RoundResolutionDto {
  @Id() id: string;
  @OneOf(roundActions) action: RoundAction;
  @Text(500) reason: string;
  /** `client:<name>`, or `system:policy`. */
  @Id() actor: string;
  @OneOf(['pending', 'done', 'refused']) status: 'pending' | 'done' | 'refused';
  /** Why the wallet refused it. */
  @Optional() @Text(100) refusal?: string;
  @Timestamp() at: string;
}
/** All that a recall of the game shows (GLI-19 v3.0 2.8.2 and 4.14). */
export class RoundDto {
  @Id() id: string;
  @Id() playerId: string;
  @Id() provider: string;
  @Id() gameId: string;
  @Id() providerRoundId: string;
  @Optional() @Id() sessionId?: string;
  @Currency() currency: string;
  @OneOf(roundStates) state: RoundState;
  /** Staked less rolled back, minor units. */
  @UnsignedMinorUnits() staked: number;
  @UnsignedMinorUnits() won: number;
  @Nested(() => WageredDto) wagered: WageredDto;
  @Nested(() => WonDto) wonBy: WonDto;
  /** Total of the wallet before the first and after the last action. */
  @MinorUnits() balanceAtStart: number;
  @MinorUnits() balanceAtEnd: number;
  /** The paytable that was played: the return to player of the game when the round opened, in basis points. */
  @Optional() @Count(10_000) rtpBasisPoints?: number;
  @Timestamp() openedAt: string;
  @Optional() @Timestamp() closedAt?: string;
  @Optional() @Timestamp() interruptedAt?: string;
  /** In the order in which they were posted; the first 1,000, in lists the first 100, or as many as a reply holds. */
  @ListOf(() => RoundActionDto, 1_000) actions: RoundActionDto[];
  /** Oldest first; left out in lists and for players. */
  @Optional() @ListOf(() => RoundResolutionDto, 100) resolutions?: RoundResolutionDto[];
}
export class ListPlayerRounds extends PageRequest {
  @Id() playerId: string;
  @Id() brand: string;
}
/** Rounds that are open for longer than their provider's rounds are, oldest first. */
export class ListStuckRounds extends PageRequest {
  @Id() brand: string;
  @Optional() @Id() provider?: string;
}
export class RoundPage {
  @ListOf(() => RoundDto, 200) items: RoundDto[];
  @Optional() @Text(512) nextCursor?: string;
}

/** Rounds that are no longer open, in the order in which they came to be as they are. */
export class ExportRounds extends PageRequest {
  @Id() brand: string;
  @Optional() @Id() provider?: string;
}
/** One line of the export. Asking on from its cursor gives what follows it. */
export class ExportedRound {
  @Text(512) cursor: string;
  @Nested(() => RoundDto) round: RoundDto;
}
export class RoundExportPage {
  @ListOf(() => ExportedRound, 200) items: ExportedRound[];
  /** Absent once there is nothing more at present. */
  @Optional() @Text(512) nextCursor?: string;
}

export class RoundResolutionForm {
  @OneOf(roundActions) action: RoundAction;
  @Text(500) reason: string;
  /** With `settle`: what the provider says was won and could not pay, minor units. */
  @Optional() @UnsignedMinorUnits() win?: number;
}
export class ResolveRound {
  @Id() roundId: string;
  @Id() brand: string;
  @Nested(() => RoundResolutionForm) form: RoundResolutionForm;
  @Nested(() => Actor) actor: Actor;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
}
/** The round shows how far it got; what is accepted is carried out, also after a crash. */
export class RoundResolved {
  @Id() id: string;
  @Id() roundId: string;
  @OneOf(roundActions) action: RoundAction;
  @Optional() @Flag() replayed?: boolean;
}

export const roundCommands = {
  resolveRound: command('game-sessions', 'resolve-round', {
    request: ResolveRound,
    reply: RoundResolved,
    callers: ['gateway'],
    description:
      'Resumes, settles or voids a round that its provider does not end; voiding returns all wagers.',
  }),
};
export const roundQueries = {
  getRound: query('game-sessions', 'get-round', {
    request: GetRound,
    reply: RoundDto,
    callers: ['gateway'],
    description: 'A round with every action in order.',
  }),
  listPlayerRounds: query('game-sessions', 'list-player-rounds', {
    request: ListPlayerRounds,
    reply: RoundPage,
    callers: ['gateway'],
    description: 'Rounds of a player, newest first.',
  }),
  listStuckRounds: query('game-sessions', 'list-stuck-rounds', {
    request: ListStuckRounds,
    reply: RoundPage,
    callers: ['gateway'],
    description: 'Rounds that are open for longer than the rounds of their provider are, oldest first.',
  }),
  exportRounds: query('game-sessions', 'export-rounds', {
    request: ExportRounds,
    reply: RoundExportPage,
    callers: ['gateway'],
    description: 'Rounds that are over, a page at a time; none is missed, and one that changes comes again.',
  }),
};
