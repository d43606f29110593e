import type { Result } from '@baize/contracts';
import type { ListedGame } from './catalogue';

/** One HTTP request to a provider's own API, made by a pure function. */
export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** What follows the API's base, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back, whole. */
export interface ProviderReply {
  readonly status: number;
  readonly body: Buffer;
}

/** What the signatures of some dialects cover beside the content. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Hex, new for every request. */
  readonly nonce: string;
}

/** A part of a provider's list of games. */
export interface GameListPage {
  readonly games: readonly ListedGame[];
  /** How many games the whole list has, where the provider says it. */
  readonly total?: number;
  /** What `request` takes for the next part; absent on the last one. */
  readonly next?: string;
}

/** Free rounds as a provider is told of them. */
export interface FreeRoundOrder {
  /** Ours: asked again with the same one, a provider grants once. */
  readonly id: string;
  /** What the provider named the grant; absent until it did, and where it uses our id. */
  readonly reference?: string;
  readonly playerId: string;
  readonly providerGameId: string;
  readonly currency: string;
  readonly rounds: number;
  /** Of each round, minor units. */
  readonly stake: number;
  readonly startsAtMs: number;
  readonly expiresAtMs: number;
}

/** `unknown` is every answer that does not say what happened: the provider is asked again with the same id. */
export type OrderReply =
  | { readonly kind: 'done'; readonly reference?: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** How one act of free rounds is said and heard. The reader never throws. */
export interface FreeRoundAct {
  request(order: FreeRoundOrder, moment: Moment): ProviderRequest;
  read(reply: ProviderReply): OrderReply;
}

/**
 * What we ask of one provider, in its own words: pure builders of requests and readers of replies, with one brand's
 * keys in them. The requests are sent, timed and counted elsewhere, by one caller for all dialects.
 */
export interface ProviderApi {
  readonly gameList: {
    /** `page` is absent for the first part. */
    request(page: string | undefined, moment: Moment): ProviderRequest;
    /** The error says why the reply is not a list: an unreadable game makes the whole of it unreadable. Never throws. */
    read(reply: ProviderReply): Result<GameListPage, string>;
  };
  /** Absent in dialects that have none. */
  readonly freeRounds?: {
    /** Asked again with the same id, a provider says `done` and grants nothing more. */
    readonly grant: FreeRoundAct;
    /** `refused` when it is too late: the rounds are played, or were cancelled for another reason. */
    readonly cancel: FreeRoundAct;
  };
}
