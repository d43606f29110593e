import { Actor, Done, Funds, HealthReply, HealthRequest, PageRequest } from './common';
import { command, query } from './contract';
import {
  Count,
  Country,
  Currency,
  Flag,
  Id,
  ListOf,
  Locale,
  MinorUnits,
  Nested,
  OneOf,
  Optional,
  Text,
  TextList,
  Timestamp,
  UnsignedMinorUnits,
  WebAddress,
} from './fields';
import { movementKinds, type MovementKind } from './wallet';

export class HeaderDto {
  @Text(100) name: string;
  @Text(4_096, 0) value: string;
}

/** A provider's call as it came in. The body is kept byte for byte: signatures cover raw bytes. */
export class HandleCallback {
  @Id() brand: string;
  @Id() provider: string;
  @OneOf(['GET', 'POST']) method: 'GET' | 'POST';
  /** What follows the provider's base, such as `/play`; `/` for the base itself. */
  @Text(200) path: string;
  /** The raw query string without `?`. */
  @Text(4_096, 0) query: string;
  @ListOf(() => HeaderDto, 64) headers: HeaderDto[];
  /** At most 64 KiB before encoding. */
  @Text(90_000, 0) bodyBase64: string;
  @Timestamp() receivedAt: string;
}
/** The dialect's answer, to be sent as it is. */
export class CallbackAnswer {
  @Count(599, 200) status: number;
  @Text(100) contentType: string;
  @Text(90_000, 0) body: string;
  /** For metrics: what became of the call. */
  @OneOf(['ok', 'replayed', 'refused', 'unauthenticated', 'malformed', 'fault']) outcome:
    'ok' | 'replayed' | 'refused' | 'unauthenticated' | 'malformed' | 'fault';
}

export const callbackPriorities = ['settlement', 'bet', 'read'] as const;
export type CallbackPriority = (typeof callbackPriorities)[number];
/** How urgent a call is when there is more than can be served. First match wins. */
export class CallbackPriorityRule {
  @Text(200) path: string;
  /** A regular expression over the raw body; absent matches every body. */
  @Optional() @Text(200) bodyPattern?: string;
  @OneOf(callbackPriorities) priority: CallbackPriority;
}
/** What the gateway answers in a provider's dialect when game-sessions cannot: "a fault on our side, ask again". */
export class ProviderFault {
  @Count(599, 200) status: number;
  @Text(100) contentType: string;
  @Text(4_096, 0) body: string;
}
export class ProviderEdge {
  @Id() provider: string;
  @ListOf(() => CallbackPriorityRule, 50) priorities: CallbackPriorityRule[];
  /** HTTP 500 with a problem document when left out. */
  @Optional() @Nested(() => ProviderFault) fault?: ProviderFault;
}
export class ListProviders {}
export class ProviderList {
  @ListOf(() => ProviderEdge, 200) items: ProviderEdge[];
}

export class GameDto {
  @Id() id: string;
  @Id() provider: string;
  @Id() providerGameId: string;
  @Text(200) name: string;
  @OneOf(['slot', 'table', 'live', 'jackpot', 'instant']) category:
    'slot' | 'table' | 'live' | 'jackpot' | 'instant';
  /** Return to player in basis points: 9600 is 96%. */
  @Count(10_000) rtpBasisPoints: number;
  @TextList(200, 10) currencies: string[];
  @TextList(300, 2) blockedCountries: string[];
  @TextList(5, 20) devices: string[];
  @Flag() demoAvailable: boolean;
}
export class ListGames extends PageRequest {
  @Id() brand: string;
  @Optional() @Id() provider?: string;
  @Optional() @Text(20) category?: string;
  @Optional() @Country() country?: string;
  @Optional() @Currency() currency?: string;
  @Optional() @OneOf(['desktop', 'mobile', 'tablet']) device?: 'desktop' | 'mobile' | 'tablet';
  /** Part of the name. */
  @Optional() @Text(100) q?: string;
}
export class GamePage {
  @ListOf(() => GameDto, 200) items: GameDto[];
  @Optional() @Text(512) nextCursor?: string;
}

export class LaunchForm {
  @Id() playerId: string;
  @OneOf(['real', 'demo']) mode: 'real' | 'demo';
  /** BCP 47, such as `de-CH`. */
  @Optional() @Locale() locale?: string;
  @Optional() @OneOf(['desktop', 'mobile', 'tablet']) device?: 'desktop' | 'mobile' | 'tablet';
  /** Where the game's lobby link leads; http or https. */
  @Optional() @WebAddress(500) returnUrl?: string;
}
export class LaunchGame {
  @Id() brand: string;
  @Id() gameId: string;
  @Nested(() => LaunchForm) form: LaunchForm;
}
export class GameLaunched {
  @Id() sessionId: string;
  @Text(2_000) launchUrl: string;
  /** What the provider presents; which dialects exchange it once is the dialect's rule. */
  @Text(256) token: string;
  @Timestamp() expiresAt: string;
}

export class ListPlayerGameSessions extends PageRequest {
  @Id() playerId: string;
  @Id() brand: string;
}
export class GameSessionDto {
  @Id() id: string;
  @Id() playerId: string;
  @Id() gameId: string;
  @Id() provider: string;
  @OneOf(['real', 'demo']) mode: 'real' | 'demo';
  @OneOf(['open', 'ended', 'expired']) status: 'open' | 'ended' | 'expired';
  @Timestamp() startedAt: string;
  @Timestamp() expiresAt: string;
  @Optional() @Timestamp() endedAt?: string;
}
export class GameSessionPage {
  @ListOf(() => GameSessionDto, 200) items: GameSessionDto[];
  @Optional() @Text(512) nextCursor?: string;
}
export class EndGameSession {
  @Id() sessionId: string;
  @Id() brand: string;
  /** Set when a player asks: someone else's session is not found. */
  @Optional() @Id() playerId?: string;
  /** Who asks, when it is not the player: it goes to the audit log. */
  @Optional() @Nested(() => Actor) actor?: Actor;
}

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
  @Timestamp() at: string;
}
export class RoundDto {
  @Id() id: string;
  @Id() playerId: string;
  @Id() provider: string;
  @Id() gameId: string;
  @Id() providerRoundId: string;
  @Optional() @Id() sessionId?: string;
  @Currency() currency: string;
  @OneOf(['open', 'closed', 'voided', 'interrupted']) state: 'open' | 'closed' | 'voided' | 'interrupted';
  /** Staked less rolled back, minor units. */
  @UnsignedMinorUnits() staked: number;
  @UnsignedMinorUnits() won: number;
  @Timestamp() openedAt: string;
  @Optional() @Timestamp() closedAt?: string;
  /** In the order in which they were posted. */
  @ListOf(() => RoundActionDto, 1_000) actions: RoundActionDto[];
}
export class ListPlayerRounds extends PageRequest {
  @Id() playerId: string;
  @Id() brand: string;
}
export class RoundPage {
  @ListOf(() => RoundDto, 200) items: RoundDto[];
  @Optional() @Text(512) nextCursor?: string;
}

export const gameSessionsCommands = {
  handleCallback: command('game-sessions', 'handle-callback', {
    request: HandleCallback,
    reply: CallbackAnswer,
    callers: ['gateway'],
    timeoutMs: 4_500,
    description: "Serves one call of a game provider in the provider's own dialect.",
  }),
  launchGame: command('game-sessions', 'launch-game', {
    request: LaunchGame,
    reply: GameLaunched,
    callers: ['gateway'],
    description: 'Starts a session; identity is asked first and silence refuses.',
  }),
  endGameSession: command('game-sessions', 'end-game-session', {
    request: EndGameSession,
    reply: Done,
    callers: ['gateway'],
    description: 'Ends a session; wins and rollbacks of its rounds are still accepted.',
  }),
};
export const gameSessionsQueries = {
  listProviders: query('game-sessions', 'list-providers', {
    request: ListProviders,
    reply: ProviderList,
    callers: ['gateway'],
    description: 'The registered dialects and how urgent their calls are.',
  }),
  listGames: query('game-sessions', 'list-games', {
    request: ListGames,
    reply: GamePage,
    callers: ['gateway'],
    description: 'The catalogue with filters.',
  }),
  listPlayerGameSessions: query('game-sessions', 'list-player-game-sessions', {
    request: ListPlayerGameSessions,
    reply: GameSessionPage,
    callers: ['gateway'],
    description: 'Sessions of a player, newest first.',
  }),
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
  getHealth: query('game-sessions', 'get-health', {
    request: HealthRequest,
    reply: HealthReply,
    callers: ['gateway'],
    timeoutMs: 1_000,
    description: 'Readiness of game-sessions.',
  }),
};
