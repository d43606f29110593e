import { event } from './contract';
import { Count, Currency, Flag, Id, OneOf, Optional, Text, Timestamp, UnsignedMinorUnits } from './fields';
import { freeRoundsEvents } from './free-rounds-events';

export const sessionEndReasons = [
  'player',
  'operator',
  'expired',
  'restricted',
  /** Nothing was played in it for longer than the brand allows. */
  'idle',
  /** A newer session of the player took its place. */
  'replaced',
] as const;
export type SessionEndReason = (typeof sessionEndReasons)[number];

export class GameSessionStarted {
  @Id() sessionId: string;
  @Id() playerId: string;
  @Id() brand: string;
  @Id() provider: string;
  @Id() gameId: string;
  @OneOf(['real', 'demo']) mode: 'real' | 'demo';
  @Optional() @Currency() currency?: string;
  @Optional() @Text(20) device?: string;
  @Timestamp() startedAt: string;
}
export class GameSessionEnded {
  @Id() sessionId: string;
  @Id() playerId: string;
  @Id() brand: string;
  @OneOf(sessionEndReasons) reason: SessionEndReason;
  @Timestamp() endedAt: string;
}
/** Which round it is, and whose. */
class RoundOfPlayer {
  @Id() roundId: string;
  @Id() playerId: string;
  @Id() brand: string;
  @Id() provider: string;
  @Id() gameId: string;
  @Id() providerRoundId: string;
  @Currency() currency: string;
}
export class RoundOpened extends RoundOfPlayer {
  @Timestamp() openedAt: string;
}
export class GameRoundClosed extends RoundOfPlayer {
  @UnsignedMinorUnits() staked: number;
  @UnsignedMinorUnits() won: number;
  @Timestamp() closedAt: string;
}
/** The round is undone: every bet was taken back, by the provider or by us. */
export class RoundVoided extends RoundOfPlayer {
  /** Wins that were not taken back. */
  @UnsignedMinorUnits() won: number;
  @Timestamp() voidedAt: string;
}
/** The round is open for longer than the provider's rounds are: somebody, or the policy, ends it. */
export class RoundInterrupted extends RoundOfPlayer {
  @UnsignedMinorUnits() staked: number;
  @Timestamp() interruptedAt: string;
  /** When it is voided if nobody does anything. */
  @Timestamp() voidsAt: string;
}
/** A provider's breaker changed: while it is open its games are hidden and launches are refused. */
export class ProviderHealthChanged {
  @Id() brand: string;
  @Id() provider: string;
  @OneOf(['closed', 'half-open', 'open']) from: 'closed' | 'half-open' | 'open';
  @OneOf(['closed', 'half-open', 'open']) to: 'closed' | 'half-open' | 'open';
  /** A person did it. */
  @Flag() manual: boolean;
  @Text(500) reason: string;
  @Timestamp() changedAt: string;
}
/** A callback that could not be understood, trusted or squared with the ledger; its raw body is kept for people. */
export class CallbackQuarantined {
  @Id() quarantineId: string;
  @Id() brand: string;
  @Id() provider: string;
  /** `disputed`: understood, but it contradicts the ledger, and somebody has to look at it. */
  @OneOf(['malformed', 'unauthenticated', 'disputed']) reason: 'malformed' | 'unauthenticated' | 'disputed';
  /** Hex SHA-256 of the raw body. */
  @Text(64, 64) bodySha256: string;
  @Count() bodyBytes: number;
  @Timestamp() receivedAt: string;
}

const ids = { playerId: '01976f0e-0000-7000-8000-000000000001', brand: 'demo' };
const session = { ...ids, sessionId: '01976f0e-0000-7000-8000-0000000000cc' };
const round = {
  ...ids,
  roundId: '01976f0e-0000-7000-8000-0000000000aa',
  provider: 'softswiss',
  gameId: '01976f0e-0000-7000-8000-00000000000a',
  providerRoundId: '5585885013',
  currency: 'EUR',
};

export const gameSessionsEvents = {
  ...freeRoundsEvents,
  sessionStarted: event('game-sessions', 'session-started', {
    data: GameSessionStarted,
    consumers: [],
    description: 'A player launched a game.',
    sample: {
      ...session,
      provider: 'softswiss',
      gameId: round.gameId,
      mode: 'real' as const,
      currency: 'EUR',
      device: 'mobile',
      startedAt: '2026-01-31T12:00:00.000Z',
    },
  }),
  sessionEnded: event('game-sessions', 'session-ended', {
    data: GameSessionEnded,
    consumers: [],
    description: 'A game session ended.',
    sample: { ...session, reason: 'player' as const, endedAt: '2026-01-31T13:00:00.000Z' },
  }),
  roundOpened: event('game-sessions', 'round-opened', {
    data: RoundOpened,
    consumers: [],
    description: 'The first movement of a round was seen.',
    sample: { ...round, openedAt: '2026-01-31T12:00:00.000Z' },
  }),
  roundClosed: event('game-sessions', 'round-closed', {
    data: GameRoundClosed,
    consumers: [],
    description: 'A round is over; the figures are final but for late wins.',
    sample: { ...round, staked: 1000, won: 2500, closedAt: '2026-01-31T12:00:05.000Z' },
  }),
  roundVoided: event('game-sessions', 'round-voided', {
    data: RoundVoided,
    consumers: [],
    description: 'A round was undone: all of its wagers went back to the player.',
    sample: { ...round, won: 0, voidedAt: '2026-01-31T12:00:05.000Z' },
  }),
  roundInterrupted: event('game-sessions', 'round-interrupted', {
    data: RoundInterrupted,
    consumers: [],
    description: 'A round is open for longer than the rounds of its provider are.',
    sample: {
      ...round,
      staked: 1000,
      interruptedAt: '2026-02-01T12:00:00.000Z',
      voidsAt: '2026-02-04T12:00:00.000Z',
    },
  }),
  providerHealthChanged: event('game-sessions', 'provider-health-changed', {
    data: ProviderHealthChanged,
    consumers: [],
    description: 'The breaker of a game provider opened, is being tried, or closed.',
    sample: {
      brand: 'demo',
      provider: 'softswiss',
      from: 'closed' as const,
      to: 'open' as const,
      manual: false,
      reason: 'of 40 calls 25 failed and 0 were too slow',
      changedAt: '2026-01-31T12:00:00.000Z',
    },
  }),
  callbackQuarantined: event('game-sessions', 'callback-quarantined', {
    data: CallbackQuarantined,
    consumers: [],
    description: 'A provider callback was refused as malformed, unauthenticated or disputed, and kept.',
    sample: {
      quarantineId: session.sessionId,
      brand: 'demo',
      provider: 'softswiss',
      reason: 'malformed' as const,
      bodySha256: '0'.repeat(64),
      bodyBytes: 12,
      receivedAt: '2026-01-31T12:00:00.000Z',
    },
  }),
};
