import type { Credentials, ProviderName } from '../../../apps/sandbox/src/dialects/dialect';

/** A movement that the load generator asked for. */
export interface AskedMovement {
  readonly playerId: string;
  readonly kind: 'bet' | 'win';
  /** The provider's id: `action_id`. */
  readonly id: string;
  /** Minor units, never negative. */
  readonly amount: number;
  /** Absent when there was no good answer, so that it may have been posted or not. */
  readonly acknowledged?: true;
  /** Our id of it, where the dialect says it. */
  readonly transactionId?: string;
}

/** A target of load and the players that play there. */
export interface LoadTarget {
  /** Whose language is spoken. */
  readonly provider: ProviderName;
  /** Address of the provider's callbacks, without a slash at the end. */
  readonly url: string;
  readonly credentials: Credentials;
  /** The provider's id of the game. */
  readonly game: string;
  readonly currency: string;
  readonly playerIds: readonly string[];
  /** What the dialect presents for each player, where it has sessions. */
  readonly sessions?: readonly string[];
}

/** How a slice of load is played; without a rate as fast as answers come. */
export interface Pace {
  /** Calls, no faster than that. */
  readonly perSecond?: number;
  /** Rounds are left open after their bet. */
  readonly betsOnly?: boolean;
  /** Goes on until every player has played a round, however long that takes. */
  readonly everyPlayer?: boolean;
}

/** What the generator is told over IPC. */
export type LoadOrder =
  | {
      readonly order: 'aim';
      readonly side: string;
      readonly target: LoadTarget;
      readonly connections: number;
    }
  | ({ readonly order: 'fire'; readonly side: string; readonly seconds: number } & Pace)
  | { readonly order: 'account'; readonly side: string };

/** One slice of load. */
export interface LoadSlice {
  readonly answered: number;
  /** From the first call to the last answer. */
  readonly seconds: number;
  readonly latenciesMs: number[];
  /** Of the results of rounds alone: wins, zero wins too. */
  readonly resultLatenciesMs: number[];
  /** Answers other than 200, and broken connections; the first few in words. */
  readonly failed: number;
  readonly failures: string[];
}
