import fc from 'fast-check';
import { qualitySigns, type MovementsPosted, type PostedAction } from '@baize/contracts';
import type { Outcome, ProviderCommand } from './dialect';
import { scoreOf, signOf, sumQuality, type SeenQuality } from './quality';

const nothing = sumQuality([]);
const seen = (more: Partial<SeenQuality>): SeenQuality => ({ ...nothing, callbacks: 1_000, ...more });
const penaltyOf = (more: Partial<SeenQuality>, sign: string) =>
  scoreOf(seen(more)).components.find((one) => one.sign === sign)?.penalty;

describe('the quality score', () => {
  it('is 100 for calls as they should be, and absent where nothing was seen', () => {
    expect(scoreOf(seen({})).score).toBe(100);
    expect(scoreOf(nothing)).not.toHaveProperty('score');
  });

  // computed by hand: weight x percent, at most the cap
  it.each<[Partial<SeenQuality>, string, number, number]>([
    [{ malformed: 10 }, 'malformed', 5, 95],
    [{ malformed: 1_000 }, 'malformed', 40, 60],
    [{ conflicting: 3 }, 'conflicting', 3, 97],
    [{ orphan: 20 }, 'orphan', 6, 94],
    [{ outOfOrder: 50 }, 'out-of-order', 5, 95],
    [{ late: 100 }, 'late', 5, 95],
    [{ duplicate: 200 }, 'duplicate', 4, 96],
    [{ outbound: 50, outboundFailed: 1 }, 'outbound-failed', 4, 96],
    [{ outbound: 50, outboundSlow: 2 }, 'outbound-slow', 4, 96],
    [{ compared: 10_000, differences: 5 }, 'reconciliation-difference', 1, 99],
    [{ compared: 10, differences: 10 }, 'reconciliation-difference', 50, 50],
  ])('of %j has a penalty for %s of %d', (more, sign, penalty, score) => {
    expect(penaltyOf(more, sign)).toBe(penalty);
    expect(scoreOf(seen(more)).score).toBe(score);
  });

  it('costs nothing for our own faults and for strangers', () => {
    expect(scoreOf(seen({ fault: 900, unauthenticated: 100_000 }))).toMatchObject({
      score: 100,
      faults: 900,
      unauthenticated: 100_000,
    });
  });

  it('explains itself: it is always 100 less its penalties, and names every sign', () => {
    const count = fc.nat(1_000);
    const any = fc.record(
      Object.fromEntries(Object.keys(nothing).map((name) => [name, count])) as {
        [K in keyof SeenQuality]: typeof count;
      },
    );
    fc.assert(
      fc.property(any, (given) => {
        const { score, components } = scoreOf(given);
        const lost = components.reduce((sum, { penalty }) => sum + penalty, 0);
        if (score !== undefined) expect(score).toBeCloseTo(Math.max(0, 100 - lost), 1);
        expect(components.map(({ sign }) => sign).sort()).toEqual([...qualitySigns].sort());
        for (const { count: n, of, weight, cap, penalty } of components)
          expect(penalty).toBeCloseTo(of === 0 ? 0 : Math.min(cap, (weight * 100 * n) / of), 1);
      }),
    );
  });

  it('adds up hours', () => {
    const total = sumQuality([seen({ malformed: 1 }), seen({ malformed: 2, late: 3 })]);
    expect(total).toEqual({ ...nothing, callbacks: 2_000, malformed: 3, late: 3 });
  });
});

describe('what a callback says of its provider', () => {
  const command: ProviderCommand = { intent: 'post', closeRound: false, actions: [] };
  const action = (more: Partial<PostedAction>): PostedAction => ({
    ...{ id: 'x', kind: 'bet', status: 'posted', transactionId: 't', postedAt: '', balanceAfter: 0 },
    ...more,
  });
  const posted = (actions: PostedAction[], more: Partial<MovementsPosted> = {}): Outcome => ({
    kind: 'posted',
    posted: { ...{ actions, balance: {} as MovementsPosted['balance'] }, ...more },
  });
  const refused = (code: string) => ({ kind: 'refused', code, at: '' }) as Outcome;
  it.each<[Outcome, string | undefined]>([
    [posted([action({})]), undefined],
    [posted([action({ kind: 'win' })]), undefined],
    [posted([]), undefined],
    [posted([action({ status: 'replayed' })]), 'duplicate'],
    [posted([action({ status: 'replayed' }), action({})]), undefined],
    [posted([action({ kind: 'rollback', status: 'tombstoned' })]), 'out-of-order'],
    [posted([action({ kind: 'win' })], { roundClosed: true }), 'late'],
    [posted([action({})], { roundClosed: true }), undefined],
    [{ ...posted([action({ kind: 'win' })]), sessionOver: true } as Outcome, 'late'],
    [refused('wallet.movement-conflict'), 'conflicting'],
    [refused('wallet.bet-not-found'), 'out-of-order'],
    [refused('wallet.movement-tombstoned'), 'out-of-order'],
    [refused('game-sessions.session-not-found'), 'orphan'],
    [{ ...refused('game-sessions.session-not-found'), sessionOver: true } as Outcome, 'late'],
    [refused('wallet.insufficient-funds'), undefined],
    [{ kind: 'malformed', detail: 'x' }, 'malformed'],
    [{ kind: 'unauthenticated' }, 'unauthenticated'],
    [{ kind: 'fault' }, 'fault'],
  ])('%j: %s', (outcome, sign) => {
    expect(signOf(outcome, command)).toBe(sign);
  });

  it('takes a win that closes its round for what it is', () => {
    const closing = posted([action({ kind: 'win' })], { roundClosed: true });
    expect(signOf(closing, { ...command, closeRound: true })).toBeUndefined();
  });
});
