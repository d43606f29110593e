import type {
  BalanceDto,
  CallbackPriorityRule,
  ErrorCode,
  GameAction,
  MovementsPosted,
  PostingRules,
  Result,
} from '@baize/contracts';
import type { ProviderApi } from './provider-api';
import type { KeptCall } from './kept-call';
import type { RoundPolicy } from './round-policy';

/** A provider's call as it came in; the body is the raw bytes that signatures cover. */
export interface ProviderCall {
  readonly method: string;
  /** What follows the provider's base, such as `/play`. */
  readonly path: string;
  /** The raw query string without `?`. */
  readonly query: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: Buffer;
}

/** A decimal as it was written, for dialects that leave the currency of their amounts to the session. */
export interface DecimalText {
  readonly decimal: string;
}

/** An action whose amount is minor units, or a decimal of the session's currency. */
export type ProviderAction = Omit<GameAction, 'amount'> & { readonly amount?: number | DecimalText };

/**
 * What the call asks for, free of any dialect. Decoders write it out: to spread other objects into one so wide takes
 * V8 longer than all else that they do.
 */
export interface ProviderCommand {
  /**
   * `exchange-token` turns the launch token into a session value, `check-session` asks whether one is live,
   * `balance` moves nothing, `post` moves money or closes a round.
   */
  readonly intent: 'exchange-token' | 'check-session' | 'balance' | 'post';
  /** On a hand-shake whose answer says how much there is to play with. */
  readonly withBalance?: true;
  /**
   * The value that the dialect presents after launch; absent where the dialect has no sessions. Where it has them
   * and a call leaves it out, the newest session of the player at the provider stands for it.
   */
  readonly session?: string;
  /** Absent where the session says who plays. */
  readonly playerId?: string;
  readonly currency?: string;
  readonly providerGameId?: string;
  readonly providerRoundId?: string;
  readonly closeRound: boolean;
  readonly actions: readonly ProviderAction[];
  /** On a call that belongs to free rounds. */
  readonly freeRounds?: FreeRoundsWord;
  /** The provider's own id of this call, for dialects that want it back. */
  readonly callId?: string;
}

/** What a call tells of free rounds beside its money. */
export interface FreeRoundsWord {
  /** The id that we granted them with, or the provider's own name for them. */
  readonly reference: string;
  /** How many rounds this call plays. */
  readonly rounds: 0 | 1;
  /** The win is what all of them won: what their results have paid already is not paid again. */
  readonly isTotal?: true;
  /** They are over. */
  readonly finished?: 'completed' | 'expired' | 'cancelled';
}

/** What became of a call; the dialect turns it into its own words. */
export type Outcome =
  | {
      readonly kind: 'posted';
      readonly posted: MovementsPosted;
      /** The session of the call had ended or expired. */
      readonly sessionOver?: true;
    }
  | { readonly kind: 'balance'; readonly balance: BalanceDto }
  | {
      readonly kind: 'session';
      readonly session: string;
      readonly playerId: string;
      /** Where the command asked for it. */
      readonly balance?: BalanceDto;
    }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly at: string;
      readonly balance?: BalanceDto;
      /** The session that was presented was good once: it ended or expired. */
      readonly sessionOver?: true;
    }
  | ({ readonly kind: 'malformed' } & Malformed)
  | { readonly kind: 'unauthenticated' }
  /** Our side failed or ran out of time: never a statement about the player's money. */
  | { readonly kind: 'fault' };

export interface DialectAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Why a call cannot be understood, and its id when that much was readable. */
export interface Malformed {
  readonly detail: string;
  readonly callId?: string;
}

/**
 * One provider's way of speaking: data and pure functions. A dialect never reaches the wallet, sessions or a
 * database; adding one is a folder and a line in the registry.
 */
export interface Dialect {
  readonly provider: string;
  /** `player` where movement ids are unique per player only. */
  readonly idScope: 'player' | 'provider';
  /** What the launch token becomes: the first call exchanges it, or it is the session itself, or nobody presents it. */
  readonly launchToken: 'exchanged-once' | 'is-session' | 'not-presented';
  readonly rules: PostingRules;
  readonly rounds: RoundPolicy;
  /** What of a quarantined call is kept and shown. */
  readonly kept: KeptCall;
  /** How urgent each kind of call is when there is more than can be served; the first match wins. */
  readonly priorities: readonly CallbackPriorityRule[];
  /**
   * Prepares the keys of one brand once and answers the check of a raw call's authenticity, in constant time;
   * the clock, in epoch milliseconds, is for dialects whose signatures age.
   * Throws a message that names what the configuration lacks.
   */
  verifier(credentials: Readonly<Record<string, unknown>>): (call: ProviderCall, nowMs: number) => boolean;
  /** Never throws; bounded in time and depth by the size of the body. */
  decode(call: ProviderCall): Result<ProviderCommand, Malformed>;
  /** `command` is absent when the call was not decoded. */
  answer(outcome: Outcome, command?: ProviderCommand): DialectAnswer;
  /** How we ask the provider, with one brand's credentials. Throws a message that names what they lack. */
  api(credentials: Readonly<Record<string, unknown>>): ProviderApi;
}
