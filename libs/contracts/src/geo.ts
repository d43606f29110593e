import { Done } from './common';
import { command, event } from './contract';
import { Country, Flag, Id, OneOf, Optional, Text, TextList, Timestamp } from './fields';

export const placeActions = ['login', 'launch', 'deposit'] as const;

export class CheckLocation {
  @Id() brand: string;
  @Id() playerId: string;
  @OneOf(placeActions) action: (typeof placeActions)[number];
  /** Where the player calls from. */
  @Text(64) ip: string;
}
/** A player did something from where it is not expected. The address itself stays out. */
export class LocationMismatched {
  @Id() playerId: string;
  @Id() brand: string;
  @OneOf(placeActions) action: (typeof placeActions)[number];
  /** `closed-country`, `other-country`, `hosting-network`. */
  @TextList(5) reasons: string[];
  @Country() residence: string;
  @Optional() @Country() country?: string;
  @Flag() refused: boolean;
  @Timestamp() occurredAt: string;
}

export const geoCommands = {
  checkLocation: command('identity', 'check-location', {
    request: CheckLocation,
    reply: Done,
    callers: ['gateway'],
    timeoutMs: 2_000,
    description: 'Whether the market lets this player do this from there; what is odd about it is published.',
  }),
};
export const geoEvents = {
  locationMismatched: event('identity', 'location-mismatched', {
    data: LocationMismatched,
    consumers: [],
    description: 'A player called from another country than that of residence, or from a hosting network.',
    sample: {
      ...{ playerId: '01976f0e-0000-7000-8000-000000000001', brand: 'demo', action: 'launch' as const },
      ...{ reasons: ['closed-country'], residence: 'MT', country: 'US', refused: true },
      occurredAt: '2026-01-31T12:00:00.000Z',
    },
  }),
};
