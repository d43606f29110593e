import { breakerRules, decideBreaker, setBreaker, type Breaker, type SeenCalls } from './breaker';

const closed: Breaker = { state: 'closed', manual: false, reason: 'x', changedAtMs: 0, openings: 0 };
const seen = (calls: number, failures: number, slow = 0): SeenCalls => ({ calls, failures, slow });

describe('a breaker', () => {
  it.each([
    [seen(19, 19), 'closed'],
    [seen(20, 9), 'closed'],
    [seen(20, 10), 'open'],
    [seen(20, 5, 5), 'open'],
    [seen(1_000, 499), 'closed'],
    [seen(0, 0), 'closed'],
  ])('that is closed and sees %j is %s', (calls, state) => {
    const next = decideBreaker(closed, calls, 1_000);
    expect(next.state).toBe(state);
    if (state === 'closed') expect(next).toBe(closed);
  });

  it('opens, is tried again after a while, and closes when that goes well', () => {
    const open = decideBreaker(closed, seen(40, 40), 1_000);
    expect(open).toMatchObject({ state: 'open', changedAtMs: 1_000, retryAtMs: 31_000, openings: 1 });
    expect(open.reason).toBe('of 40 calls 40 failed and 0 were too slow');
    // what running games say meanwhile does not close it early
    expect(decideBreaker(open, seen(500, 0), 30_999)).toBe(open);
    const half = decideBreaker(open, seen(500, 0), 31_000);
    expect(half).toMatchObject({ state: 'half-open', openings: 1 });
    expect(decideBreaker(half, seen(4, 0), 32_000)).toBe(half);
    expect(decideBreaker(half, seen(5, 2), 32_000)).toMatchObject({ state: 'closed', openings: 0 });
  });

  it('waits twice as long after each failed try, up to a bound', () => {
    let breaker = closed;
    const waits: number[] = [];
    for (let n = 0, now = 0; n < 8; n++, now += 10_000_000) {
      breaker = decideBreaker(breaker, seen(20, 20), now);
      waits.push((breaker.retryAtMs ?? 0) - now);
      breaker = decideBreaker(breaker, seen(0, 0), now + 9_000_000);
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000, 600_000]);
    expect(waits.at(-1)).toBe(breakerRules.longestRetryMs);
  });

  it('that a person opened stays open until a person closes it', () => {
    const open = setBreaker(closed, 'open', 'maintenance', 1_000);
    expect(open).toMatchObject({ state: 'open', manual: true, reason: 'maintenance' });
    expect(decideBreaker(open, seen(100, 0), Number.MAX_SAFE_INTEGER)).toBe(open);
    expect(setBreaker(open, 'close', 'done', 2_000)).toMatchObject({ state: 'closed', manual: false });
  });
});
