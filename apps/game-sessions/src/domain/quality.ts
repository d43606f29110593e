import type { QualityComponent, QualityScore, QualitySign } from '@baize/contracts';
import type { Outcome, ProviderCommand } from './dialect';

/** What one callback says of its provider. `unauthenticated` may be anybody, `fault` is ours. */
export type CallbackSign =
  | 'malformed'
  | 'unauthenticated'
  | 'duplicate'
  | 'conflicting'
  | 'out-of-order'
  | 'late'
  | 'orphan'
  | 'fault';

const refusalSigns: Partial<Record<string, CallbackSign>> = {
  'wallet.movement-conflict': 'conflicting',
  'wallet.movement-tombstoned': 'out-of-order',
  'wallet.bet-not-found': 'out-of-order',
  'wallet.original-not-found': 'out-of-order',
  'wallet.bet-already-rolled-back': 'out-of-order',
  'wallet.player-not-found': 'orphan',
  'game-sessions.session-not-found': 'orphan',
  'game-sessions.game-not-found': 'orphan',
};

/** Reads it from what became of the call; undefined for a call as it should be. */
export function signOf(outcome: Outcome, command?: ProviderCommand): CallbackSign | undefined {
  switch (outcome.kind) {
    case 'malformed':
    case 'unauthenticated':
    case 'fault':
      return outcome.kind;
    case 'refused':
      // a session that is over is no stranger's: a bet of it is late, not an orphan
      return outcome.sessionOver ? 'late' : refusalSigns[outcome.code];
    case 'posted':
      return signOfPosted(outcome, command);
    case 'balance':
    case 'session':
      return undefined;
  }
}

function signOfPosted(
  { posted, sessionOver }: Outcome & { kind: 'posted' },
  command?: ProviderCommand,
): CallbackSign | undefined {
  const { actions, roundClosed } = posted;
  if (actions.length === 0) return undefined;
  if (actions.every(({ status }) => status === 'replayed')) return 'duplicate';
  if (actions.some(({ status }) => status === 'tombstoned')) return 'out-of-order';
  const pays = actions.some(({ kind, status }) => kind === 'win' && status === 'posted');
  const closedBefore = roundClosed === true && command?.closeRound === false;
  return pays && (sessionOver === true || closedBefore) ? 'late' : undefined;
}

/** What was seen of a provider in some time. */
export interface SeenQuality {
  readonly callbacks: number;
  readonly malformed: number;
  readonly unauthenticated: number;
  readonly duplicate: number;
  readonly conflicting: number;
  readonly outOfOrder: number;
  readonly late: number;
  readonly orphan: number;
  readonly fault: number;
  readonly outbound: number;
  readonly outboundFailed: number;
  readonly outboundSlow: number;
  /** Sum of all calls to the provider. */
  readonly outboundMs: number;
  readonly compared: number;
  readonly differences: number;
}

/**
 * What each sign costs: `weight` points for every percent of the calls, at most `cap`. What loses money or needs
 * people weighs most; retries and late results are part of the trade and cost little until they are the rule.
 */
const prices: Record<QualitySign, { weight: number; cap: number }> = {
  'reconciliation-difference': { weight: 20, cap: 50 },
  conflicting: { weight: 10, cap: 40 },
  malformed: { weight: 5, cap: 40 },
  orphan: { weight: 3, cap: 20 },
  'outbound-failed': { weight: 2, cap: 20 },
  'out-of-order': { weight: 1, cap: 15 },
  'outbound-slow': { weight: 1, cap: 10 },
  late: { weight: 0.5, cap: 10 },
  duplicate: { weight: 0.2, cap: 10 },
};

/** The score and what it is made of. */
export function scoreOf(seen: SeenQuality): QualityScore {
  const { callbacks, outbound, compared } = seen;
  const components = [
    component('reconciliation-difference', seen.differences, compared),
    component('conflicting', seen.conflicting, callbacks),
    component('malformed', seen.malformed, callbacks),
    component('orphan', seen.orphan, callbacks),
    component('out-of-order', seen.outOfOrder, callbacks),
    component('late', seen.late, callbacks),
    component('duplicate', seen.duplicate, callbacks),
    component('outbound-failed', seen.outboundFailed, outbound),
    component('outbound-slow', seen.outboundSlow, outbound),
  ];
  const lost = components.reduce((sum, { penalty }) => sum + penalty, 0);
  const isKnown = callbacks + outbound + compared > 0;
  return {
    ...(isKnown && { score: round(Math.max(0, 100 - lost)) }),
    callbacks,
    outbound,
    ...(outbound > 0 && { outboundMs: Math.round(seen.outboundMs / outbound) }),
    unauthenticated: seen.unauthenticated,
    faults: seen.fault,
    components,
  };
}

function component(sign: QualitySign, count: number, of: number): QualityComponent {
  const { weight, cap } = prices[sign];
  const penalty = of === 0 ? 0 : Math.min(cap, (weight * 100 * count) / of);
  return { sign, count, of, weight, cap, penalty: round(penalty) };
}

function round(points: number): number {
  return Math.round(points * 100) / 100;
}

/** Adds up what was seen in several times. */
export function sumQuality(parts: readonly SeenQuality[]): SeenQuality {
  const total = { ...nothing };
  for (const part of parts)
    for (const name of Object.keys(nothing) as (keyof SeenQuality)[]) total[name] += part[name];
  return total;
}

const nothing: { [K in keyof SeenQuality]: number } = {
  callbacks: 0,
  malformed: 0,
  unauthenticated: 0,
  duplicate: 0,
  conflicting: 0,
  outOfOrder: 0,
  late: 0,
  orphan: 0,
  fault: 0,
  outbound: 0,
  outboundFailed: 0,
  outboundSlow: 0,
  outboundMs: 0,
  compared: 0,
  differences: 0,
};
