import { Done, HealthReply, HealthRequest, IdempotencyKey, MoneyDto } from './common';
import { command, event, query } from './contract';
import {
  Count,
  Country,
  Currency,
  Flag,
  Id,
  Nested,
  OneOf,
  Optional,
  Text,
  TextList,
  Timestamp,
} from './fields';

export class PostalAddress {
  @Text(200) line1: string;
  @Text(100) city: string;
  @Text(20) postalCode: string;
}
export class DeviceDto {
  @Optional() @Text(200) fingerprint?: string;
  @Optional() @Text(500) userAgent?: string;
}
export class MarketingConsents {
  @Optional() @Flag() email?: boolean;
  @Optional() @Flag() sms?: boolean;
  @Optional() @Flag() phone?: boolean;
}

/** What a person gives to register; personal data that stays inside identity. */
export class RegistrationForm {
  @Text(254, 3) email: string;
  /** 8 to 128 characters. */
  @Text(128, 8) password: string;
  @Text(100) firstName: string;
  @Text(100) lastName: string;
  /** ISO 8601 date, `YYYY-MM-DD`. */
  @Text(10, 10) dateOfBirth: string;
  @Country() country: string;
  @Currency() currency: string;
  @Nested(() => PostalAddress) address: PostalAddress;
  /** International, or as dialled in the country of residence; kept as E.164. */
  @Optional() @Text(30) phone?: string;
  /** The affiliate click that led here. */
  @Optional() @Id() clickId?: string;
  @Optional() @Nested(() => DeviceDto) device?: DeviceDto;
  @Optional() @Nested(() => MarketingConsents) consents?: MarketingConsents;
}
export class RegisterPlayer {
  @Id() brand: string;
  @Nested(() => RegistrationForm) form: RegistrationForm;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
}
export class PlayerRegisteredReply {
  @Id() id: string;
  @OneOf(['active', 'suspended', 'closed']) status: 'active' | 'suspended' | 'closed';
  @OneOf(['none', 'basic', 'verified', 'enhanced']) kycLevel: 'none' | 'basic' | 'verified' | 'enhanced';
  @Timestamp() createdAt: string;
  @Optional() @Flag() replayed?: boolean;
}

export class GetPlayer {
  @Id() playerId: string;
  @Id() brand: string;
}
/** The profile of a player, for the player and for callers with `players:read`. */
export class PlayerDto {
  @Id() id: string;
  @Id() brand: string;
  @OneOf(['active', 'suspended', 'closed']) status: 'active' | 'suspended' | 'closed';
  @OneOf(['none', 'basic', 'verified', 'enhanced']) kycLevel: 'none' | 'basic' | 'verified' | 'enhanced';
  @Text(254) email: string;
  @Text(100) firstName: string;
  @Text(100) lastName: string;
  @Text(10) dateOfBirth: string;
  @Country() country: string;
  @Currency() currency: string;
  @Nested(() => PostalAddress) address: PostalAddress;
  @Optional() @Text(20) phone?: string;
  @Nested(() => MarketingConsents) consents: MarketingConsents;
  @Timestamp() createdAt: string;
}

export class LoginForm {
  @Text(254) email: string;
  @Text(128) password: string;
  /** Of the authenticator, or a recovery code; asked for where the player turned the second factor on. */
  @Optional() @Text(32) code?: string;
  @Optional() @Nested(() => DeviceDto) device?: DeviceDto;
}
export class CreateSession {
  @Id() brand: string;
  @Nested(() => LoginForm) form: LoginForm;
  /** Where the login came from; kept with the session, never published. */
  @Optional() @Text(64) ip?: string;
}
export class RefreshSession {
  @Id() brand: string;
  @Text(256) refreshToken: string;
}
/** Opaque tokens; only their SHA-256 is stored. */
export class SessionTokens {
  @Id() playerId: string;
  @Text(256) accessToken: string;
  @Text(256) refreshToken: string;
  /** Life of the access token in seconds. */
  @Count() expiresIn: number;
}
export class EndSession {
  @Text(256) accessToken: string;
}
export class AuthenticateSession {
  @Text(256) accessToken: string;
}
/** The living session behind an access token; a revoked one is refused at once. */
export class AuthenticatedSession {
  @Id() playerId: string;
  @Id() brand: string;
  @Id() sessionId: string;
}

export const playerActions = [
  'login',
  'launch',
  'bet',
  'deposit',
  'withdraw',
  'bonus',
  'marketing',
  'affiliate',
] as const;
export class CheckEligibility {
  @Id() playerId: string;
  @Id() brand: string;
  @OneOf(playerActions) action: (typeof playerActions)[number];
  /** Of a deposit: rules on sums count it in. Without one the question is whether any amount may be paid in. */
  @Optional() @Nested(() => MoneyDto) amount?: MoneyDto;
}
/** Whether a player may do something now, with every reason against it. */
export class Eligibility {
  @Flag() allowed: boolean;
  @TextList(20) reasons: string[];
  @Count() epoch: number;
  @Country() country: string;
  /** The player's default currency. */
  @Currency() currency: string;
}

/** A player registered. Ids only: personal data never leaves identity. */
export class PlayerRegistered {
  @Id() playerId: string;
  @Id() brand: string;
  @Country() country: string;
  @Currency() currency: string;
  @Optional() @Id() clickId?: string;
  @Timestamp() registeredAt: string;
}
export class PlayerSessionStarted {
  @Id() playerId: string;
  @Id() brand: string;
  @Id() sessionId: string;
  @Timestamp() startedAt: string;
}
export class PlayerSessionEnded {
  @Id() playerId: string;
  @Id() brand: string;
  @Id() sessionId: string;
  @OneOf(['logout', 'expired', 'revoked', 'refresh-reuse']) reason:
    'logout' | 'expired' | 'revoked' | 'refresh-reuse';
  @Timestamp() endedAt: string;
}

export const identityCommands = {
  registerPlayer: command('identity', 'register-player', {
    request: RegisterPlayer,
    reply: PlayerRegisteredReply,
    callers: ['gateway'],
    timeoutMs: 10_000,
    description: 'Registers a player and opens the wallet before it answers.',
  }),
  createSession: command('identity', 'create-session', {
    request: CreateSession,
    reply: SessionTokens,
    callers: ['gateway'],
    description: 'Logs a player in.',
  }),
  refreshSession: command('identity', 'refresh-session', {
    request: RefreshSession,
    reply: SessionTokens,
    callers: ['gateway'],
    description: 'Exchanges a refresh token once; a second use ends the session.',
  }),
  endSession: command('identity', 'end-session', {
    request: EndSession,
    reply: Done,
    callers: ['gateway'],
    description: 'Logs out.',
  }),
};
export const identityQueries = {
  getPlayer: query('identity', 'get-player', {
    request: GetPlayer,
    reply: PlayerDto,
    callers: ['gateway'],
    description: 'Profile and status.',
  }),
  authenticateSession: query('identity', 'authenticate-session', {
    request: AuthenticateSession,
    reply: AuthenticatedSession,
    callers: ['gateway'],
    description: 'The living session behind an access token.',
  }),
  checkEligibility: query('identity', 'check-eligibility', {
    request: CheckEligibility,
    reply: Eligibility,
    callers: ['gateway', 'game-sessions'],
    description: 'May this player do this now, and if not, why.',
  }),
  getHealth: query('identity', 'get-health', {
    request: HealthRequest,
    reply: HealthReply,
    callers: ['gateway'],
    timeoutMs: 1_000,
    description: 'Readiness of identity.',
  }),
};

const player = { playerId: '01976f0e-0000-7000-8000-000000000001', brand: 'demo' };
const session = { ...player, sessionId: '01976f0e-0000-7000-8000-0000000000cc' };
export const identityEvents = {
  playerRegistered: event('identity', 'player-registered', {
    data: PlayerRegistered,
    consumers: [],
    description: 'A player registered.',
    sample: { ...player, country: 'MT', currency: 'EUR', registeredAt: '2026-01-31T12:00:00.000Z' },
  }),
  playerSessionStarted: event('identity', 'player-session-started', {
    data: PlayerSessionStarted,
    consumers: [],
    description: 'A player logged in.',
    sample: { ...session, startedAt: '2026-01-31T12:00:00.000Z' },
  }),
  playerSessionEnded: event('identity', 'player-session-ended', {
    data: PlayerSessionEnded,
    consumers: [],
    description: 'A player session ended.',
    sample: { ...session, reason: 'logout' as const, endedAt: '2026-01-31T13:00:00.000Z' },
  }),
};
