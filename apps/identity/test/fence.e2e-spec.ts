import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@baize/testing';
import { ServiceStack } from './service-stack';

/** Short in the test run; `BAIZE_FENCE_SEEDS=200` is the full form. */
const seeds = Number(process.env.BAIZE_FENCE_SEEDS ?? 3);
const firstSeed = Number(process.env.BAIZE_FENCE_SEED ?? Date.now() % 1_000_000);
const bets = 500;

/** The same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the fence, a process per service', () => {
  let stack: ServiceStack;

  beforeAll(async () => {
    process.stdout.write(`fence: ${seeds} seeds from BAIZE_FENCE_SEED=${firstSeed}\n`);
    stack = await ServiceStack.start('identity', 'wallet', 'game-sessions', 'gateway');
    await stack.open();
  }, 150_000);
  afterAll(() => stack.stop());

  /** 500 bets that come within a moment; the returned promise has all outcomes. */
  function storm(playerId: string, random: () => number, overMs: number): Promise<string[]> {
    return Promise.all(
      Array.from({ length: bets }, async () => {
        await pause(random() * overMs);
        return stack.bet(playerId);
      }),
    );
  }

  /** Excludes until it is acknowledged; from then on no bet is committed, whenever it was sent. */
  async function holdsFromTheAcknowledgementOn(playerId: string, storming: Promise<string[]>): Promise<void> {
    const key = randomUUID();
    const acknowledged = await waitFor(() => stack.exclude(playerId, key));
    const committed = await stack.betsOf(playerId);
    expect(acknowledged).toBeTruthy();
    const late = await Promise.all(Array.from({ length: 20 }, () => stack.bet(playerId)));
    const outcomes = await storming;
    expect(await stack.betsOf(playerId)).toBe(committed);
    expect(late.filter((outcome) => outcome === 'ok')).toEqual([]);
    expect(outcomes.filter((outcome) => outcome === 'ok').length).toBeLessThanOrEqual(committed);
  }

  test(
    '500 bets at once against one exclusion: none is committed after the acknowledgement',
    async () => {
      for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
        const random = randomOf(seed);
        const playerId = await stack.player();
        const storming = storm(playerId, random, 200);
        await pause(random() * 200);
        await holdsFromTheAcknowledgementOn(playerId, storming);
      }
    },
    30_000 + seeds * 10_000,
  );

  test('says who applied it and when; wins, rollbacks and what is posted already stay possible', async () => {
    const playerId = await stack.player();
    const id = randomUUID();
    const round = randomUUID();
    await stack.post(playerId, [{ kind: 'bet', id, amount: 100 }], round);
    const exclusion = (await stack.exclude(playerId))!;
    expect(exclusion.touchpoints.map(({ service }) => service)).toEqual([
      'game-sessions',
      'gateway',
      'identity',
      'wallet',
    ]);
    for (const { appliedAt } of exclusion.touchpoints) {
      expect(Date.parse(appliedAt!)).toBeGreaterThanOrEqual(Date.parse(exclusion.effectiveAt) - 1_000);
    }
    expect(await stack.bet(playerId)).toBe('wallet.player-restricted');
    expect(await stack.post(playerId, [{ kind: 'win', id: randomUUID(), amount: 50 }], round)).toBe('ok');
    expect(await stack.post(playerId, [{ kind: 'bet', id, amount: 100 }], round)).toBe('ok');
    const other = await stack.player();
    const lost = randomUUID();
    await stack.bet(other, 10, lost);
    await stack.exclude(other);
    const reference = { kind: 'bet' as const, id: lost };
    expect(await stack.post(other, [{ kind: 'rollback', id: randomUUID(), reference }])).toBe('ok');
  });
});
