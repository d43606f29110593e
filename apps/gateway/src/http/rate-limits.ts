import { ok, type Result, refuse } from '@baize/contracts';
import { counter } from '@baize/runtime';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Edge } from '../edge';

export type RateKind = 'client' | 'player' | 'browser' | 'public' | 'failure' | 'provider';

const limited = counter('gateway_rate_limited_total', 'Requests answered with 429, by kind of key', ['kind']);

/** Rates per key, counted in this replica. */
export class RateLimits {
  private readonly limiters: Record<RateKind, RateLimiterMemory>;

  constructor({ rateLimits }: Pick<Edge, 'rateLimits'>) {
    const per = (duration: number, points: number) => new RateLimiterMemory({ points, duration });
    this.limiters = {
      client: per(1, rateLimits.clientPerSecond),
      player: per(1, rateLimits.playerPerSecond),
      browser: per(60, rateLimits.browserPerMinute),
      public: per(1, rateLimits.publicPerSecond),
      failure: per(60, rateLimits.failuresPerMinute),
      provider: per(1, rateLimits.providerPerSecond),
    };
  }

  /** Counts one request. */
  async take(kind: RateKind, key: string): Promise<Result<undefined>> {
    try {
      await this.limiters[kind].consume(key);
      return ok(undefined);
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) throw reason;
      return this.refused(kind, reason.msBeforeNext);
    }
  }

  /** Asks without counting: whether the key is beyond its limit already. */
  async look(kind: RateKind, key: string): Promise<Result<undefined>> {
    const limiter = this.limiters[kind];
    const state = await limiter.get(key);
    if (state === null || state.consumedPoints <= limiter.points) return ok(undefined);
    return this.refused(kind, state.msBeforeNext);
  }

  private refused(kind: RateKind, waitMs: number): Result<never> {
    limited.inc({ kind });
    return refuse('gateway.rate-limited', 'Too many requests; wait as long as Retry-After says.', {
      data: { retryAfterSeconds: waitMs / 1_000 },
    });
  }
}
