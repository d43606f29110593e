import { Actor, Done, HealthReply, HealthRequest, PageRequest } from './common';
import { command, query } from './contract';
import { sessionEndReasons, type SessionEndReason } from './game-sessions-events';
import { catalogueCommands, catalogueQueries, devices, type Device } from './catalogue';
import {
  Count,
  Currency,
  Id,
  ListOf,
  Locale,
  Nested,
  OneOf,
  Optional,
  Text,
  Timestamp,
  WebAddress,
  MinorUnits,
  UnsignedMinorUnits,
} from './fields';
import { freeRoundsCommands, freeRoundsQueries } from './free-rounds';

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

export class LaunchForm {
  @Id() playerId: string;
  @OneOf(['real', 'demo']) mode: 'real' | 'demo';
  /** The player's default currency when left out. */
  @Optional() @Currency() currency?: string;
  /** BCP 47, such as `de-CH`. */
  @Optional() @Locale() locale?: string;
  @Optional() @OneOf(devices) device?: Device;
  /** Where the player goes when the game is left; http or https. */
  @Optional() @WebAddress(500) returnUrl?: string;
  /** Where the game's lobby link leads; `returnUrl` when left out. */
  @Optional() @WebAddress(500) lobbyUrl?: string;
  /** Where the game's link to the cashier leads. */
  @Optional() @WebAddress(500) cashierUrl?: string;
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
  /** The player is to be shown the time and the result so far this often; left out where no rule asks for it. */
  @Optional() @Count(1_440, 1) realityCheckMinutes?: number;
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
  @Optional() @OneOf(sessionEndReasons) endReason?: SessionEndReason;
}
export class GetGameSession {
  @Id() sessionId: string;
  @Id() brand: string;
  /** Set when a player asks: someone else's session is not found. */
  @Optional() @Id() playerId?: string;
}
/** A session with its result so far; the amounts follow the wallet within moments. */
export class GameSessionDetails extends GameSessionDto {
  @Currency() currency: string;
  @Optional() @OneOf(devices) device?: Device;
  @Optional() @Locale() locale?: string;
  @Count() rounds: number;
  /** Staked less rolled back, minor units. */
  @UnsignedMinorUnits() staked: number;
  @UnsignedMinorUnits() won: number;
  /** Won less staked. */
  @MinorUnits() net: number;
  /** From the start to now, or to the end. */
  @Count() elapsedSeconds: number;
  /** The last movement that was seen. */
  @Optional() @Timestamp() lastActiveAt?: string;
  @Optional() @Count(1_440, 1) realityCheckMinutes?: number;
  /** Left out when the session is over or no rule asks for it. */
  @Optional() @Timestamp() nextRealityCheckAt?: string;
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

/** Of one session (`once`), or of all sessions of a period. */
export class SessionLimitDto {
  @OneOf(['once', 'day', 'week', 'month']) period: 'once' | 'day' | 'week' | 'month';
  @Count(44_640) minutes: number;
}
/** All limits on a player's time of play at an epoch of them. */
export class SessionLimitSet {
  @Id() playerId: string;
  @Count() epoch: number;
  /** IANA zone in which the player's days, weeks and months begin. */
  @Text(64) timeZone: string;
  @ListOf(() => SessionLimitDto, 4) limits: SessionLimitDto[];
}

export const gameSessionsCommands = {
  applySessionLimits: command('game-sessions', 'apply-session-limits', {
    request: SessionLimitSet,
    reply: Done,
    callers: ['identity'],
    description:
      'Replaces the limits on time of play; open sessions end with them, an older epoch changes nothing.',
  }),
  ...catalogueCommands,
  ...freeRoundsCommands,
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
  ...catalogueQueries,
  ...freeRoundsQueries,
  listProviders: query('game-sessions', 'list-providers', {
    request: ListProviders,
    reply: ProviderList,
    callers: ['gateway'],
    description: 'The registered dialects and how urgent their calls are.',
  }),
  listPlayerGameSessions: query('game-sessions', 'list-player-game-sessions', {
    request: ListPlayerGameSessions,
    reply: GameSessionPage,
    callers: ['gateway'],
    description: 'Sessions of a player, newest first.',
  }),
  getGameSession: query('game-sessions', 'get-game-session', {
    request: GetGameSession,
    reply: GameSessionDetails,
    callers: ['gateway'],
    description: 'A session with what was staked and won in it, and its next reality check.',
  }),
  getHealth: query('game-sessions', 'get-health', {
    request: HealthRequest,
    reply: HealthReply,
    callers: ['gateway'],
    timeoutMs: 1_000,
    description: 'Readiness of game-sessions.',
  }),
};
