import { broadcast, command, query, serviceNames, type ServiceName } from './contract';
import { Count, Currency, Id, ListOf, OneOf, OneOfList, LimitField, Timestamp } from './fields';

/** What restrictions can forbid. Withdrawals, wins, rollbacks and refunds are not among it: own money is always paid. */
export const restrictedActions = [
  'login',
  'launch',
  'bet',
  'deposit',
  'bonus',
  'marketing',
  'affiliate',
] as const;
export type RestrictedAction = (typeof restrictedActions)[number];

/** One account of a restricted person. */
export class RestrictedPlayer {
  @Id() playerId: string;
  @Id() brand: string;
  @Currency() currency: string;
  /** All that is forbidden here: what restricts the person, and everything where the account is closed. */
  @OneOfList(restrictedActions) forbids: RestrictedAction[];
}

/**
 * All that is forbidden to a person at an epoch, account by account: the whole state, so that the newest epoch is all that
 * anybody needs, and an older one changes nothing.
 */
export class ApplyRestriction {
  /** Of the change, among all changes to restrictions: commits are in its order. */
  @Count() sequence: number;
  /** Of the person: grows with every change. */
  @Count() epoch: number;
  @ListOf(() => RestrictedPlayer, 500) players: RestrictedPlayer[];
}
export class RestrictionApplied {
  /** When it was committed here; an epoch that is not new was before. */
  @Timestamp() appliedAt: string;
}

/** A touchpoint asks for the newest sequence, and says what it has applied. */
export class AskRestrictionSequence {
  @OneOf(serviceNames) service: ServiceName;
  /** The process that asks. */
  @Id() process: string;
  /** Every change up to this one is applied there. */
  @Count() applied: number;
}
export class RestrictionSequence {
  @Count() sequence: number;
}

export class ListRestrictions {
  /** Changes after this sequence, oldest first. */
  @Count() after: number;
  @LimitField() limit?: number;
}
export class RestrictionPage {
  @ListOf(() => ApplyRestriction, 200) items: ApplyRestriction[];
}

/** What a service does that restrictions can forbid. */
export type Duty = 'moves money' | 'starts play' | 'grants' | 'markets' | 'pays commission' | 'lets in';

/**
 * What each service does. One with duties is a touchpoint: it applies restrictions where it acts, and without a lease
 * it does nothing that they could forbid. `tools/architecture/touchpoints.spec.ts` holds every service to its line.
 */
export const serviceDuties: Readonly<Record<ServiceName, readonly Duty[]>> = {
  identity: ['lets in'],
  wallet: ['moves money', 'grants'],
  'game-sessions': ['starts play', 'grants'],
  gateway: ['lets in'],
};

const touchpointQueries = ['wallet', 'game-sessions', 'gateway'] as const;

const applyRestriction = (service: ServiceName) =>
  command(service, 'apply-restriction', {
    request: ApplyRestriction,
    reply: RestrictionApplied,
    callers: ['identity'],
    timeoutMs: 2_000,
    description: 'Applies what restrictions forbid a person; answered after the commit.',
  });

/** Touchpoints with a database: they apply a restriction once for all their processes. */
export const touchpointCommands = {
  wallet: applyRestriction('wallet'),
  'game-sessions': applyRestriction('game-sessions'),
} as const;
export type CommandedTouchpoint = keyof typeof touchpointCommands;

/** Touchpoints in memory: each process is told, and says by its questions what it has applied. */
export const restrictionChanged = broadcast('identity', 'restriction-changed', {
  data: ApplyRestriction,
  listeners: ['gateway'],
  description: 'Restrictions of a person changed; may be lost, as everybody asks for what is missing.',
});

export const fenceQueries = {
  askRestrictionSequence: query('identity', 'ask-restriction-sequence', {
    request: AskRestrictionSequence,
    reply: RestrictionSequence,
    callers: touchpointQueries,
    timeoutMs: 2_000,
    description: 'The newest restriction; whoever has applied all up to it may go on for a while.',
  }),
  listRestrictions: query('identity', 'list-restrictions', {
    request: ListRestrictions,
    reply: RestrictionPage,
    callers: touchpointQueries,
    description: 'Changes to restrictions after a sequence, each as it is now.',
  }),
};

/** How long a touchpoint may act on an answer, from the moment that its question was sent. */
export const fenceLeaseMs = 5_000;
/** How often it asks. */
export const fenceAskMs = 1_000;
/** After so long whoever has not applied a restriction has no lease any more. */
export const fenceClosedMs = 6_000;
