import { Actor, IdempotencyKey, MoneyDto, PageRequest } from './common';
import { command, query } from './contract';
import {
  Count,
  Currency,
  Flag,
  Id,
  ListOf,
  Nested,
  OneOf,
  Optional,
  Text,
  Timestamp,
  UnsignedMinorUnits,
} from './fields';

export const freeRoundsStates = [
  /** The provider has not said yet whether it granted them; it is asked again with the same id. */
  'pending',
  'active',
  /** The provider said no. */
  'refused',
  'completed',
  'expired',
  'cancelling',
  'cancelled',
] as const;
export type FreeRoundsState = (typeof freeRoundsStates)[number];

/** `POST /v1/players/{id}/free-rounds` */
export class FreeRoundsForm {
  @Id() gameId: string;
  @Count(1_000, 1) rounds: number;
  /** Of each round; in the currency that its wins are paid in. */
  @Nested(() => MoneyDto) stake: MoneyDto;
  /** Within a year. */
  @Timestamp() expiresAt: string;
}
export class GrantFreeRounds {
  @Id() brand: string;
  @Id() playerId: string;
  @Nested(() => FreeRoundsForm) form: FreeRoundsForm;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
  @Nested(() => Actor) actor: Actor;
}
export class FreeRoundsGranted {
  @Id() id: string;
  @OneOf(freeRoundsStates) status: FreeRoundsState;
  @Optional() @Flag() replayed?: boolean;
}
export class GetFreeRounds {
  @Id() id: string;
  @Id() brand: string;
  /** Set when a player asks: someone else's are not found. */
  @Optional() @Id() playerId?: string;
}
export class CancelFreeRounds {
  @Id() id: string;
  @Id() brand: string;
  @Nested(() => Actor) actor: Actor;
}
export class FreeRoundsDto {
  @Id() id: string;
  @Id() playerId: string;
  @Id() provider: string;
  @Id() gameId: string;
  @Currency() currency: string;
  @Count() rounds: number;
  /** Of each round, minor units. */
  @UnsignedMinorUnits() stake: number;
  @OneOf(freeRoundsStates) status: FreeRoundsState;
  /** As far as the provider tells of single rounds. */
  @Count() consumed: number;
  /** Paid so far, minor units; wins that come late are added. */
  @UnsignedMinorUnits() won: number;
  @Timestamp() createdAt: string;
  @Timestamp() expiresAt: string;
  @Optional() @Timestamp() grantedAt?: string;
  @Optional() @Timestamp() endedAt?: string;
  /** What the provider said last when it said no, or nothing. */
  @Optional() @Text(500, 0) detail?: string;
}
export class ListFreeRounds extends PageRequest {
  @Id() playerId: string;
  @Id() brand: string;
}
export class FreeRoundsPage {
  @ListOf(() => FreeRoundsDto, 200) items: FreeRoundsDto[];
  @Optional() @Text(512) nextCursor?: string;
}

export const freeRoundsCommands = {
  grantFreeRounds: command('game-sessions', 'grant-free-rounds', {
    request: GrantFreeRounds,
    reply: FreeRoundsGranted,
    callers: ['gateway'],
    timeoutMs: 10_000,
    description: 'Grants a player free rounds of a game; identity is asked first and silence refuses.',
  }),
  cancelFreeRounds: command('game-sessions', 'cancel-free-rounds', {
    request: CancelFreeRounds,
    reply: FreeRoundsDto,
    callers: ['gateway'],
    timeoutMs: 10_000,
    description: 'Takes back free rounds that are not played; what was won stays paid.',
  }),
};
export const freeRoundsQueries = {
  getFreeRounds: query('game-sessions', 'get-free-rounds', {
    request: GetFreeRounds,
    reply: FreeRoundsDto,
    callers: ['gateway'],
    description: 'Free rounds with what was played and won of them.',
  }),
  listFreeRounds: query('game-sessions', 'list-free-rounds', {
    request: ListFreeRounds,
    reply: FreeRoundsPage,
    callers: ['gateway'],
    description: 'Free rounds of a player, newest first.',
  }),
};
