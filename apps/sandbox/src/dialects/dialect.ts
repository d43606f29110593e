/** Names of the provider languages that the sandbox speaks. */
export const providerNames = [
  'softswiss',
  'evolution',
  'hub88',
  'slotegrator',
  'swipegames',
  'pragmatic',
  'playngo',
] as const;
export type ProviderName = (typeof providerNames)[number];

/** Who plays what, as the provider knows it. */
export interface Seat {
  readonly playerId: string;
  readonly currency: string;
  readonly providerGameId: string;
  /** What stands for the player's session: what the platform gave for the launch token, or that token itself. */
  session?: string;
}

export interface CallAction {
  readonly kind: 'bet' | 'win' | 'rollback';
  /** The provider's id as it will stand on the account. */
  readonly id: string;
  readonly amount: bigint;
  /** The bet that a win settles; the bet, or the win, that a rollback takes back. */
  readonly betId: string;
  /** A rollback of a win. */
  readonly undoes?: 'win';
}

/** What a provider wants to say, before it is put into its language. */
export type ProviderCall =
  | { readonly type: 'enter'; readonly token: string }
  | { readonly type: 'balance' }
  | {
      readonly type: 'play';
      readonly roundId: string;
      readonly finished: boolean;
      readonly actions: readonly CallAction[];
      readonly freeRounds?: FreeRounds;
    }
  | { readonly type: 'rollback'; readonly roundId: string; readonly actions: readonly CallAction[] }
  | {
      readonly type: 'promo';
      readonly id: string;
      readonly amount: bigint;
      /** It pays what all of them won. */
      readonly freeRounds?: FreeRounds;
    };

/** Granted rounds that a call is of: their stake is said and costs nothing. */
export interface FreeRounds {
  /** The provider's name for them. */
  readonly reference: string;
  /** How many were granted. */
  readonly count: number;
  /** The call is of the last of them. */
  readonly isLast: boolean;
}

/** One HTTP request, relative to the provider's callbacks base. */
export interface WireCall {
  /** Default POST; a GET has no body. */
  readonly method?: 'GET';
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How to say it wrongly on purpose. */
export interface Distortion {
  /** Stands in the place of every amount, as it is. */
  readonly amountText?: string;
  readonly secret?: 'wrong' | 'none';
  /** Makes the body unreadable before it is signed: `broken` for any reader, `deep` for one that trusts its depth. */
  readonly corrupt?: 'broken' | 'deep';
  readonly currency?: string;
  readonly playerId?: string;
}

/**
 * What became of one action. An acknowledged call may have moved nothing (its rollback came first); of a rollback some
 * languages leave it `untold`.
 */
export interface ActionOutcome {
  readonly id: string;
  readonly moved: boolean | 'untold';
  readonly transactionId?: string;
}

/** `unknown` is every answer that does not say what happened: faults, overload, broken connections. */
export type Verdict =
  | {
      readonly kind: 'accepted';
      readonly balance?: bigint;
      readonly outcomes: readonly ActionOutcome[];
      readonly session?: string;
    }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string };

/** `known`: the platform says that it has this movement already. */
export type RefusalReason = 'funds' | 'not-found' | 'settled' | 'known' | 'session' | 'other';

/** One provider's language: how it says things and how it reads the answers. Pure. */
export interface Dialect {
  readonly name: ProviderName;
  /** Several actions fit into one call. */
  readonly batches: boolean;
  /** Its ids are unique among all players, not only for each. */
  readonly idsUniqueAmongAll?: true;
  /** Rollbacks have an id of their own; otherwise they carry the bet's. */
  readonly rollbackHasOwnId: boolean;
  /** The launch token is exchanged by a first call. */
  readonly exchangesToken: boolean;
  /** A rollback can name a win. */
  readonly rollsBackWins?: true;
  /** A round is closed by a call of its own. */
  readonly closesApart?: true;
  /** What is told of free rounds: the bet and the win of each, the win of each, or what all of them won. */
  readonly freeRounds: 'bets-and-wins' | 'wins' | 'total';
  /** Bets and wins leave their currency to the session. */
  readonly currencyBySession?: true;
  encode(seat: Seat, call: ProviderCall, distortion?: Distortion): WireCall;
  decode(seat: Seat, call: ProviderCall, status: number, body: string): Verdict;
}

/** Credentials as `.stack/demo.json` names them. */
export type Credentials = Readonly<Record<string, string>>;
