import { Actor, IdempotencyKey, MoneyDto } from './common';
import { command, query, serviceNames, type ServiceName } from './contract';
import {
  Count,
  Currency,
  Flag,
  Id,
  ListOf,
  Nested,
  OneOf,
  Optional,
  OrNull,
  Text,
  Timestamp,
  UnsignedMinorUnits,
} from './fields';

export const exclusionKinds = ['time-out', 'self-exclusion', 'operator-block'] as const;
export type ExclusionKind = (typeof exclusionKinds)[number];
export const restrictionKinds = [...exclusionKinds, 'national-register'] as const;
export type RestrictionKind = (typeof restrictionKinds)[number];

/** `POST /v1/players/{id}/exclusions` */
export class ExclusionForm {
  /** A player may ask for a time-out or a self-exclusion; a block is the operator's. */
  @OneOf(exclusionKinds) kind: ExclusionKind;
  /** ISO 8601, such as `PT24H`, `P7D`, `P6M`; null for ever (self-exclusion) or until lifted (block). */
  @OrNull() @Text(40) duration: string | null;
  @Text(500) reason: string;
}
export class CreateExclusion {
  @Id() playerId: string;
  @Id() brand: string;
  @Nested(() => ExclusionForm) form: ExclusionForm;
  @Nested(() => Actor) actor: Actor;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
}

/** A service that restrictions are applied by. */
export class Touchpoint {
  @OneOf(serviceNames) service: ServiceName;
  /** When it had committed; null while it has not said so, and has no lease. */
  @OrNull() @Timestamp() appliedAt: string | null;
}
/** A restriction that is in force for every account of the person. */
export class ExclusionDto {
  @Id() id: string;
  /** Of the person; what every touchpoint knows restrictions by. */
  @Count() epoch: number;
  @Timestamp() effectiveAt: string;
  /** Of several the longest counts; null when only people can end it. A self-exclusion stays until it is lifted. */
  @OrNull() @Timestamp() expiresAt: string | null;
  @ListOf(() => Touchpoint, 20) touchpoints: Touchpoint[];
  @Optional() @Flag() replayed?: boolean;
}

export class ListExclusions {
  @Id() playerId: string;
  @Id() brand: string;
}
export class ListedExclusion {
  @Id() id: string;
  @OneOf(restrictionKinds) kind: RestrictionKind;
  @Text(500) reason: string;
  @Timestamp() effectiveAt: string;
  @OrNull() @Timestamp() expiresAt: string | null;
  @OrNull() @Timestamp() endedAt: string | null;
}
export class ExclusionPage {
  @ListOf(() => ListedExclusion, 200) items: ListedExclusion[];
}

/** `POST /v1/exclusions/{id}/lift-requests` */
export class LiftForm {
  @Text(500) reason: string;
}
export class RequestLift {
  @Id() exclusionId: string;
  @Id() brand: string;
  @Nested(() => LiftForm) form: LiftForm;
  @Nested(() => Actor) actor: Actor;
}
export class ApproveLift {
  @Id() exclusionId: string;
  @Id() brand: string;
  @Nested(() => Actor) actor: Actor;
}
export class LiftDto {
  @Id() exclusionId: string;
  @OneOf(['awaiting-approval', 'lifted']) status: 'awaiting-approval' | 'lifted';
  /** Not lifted before: the end of the cooling-off. */
  @Timestamp() earliestAt: string;
  /** People of the operator who want it lifted; it takes two. */
  @Count() approvals: number;
}

/** Says that two accounts are one person's: what restricts one of them restricts both. */
export class LinkPlayers {
  @Id() playerId: string;
  @Id() brand: string;
  @Id() otherPlayerId: string;
  @Text(500) reason: string;
  @Nested(() => Actor) actor: Actor;
}
export class PlayersLinked {
  @Count() epoch: number;
}

export const limitKinds = ['deposit', 'loss', 'wager', 'stake', 'session-time'] as const;
export type LimitKind = (typeof limitKinds)[number];
export const limitPeriods = ['day', 'week', 'month'] as const;
export type LimitPeriod = (typeof limitPeriods)[number];

/** A limit: money, or minutes of play. */
export class LimitDto {
  @OneOf(limitKinds) kind: LimitKind;
  /** Null for stakes, which are limited one by one. */
  @OrNull() @OneOf(limitPeriods) period: LimitPeriod | null;
  @Optional() @Nested(() => MoneyDto) amount?: MoneyDto;
  @Optional() @Count(44_640) minutes?: number;
}
export class PendingLimitDto extends LimitDto {
  /** From then on it can act; where the market asks for it, it must be confirmed by the same request again. */
  @Timestamp() effectiveAt: string;
  @Flag() needsConfirmation: boolean;
}
export class LimitChange {
  /** What holds now; null when nothing does. */
  @OrNull() @Nested(() => LimitDto) active: LimitDto | null;
  @OrNull() @Nested(() => PendingLimitDto) pending: PendingLimitDto | null;
}
export class LimitList {
  @ListOf(() => LimitChange, 20) items: LimitChange[];
}

/** A limit as it is asked for: null takes it away, which is an increase. */
export class LimitWish {
  @OneOf(limitKinds) kind: LimitKind;
  @OrNull() @OneOf(limitPeriods) period: LimitPeriod | null;
  /** Minor units of the player's currency. */
  @OrNull() @UnsignedMinorUnits() amount: number | null;
  /** Where the amount named one. */
  @Optional() @Currency() currency?: string;
  @OrNull() @Count(44_640) minutes: number | null;
}
export class SetLimit {
  @Id() playerId: string;
  @Id() brand: string;
  @Nested(() => LimitWish) wish: LimitWish;
  @Nested(() => Actor) actor: Actor;
}
export class ListLimits {
  @Id() playerId: string;
  @Id() brand: string;
}

export const exclusionCommands = {
  createExclusion: command('identity', 'create-exclusion', {
    request: CreateExclusion,
    reply: ExclusionDto,
    callers: ['gateway'],
    timeoutMs: 9_000,
    description:
      'Restricts a person everywhere; answered once the wallet has committed it and nobody can act against it.',
  }),
  requestLift: command('identity', 'request-lift', {
    request: RequestLift,
    reply: LiftDto,
    callers: ['gateway'],
    description: 'Asks for the end of a restriction; its cooling-off begins.',
  }),
  approveLift: command('identity', 'approve-lift', {
    request: ApproveLift,
    reply: LiftDto,
    callers: ['gateway'],
    description: 'A person of the operator agrees; the second one ends the restriction.',
  }),
  linkPlayers: command('identity', 'link-players', {
    request: LinkPlayers,
    reply: PlayersLinked,
    callers: ['gateway'],
    timeoutMs: 9_000,
    description: 'Two accounts are one person: the restrictions of each are applied to both.',
  }),
  setLimit: command('identity', 'set-limit', {
    request: SetLimit,
    reply: LimitChange,
    callers: ['gateway'],
    timeoutMs: 6_000,
    description: 'Sets a limit: a decrease is answered once it is enforced, an increase waits.',
  }),
};
export const exclusionQueries = {
  listExclusions: query('identity', 'list-exclusions', {
    request: ListExclusions,
    reply: ExclusionPage,
    callers: ['gateway'],
    description: 'Restrictions of the person behind a player, newest first.',
  }),
  listLimits: query('identity', 'list-limits', {
    request: ListLimits,
    reply: LimitList,
    callers: ['gateway'],
    description: 'Limits of a player, with what is to come.',
  }),
};
