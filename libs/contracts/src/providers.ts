import { Actor, Done, IdempotencyKey, PageRequest } from './common';
import { command, query } from './contract';
import { Count, Day, Flag, Id, ListOf, Nested, OneOf, Optional, Points, Text, Timestamp } from './fields';
import { CallbackAnswer } from './game-sessions';

export const breakerStates = ['closed', 'half-open', 'open'] as const;
export type BreakerStateName = (typeof breakerStates)[number];

export class ListProviderHealth {
  @Id() brand: string;
}
/**
 * `open`: its games are hidden and launches are refused; `half-open`: they are shown, and a few launches are let
 * through to see. What its running games say is served in every state: a provider that speaks is owed an answer.
 */
export class ProviderHealthDto {
  @Id() provider: string;
  @OneOf(breakerStates) state: BreakerStateName;
  /** Opened by a person: it stays so until a person closes it. */
  @Flag() manual: boolean;
  @Text(500) reason: string;
  @Timestamp() changedAt: string;
  /** When an open one is tried again. */
  @Optional() @Timestamp() retryAt?: string;
  /** Since `changedAt`, but for `half-open` at most of the last 30 s: calls of it and to it. */
  @Count() calls: number;
  /** Of these: malformed, or calls to it that failed. */
  @Count() failures: number;
  /** Of these: calls to it that took longer than they may. */
  @Count() slow: number;
}
export class ProviderHealthList {
  @ListOf(() => ProviderHealthDto, 200) items: ProviderHealthDto[];
}
export class BreakerForm {
  /** `close` also ends what a person opened, and forgets what was seen before. */
  @OneOf(['open', 'close']) action: 'open' | 'close';
  @Text(500) reason: string;
}
export class SetBreaker {
  @Id() brand: string;
  @Id() provider: string;
  @Nested(() => BreakerForm) form: BreakerForm;
  @Nested(() => Actor) actor: Actor;
}

/** What can be held against a provider. */
export const qualitySigns = [
  'malformed',
  'conflicting',
  'orphan',
  'out-of-order',
  'late',
  'duplicate',
  'outbound-failed',
  'outbound-slow',
  'reconciliation-difference',
] as const;
export type QualitySign = (typeof qualitySigns)[number];

export class GetProviderQuality {
  @Id() brand: string;
  @Id() provider: string;
  /** Default: 24 hours ago; days with `bucket=day` begin at midnight UTC. */
  @Optional() @Timestamp() from?: string;
  /** Default: now. */
  @Optional() @Timestamp() to?: string;
  /** Default: hour, at most 31 days; day, at most 400. */
  @Optional() @OneOf(['hour', 'day']) bucket?: 'hour' | 'day';
}
/** One line of the score: `penalty` is the smaller of `cap` and `weight` x 100 x `count` / `of`. */
export class QualityComponent {
  @OneOf(qualitySigns) sign: QualitySign;
  @Count() count: number;
  /** Callbacks, calls to the provider, or compared records. */
  @Count() of: number;
  @Points() weight: number;
  @Points() cap: number;
  @Points() penalty: number;
}
/** 100 less all penalties, at least 0. Faults of our own and strangers without the secret cost nothing. */
export class QualityScore {
  /** Absent when nothing was seen. */
  @Optional() @Points() score?: number;
  @Count() callbacks: number;
  @Count() outbound: number;
  /** Mean time of calls to the provider. */
  @Optional() @Count() outboundMs?: number;
  /** Calls whose signature or secret was wrong: anybody's, so they are shown and cost nothing. */
  @Count() unauthenticated: number;
  /** Callbacks that we could not serve. */
  @Count() faults: number;
  @ListOf(() => QualityComponent, 20) components: QualityComponent[];
}
export class QualityBucket extends QualityScore {
  @Timestamp() at: string;
}
/** `from` and `to` as they were counted: whole hours or days, the last of which may still run. */
export class ProviderQuality {
  @Id() provider: string;
  @Timestamp() from: string;
  @Timestamp() to: string;
  @Nested(() => QualityScore) total: QualityScore;
  /** Oldest first; hours or days without anything are left out. */
  @ListOf(() => QualityBucket, 800) history: QualityBucket[];
}

export class ReconciliationForm {
  /** Records that were compared with the provider's own. */
  @Count() compared: number;
  /** Of these: missing on one side, or not alike. */
  @Count() differences: number;
}
/** Recorded again for the same day it takes the place of what was there. */
export class RecordReconciliation {
  @Id() brand: string;
  @Id() provider: string;
  @Day() day: string;
  @Nested(() => ReconciliationForm) form: ReconciliationForm;
  @Nested(() => Actor) actor: Actor;
}

const reasons = ['malformed', 'unauthenticated', 'disputed'] as const;
export const quarantineStates = ['open', 'replayed', 'discarded'] as const;

export class QuarantineFilter extends PageRequest {
  @Optional() @Id() provider?: string;
  @Optional() @OneOf(reasons) reason?: (typeof reasons)[number];
  @Optional() @OneOf(quarantineStates) status?: (typeof quarantineStates)[number];
}
export class ListQuarantined extends QuarantineFilter {
  @Id() brand: string;
}
/** A callback that was refused and kept: malformed, without the secret, or at odds with the ledger. */
export class QuarantinedCallbackDto {
  @Id() id: string;
  @Id() provider: string;
  @OneOf(reasons) reason: (typeof reasons)[number];
  @Text(2_000) detail: string;
  @OneOf(['GET', 'POST']) method: 'GET' | 'POST';
  @Text(200) path: string;
  @Text(64, 64) bodySha256: string;
  @Timestamp() receivedAt: string;
  /** How often the same call came while this one was open: providers send wins until they are accepted. */
  @Count() received: number;
  /** When it came again. */
  @Optional() @Timestamp() lastReceivedAt?: string;
  @OneOf(quarantineStates) status: (typeof quarantineStates)[number];
  @Count() replays: number;
  /** What became of the last replay, such as `refused wallet.movement-conflict`. */
  @Optional() @Text(200) lastOutcome?: string;
  @Optional() @Id() decidedBy?: string;
  @Optional() @Timestamp() decidedAt?: string;
  @Optional() @Text(500) decisionReason?: string;
}
export class QuarantinedPage {
  @ListOf(() => QuarantinedCallbackDto, 200) items: QuarantinedCallbackDto[];
  @Optional() @Text(512) nextCursor?: string;
}
export class GetQuarantined {
  @Id() id: string;
  @Id() brand: string;
}
export class QuarantinedCallbackView extends QuarantinedCallbackDto {
  /** Whom the call names, itself or by its session, where it can be read. */
  @Optional() @Id() playerId?: string;
  /** Without parameters that are secrets; sessions are crossed out. */
  @Text(4_096, 0) query: string;
  /** The raw body; what the dialect calls a secret in it, and sessions, are crossed out. */
  @Text(90_000, 0) bodyBase64: string;
}
export class ReplayForm {
  @Text(500) reason: string;
  /** The operator's word stands for a signature or secret that cannot be checked: the reason says why. */
  @Optional() @Flag() trusted?: boolean;
  /** A bet that was refused is over for its provider: replaying it stakes money that nobody plays for. */
  @Optional() @Flag() includeBets?: boolean;
}
export class ReplayQuarantined {
  @Id() id: string;
  @Id() brand: string;
  @Nested(() => ReplayForm) form: ReplayForm;
  @Nested(() => Actor) actor: Actor;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
}
/** `answer` is what the provider would be told now; nobody sends it. */
export class CallbackReplayed {
  @Id() id: string;
  /** `replayed` once it was served; otherwise it waits on. */
  @OneOf(quarantineStates) status: (typeof quarantineStates)[number];
  @Nested(() => CallbackAnswer) answer: CallbackAnswer;
  @Optional() @Flag() replayed?: boolean;
}
export class DiscardForm {
  @Text(500) reason: string;
}
export class DiscardQuarantined {
  @Id() id: string;
  @Id() brand: string;
  @Nested(() => DiscardForm) form: DiscardForm;
  @Nested(() => Actor) actor: Actor;
}

export const providerCommands = {
  setBreaker: command('game-sessions', 'set-breaker', {
    request: SetBreaker,
    reply: ProviderHealthDto,
    callers: ['gateway'],
    description: "Opens or closes a provider's breaker by hand, with the reason.",
  }),
  recordReconciliation: command('game-sessions', 'record-reconciliation', {
    request: RecordReconciliation,
    reply: Done,
    callers: ['gateway'],
    description: "What the comparison with a provider's own records of a day found.",
  }),
  replayQuarantined: command('game-sessions', 'replay-quarantined', {
    request: ReplayQuarantined,
    reply: CallbackReplayed,
    callers: ['gateway'],
    description: 'Serves a quarantined callback again from its bytes; it never posts twice.',
  }),
  discardQuarantined: command('game-sessions', 'discard-quarantined', {
    request: DiscardQuarantined,
    reply: QuarantinedCallbackDto,
    callers: ['gateway'],
    description: 'Ends a quarantined callback with a reason; its bytes are kept as long as all others.',
  }),
};
export const providerQueries = {
  listProviderHealth: query('game-sessions', 'list-provider-health', {
    request: ListProviderHealth,
    reply: ProviderHealthList,
    callers: ['gateway'],
    description: "The brand's providers and the state of their breakers.",
  }),
  getProviderQuality: query('game-sessions', 'get-provider-quality', {
    request: GetProviderQuality,
    reply: ProviderQuality,
    callers: ['gateway'],
    description: 'The quality score of a provider, what it is made of, and its history.',
  }),
  listQuarantined: query('game-sessions', 'list-quarantined', {
    request: ListQuarantined,
    reply: QuarantinedPage,
    callers: ['gateway'],
    description: 'Quarantined callbacks, newest first.',
  }),
  getQuarantined: query('game-sessions', 'get-quarantined', {
    request: GetQuarantined,
    reply: QuarantinedCallbackView,
    callers: ['gateway'],
    description: 'One quarantined callback with its raw body.',
  }),
};
