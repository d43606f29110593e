import { event } from './contract';
import { Count, Currency, Id, OneOf, Timestamp, UnsignedMinorUnits } from './fields';

/** What every event of free rounds says. */
export class FreeRoundsFact {
  @Id() freeRoundsId: string;
  @Id() playerId: string;
  @Id() brand: string;
  @Id() provider: string;
  @Id() gameId: string;
  @Currency() currency: string;
  @Count() rounds: number;
  /** Of each round, minor units. */
  @UnsignedMinorUnits() stake: number;
  /** As far as the provider tells of single rounds. */
  @Count() consumed: number;
  /** Paid so far, minor units. */
  @UnsignedMinorUnits() won: number;
  @Timestamp() at: string;
}
export class FreeRoundsGrantedFact extends FreeRoundsFact {
  @Timestamp() expiresAt: string;
}
export class FreeRoundsCompletedFact extends FreeRoundsFact {
  /** Played to the end, or their time was over. */
  @OneOf(['completed', 'expired']) outcome: 'completed' | 'expired';
}

const fact = {
  freeRoundsId: '01976f0e-0000-7000-8000-0000000000f1',
  playerId: '01976f0e-0000-7000-8000-000000000001',
  brand: 'demo',
  provider: 'softswiss',
  gameId: '01976f0e-0000-7000-8000-00000000000a',
  currency: 'EUR',
  rounds: 10,
  stake: 20,
  consumed: 0,
  won: 0,
  at: '2026-01-31T12:00:00.000Z',
};

export const freeRoundsEvents = {
  freeRoundsGranted: event('game-sessions', 'free-rounds-granted', {
    data: FreeRoundsGrantedFact,
    consumers: [],
    description: 'A provider granted a player free rounds.',
    sample: { ...fact, expiresAt: '2026-02-28T12:00:00.000Z' },
  }),
  freeRoundsConsumed: event('game-sessions', 'free-rounds-consumed', {
    data: FreeRoundsFact,
    consumers: [],
    description: 'Free rounds were played, or one was taken back.',
    sample: { ...fact, consumed: 3, won: 120 },
  }),
  freeRoundsCompleted: event('game-sessions', 'free-rounds-completed', {
    data: FreeRoundsCompletedFact,
    consumers: [],
    description: 'Free rounds are over; what is won late is still paid.',
    sample: { ...fact, consumed: 10, won: 450, outcome: 'completed' as const },
  }),
  freeRoundsCancelled: event('game-sessions', 'free-rounds-cancelled', {
    data: FreeRoundsFact,
    consumers: [],
    description: 'Free rounds were taken back; what was won of them stays.',
    sample: { ...fact, consumed: 3, won: 120 },
  }),
};
