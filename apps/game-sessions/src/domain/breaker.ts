import type { BreakerStateName } from '@baize/contracts';

/** The breaker of one provider of one brand. Times are epoch milliseconds. */
export interface Breaker {
  readonly state: BreakerStateName;
  /** Opened by a person: only a person closes it. */
  readonly manual: boolean;
  readonly reason: string;
  /** What was seen before counts no more. */
  readonly changedAtMs: number;
  /** When an open one is tried again; absent where a person opened it. */
  readonly retryAtMs?: number;
  /** How often it opened without having closed in between: each time it waits twice as long. */
  readonly openings: number;
}

/** What was seen since the breaker changed; but for a half-open one at most of the last `windowMs`. */
export interface SeenCalls {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

export const breakerRules = {
  windowMs: 30_000,
  /** Fewer say nothing. */
  minCalls: 20,
  openAtShare: 0.5,
  firstRetryMs: 30_000,
  longestRetryMs: 600_000,
  /** So many calls decide about a half-open one. */
  probeCalls: 5,
  /** Launches that are let through in each period while it is half-open. */
  launchesPerPeriod: 5,
  probePeriodMs: 10_000,
} as const;

/** Where the breaker goes from here; the same object when it stays. */
export function decideBreaker(breaker: Breaker, seen: SeenCalls, nowMs: number): Breaker {
  switch (breaker.state) {
    case 'closed':
      return seen.calls >= breakerRules.minCalls && isBad(seen) ? opened(breaker, seen, nowMs) : breaker;
    case 'open':
      return breaker.retryAtMs !== undefined && nowMs >= breaker.retryAtMs
        ? changed(breaker, 'half-open', 'a few launches are let through to see', nowMs)
        : breaker;
    case 'half-open':
      if (seen.calls < breakerRules.probeCalls) return breaker;
      return isBad(seen)
        ? opened(breaker, seen, nowMs)
        : { ...changed(breaker, 'closed', 'the calls that were let through went well', nowMs), openings: 0 };
  }
}

/** What a person decides. */
export function setBreaker(
  breaker: Breaker,
  action: 'open' | 'close',
  reason: string,
  nowMs: number,
): Breaker {
  const state = action === 'open' ? 'open' : 'closed';
  return { ...changed(breaker, state, reason, nowMs), manual: action === 'open', openings: 0 };
}

function isBad({ calls, failures, slow }: SeenCalls): boolean {
  return (failures + slow) / calls >= breakerRules.openAtShare;
}

function opened(breaker: Breaker, { calls, failures, slow }: SeenCalls, nowMs: number): Breaker {
  const waitMs = Math.min(breakerRules.firstRetryMs * 2 ** breaker.openings, breakerRules.longestRetryMs);
  const reason = `of ${calls} calls ${failures} failed and ${slow} were too slow`;
  return {
    ...changed(breaker, 'open', reason, nowMs),
    retryAtMs: nowMs + waitMs,
    openings: breaker.openings + 1,
  };
}

function changed(breaker: Breaker, state: BreakerStateName, reason: string, nowMs: number): Breaker {
  return { state, manual: false, reason, changedAtMs: nowMs, openings: breaker.openings };
}
