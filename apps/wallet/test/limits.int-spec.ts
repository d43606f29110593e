import { randomUUID } from 'node:crypto';
import type { Database } from '@baize/persistence';
import { encodeBatch, postBatchSql } from '../src/store/batch-columns';
import {
  applyLimits,
  countDeposit,
  FenceUnavailable,
  releaseDeposit,
  reserveDeposit,
  type LimitDefinition,
} from '../src/store/limits';
import { PostingEngine } from '../src/store/posting-engine';
import { bet, call, insist, outcomeOf, postEach, rollback, win } from './support/calls';
import { grantLease, openPlayer } from './support/ledger';
import { useLedger } from './support/use-ledger';

let db: Database;
let url: string;
let player: string;
const outcomes = useLedger((ledger) => {
  ({ db, player, url } = ledger);
});

const limit = (
  kind: LimitDefinition['kind'],
  amount: bigint,
  period: LimitDefinition['period'] = kind === 'stake' ? 'bet' : 'month',
): LimitDefinition => ({ kind, period, amount, currency: 'EUR' });

let epoch = 0;
const set = (playerId: string, limits: LimitDefinition[], timeZone = 'Europe/Malta') =>
  db.transactions.run((tx) => applyLimits(tx, { playerId, epoch: (epoch += 1), timeZone, limits }));
const deposit = (amount: bigint, id: string = randomUUID()) =>
  db.transactions.run((tx) => reserveDeposit(tx, { id, playerId: player, currency: 'EUR', amount }));
const usedOf = async (kind: string) =>
  db.query<{ start: Date; used: bigint }>(
    `SELECT window_start AS start, used FROM limit_usage WHERE player_id = $1 AND kind = $2 ORDER BY window_start`,
    [player, kind],
  );

/** The latest moments of the player's story happened so long ago. */
async function move(hours: number): Promise<void> {
  await db.transactions.run(async (tx) => {
    await tx.query(`ALTER TABLE journal DISABLE TRIGGER journal_append_only`);
    await tx.query(
      `UPDATE journal SET created_at = created_at - make_interval(hours => $2) WHERE player_id = $1`,
      [player, hours],
    );
    await tx.query(`ALTER TABLE journal ENABLE TRIGGER journal_append_only`);
    await tx.query(
      `UPDATE deposit_reservation SET reserved_at = reserved_at - make_interval(hours => $2) WHERE player_id = $1`,
      [player, hours],
    );
    await tx.query(
      `UPDATE limit_usage SET window_start = limit_window_start(period, now() - make_interval(hours => $2), 'Europe/Malta')
       WHERE player_id = $1`,
      [player, hours],
    );
  });
}

describe('stake, wager and loss', () => {
  test('a stake above the limit is refused, one at the limit is taken', async () => {
    await set(player, [limit('stake', 100n)]);
    expect(
      await outcomes(
        call(player, [bet('b1', 101)]),
        call(player, [bet('b2', 100)]),
        call(player, [win('w1', 500)]),
      ),
    ).toEqual(['wallet.limit-exceeded', 'posted', 'posted', 1_400n]);
  });

  test('wagers count stakes, not what is won; a rollback gives back, a refused call takes nothing', async () => {
    await set(player, [limit('wager', 200n)]);
    expect(
      await outcomes(
        call(player, [bet('b1', 150)]),
        call(player, [win('w1', 400)], { providerRoundId: 'r1' }),
        call(player, [bet('b2', 30), bet('b3', 30)], { providerRoundId: 'r2' }),
        call(player, [bet('b4', 51)], { providerRoundId: 'r3' }),
        call(player, [bet('b5', 50)], { providerRoundId: 'r3' }),
        call(player, [rollback('x1', 'b5')]),
        call(player, [bet('b6', 50)], { providerRoundId: 'r4' }),
        call(player, [bet('b7', 0)], { providerRoundId: 'r5' }),
      ),
    ).toEqual([
      'posted',
      'posted',
      'wallet.limit-exceeded',
      'wallet.limit-exceeded',
      'posted',
      'posted',
      'posted',
      'posted',
      1_200n,
    ]);
    expect(await usedOf('wager')).toMatchObject([{ used: 200n }]);
  });

  test('losses are stakes without what was won', async () => {
    await set(player, [limit('loss', 100n)]);
    expect(
      await outcomes(
        call(player, [bet('b1', 100)]),
        call(player, [bet('b2', 1)], { providerRoundId: 'r2' }),
        call(player, [win('w1', 40)]),
        call(player, [bet('b3', 41)], { providerRoundId: 'r2' }),
        call(player, [bet('b4', 40)], { providerRoundId: 'r2' }),
      ),
    ).toEqual(['posted', 'wallet.limit-exceeded', 'posted', 'wallet.limit-exceeded', 'posted', 900n]);
  });

  test('200 bets at once through two engines never exceed a limit', async () => {
    await set(player, [limit('wager', 330n)]);
    const engines = [new PostingEngine({ databaseUrl: url }), new PostingEngine({ databaseUrl: url })];
    const verdicts = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        insist(engines[n % 2]!, call(player, [bet(`b${n}`, 10)], { providerRoundId: `r${n}` })),
      ),
    );
    await Promise.all(engines.map((engine) => engine.stop()));
    expect(verdicts.map(outcomeOf).filter((outcome) => outcome === 'posted')).toHaveLength(33);
    expect(await usedOf('wager')).toMatchObject([{ used: 330n }]);
  });

  test('a new limit counts what was played since its window began', async () => {
    await postEach(
      db,
      call(player, [bet('b1', 100)]),
      call(player, [bet('b2', 100)], { providerRoundId: 'r2' }),
      call(player, [rollback('x', 'b2')]),
      call(player, [win('w1', 30)]),
    );
    await set(player, [limit('wager', 150n), limit('loss', 100n)]);
    expect(await usedOf('wager')).toMatchObject([{ used: 100n }]);
    expect(await usedOf('loss')).toMatchObject([{ used: 70n }]);
    // A change of the amount alone reads nothing anew.
    await set(player, [limit('wager', 120n), limit('loss', 100n)]);
    expect(await outcomes(call(player, [bet('b3', 21)], { providerRoundId: 'r3' }))).toEqual([
      'wallet.limit-exceeded',
      930n,
    ]);
  });

  test('a window that is over counts no more, and gets back what is rolled back', async () => {
    await set(player, [limit('wager', 100n, 'day')]);
    await postEach(db, call(player, [bet('b1', 80)]));
    await move(25); // no day is longer
    expect(
      await outcomes(
        call(player, [bet('b2', 90)], { providerRoundId: 'r2' }),
        call(player, [rollback('x', 'b1')]),
        call(player, [bet('b3', 20)], { providerRoundId: 'r3' }),
      ),
    ).toEqual(['posted', 'posted', 'wallet.limit-exceeded', 910n]);
    expect((await usedOf('wager')).map(({ used }) => used)).toEqual([0n, 90n]);
  });

  test('a currency that the limits are not in cannot be counted', async () => {
    await set(player, [{ ...limit('wager', 100_000n), currency: 'SEK' }]);
    expect(await outcomes(call(player, [bet('b1', 1)]))).toEqual(['wallet.limit-exceeded', 1_000n]);
  });

  test('an older epoch changes nothing; no limits are none', async () => {
    const apply = (at: number, limits: LimitDefinition[]) =>
      db.transactions.run((tx) =>
        applyLimits(tx, { playerId: player, epoch: at, timeZone: 'Europe/Malta', limits }),
      );
    await apply(1_000, [limit('stake', 10n)]);
    await apply(999, [limit('stake', 500n)]);
    await apply(1_000, []);
    expect(await outcomes(call(player, [bet('b1', 11)]))).toEqual(['wallet.limit-exceeded', 1_000n]);
    await apply(1_001, []);
    expect(await outcomes(call(player, [bet('b1', 11)]))).toEqual(['posted', 989n]);
  });
});

describe('deposits', () => {
  test('200 at once never exceed the limit, and one asked for twice counts once', async () => {
    await set(player, [limit('deposit', 1_000n, 'week')]);
    const id = randomUUID();
    // whoever got no connection in time asks again, as callers do
    const insist = async (): Promise<string | undefined> => {
      const wanted = randomUUID();
      for (;;) {
        try {
          return await deposit(30n, wanted);
        } catch (error) {
          if (!String(error).includes('timeout exceeded when trying to connect')) throw error;
        }
      }
    };
    const answers = await Promise.all(Array.from({ length: 200 }, insist));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(33);
    expect(new Set(answers)).toEqual(new Set([undefined, 'wallet.limit-exceeded']));
    expect([await deposit(10n, id), await deposit(10n, id), await deposit(1n)]).toEqual([
      undefined,
      undefined,
      'wallet.limit-exceeded',
    ]);
  });

  test('are counted before a limit is set; the lowest wins; what failed is given back', async () => {
    const id = randomUUID();
    expect(await deposit(400n, id)).toBeUndefined();
    await set(player, [limit('deposit', 500n, 'day'), limit('deposit', 450n, 'month')]);
    expect(await deposit(51n)).toBe('wallet.limit-exceeded');
    expect(await deposit(50n)).toBeUndefined();
    await releaseDeposit(db, id);
    expect(await deposit(400n)).toBeUndefined();
    // The money of one that was given up came after all.
    await countDeposit(db, { id, playerId: player, currency: 'EUR', amount: 400n });
    expect(await deposit(1n)).toBe('wallet.limit-exceeded');
  });

  test('of yesterday count for the month, not for the day', async () => {
    await set(player, [limit('deposit', 500n, 'day')]);
    await deposit(500n);
    await move(25); // no day is longer
    expect([await deposit(500n), await deposit(1n)]).toEqual([undefined, 'wallet.limit-exceeded']);
  });

  test('are refused to a restricted player, and not begun without a lease', async () => {
    await db.query(`UPDATE anchor SET restrictions = 2 WHERE player_id = $1`, [player]);
    expect(await deposit(1n)).toBe('wallet.player-restricted');
    await grantLease(db, false);
    await expect(deposit(1n)).rejects.toThrow(FenceUnavailable);
  });
});

describe('windows', () => {
  test.each([
    // The night of 29 March 2026 has no 02:00 in Malta, that of 25 October has it twice.
    ['day', '2026-03-29T00:30:00Z', 'Europe/Malta', '2026-03-28T23:00:00Z'],
    ['day', '2026-03-29T22:30:00Z', 'Europe/Malta', '2026-03-29T22:00:00Z'],
    ['day', '2026-03-29T21:59:59Z', 'Europe/Malta', '2026-03-28T23:00:00Z'],
    ['day', '2026-10-25T22:59:59Z', 'Europe/Malta', '2026-10-24T22:00:00Z'],
    ['day', '2026-10-25T23:00:00Z', 'Europe/Malta', '2026-10-25T23:00:00Z'],
    ['week', '2026-03-29T21:59:59Z', 'Europe/London', '2026-03-23T00:00:00Z'],
    ['week', '2026-03-29T23:00:00Z', 'Europe/London', '2026-03-29T23:00:00Z'],
    ['month', '2026-10-31T22:59:59Z', 'Europe/Berlin', '2026-09-30T22:00:00Z'],
    ['month', '2026-10-31T23:00:00Z', 'Europe/Berlin', '2026-10-31T23:00:00Z'],
    ['day', '2028-02-29T22:59:59Z', 'Europe/Stockholm', '2028-02-28T23:00:00Z'],
    ['month', '2028-02-29T22:59:59Z', 'Europe/Stockholm', '2028-01-31T23:00:00Z'],
    ['month', '2028-02-29T23:00:00Z', 'Europe/Stockholm', '2028-02-29T23:00:00Z'],
    // Midnight itself is skipped: the day begins at one.
    ['day', '2024-04-26T12:00:00Z', 'Africa/Cairo', '2024-04-25T22:00:00Z'],
  ])('the %s of %s in %s begins at %s', async (period, at, zone, start) => {
    const [row] = await db.query<{ start: Date }>(`SELECT limit_window_start($1, $2, $3) AS start`, [
      period,
      at,
      zone,
    ]);
    expect(row!.start.toISOString()).toBe(new Date(start).toISOString());
  });
});

describe('without a lease', () => {
  test('a stake has no verdict and may come again; wins, rollbacks and what is posted already have theirs', async () => {
    await postEach(db, call(player, [bet('b1', 100)]));
    await grantLease(db, false);
    const engine = new PostingEngine({ databaseUrl: url });
    await expect(engine.post(call(player, [bet('b2', 10)], { providerRoundId: 'r2' }))).rejects.toThrow(
      'no-lease',
    );
    await expect(engine.post(call(player, [win('w0', 1), bet('b3', 10)]))).rejects.toThrow('no-lease');
    expect(outcomeOf(await engine.post(call(player, [bet('b1', 100)])))).toBe('replayed');
    expect(outcomeOf(await engine.post(call(player, [win('w1', 50)])))).toBe('posted');
    await grantLease(db);
    expect(outcomeOf(await engine.post(call(player, [bet('b2', 10)], { providerRoundId: 'r2' })))).toBe(
      'posted',
    );
    await engine.stop();
    expect(await outcomes(call(player, [rollback('x', 'b2')]))).toEqual(['posted', 950n]);
  });

  test('the lease is read when the locks are held, not when they were asked for', async () => {
    const session = await db.session();
    await session.query('BEGIN');
    await session.query(`SELECT FROM anchor WHERE player_id = $1 FOR NO KEY UPDATE`, [player]);
    await db.query(`UPDATE fence_lease SET valid_until = clock_timestamp() + interval '200 ms'`);
    const posting = postEach(db, call(player, [bet('b1', 10)]));
    await session.query(`SELECT pg_sleep(0.3)`);
    await session.query('COMMIT');
    await session.close();
    expect((await posting).map(outcomeOf)).toEqual(['wallet.fence-unavailable']);
  });
});

test('the previous version of the posting function stays callable', async () => {
  const other = await openPlayer(db, { real: 50n });
  await set(other, [limit('stake', 1_000n)]);
  const rows = await db.query<{ status: string }>(
    postBatchSql.replace('post_batch_v2', 'post_batch_v1'),
    encodeBatch([call(other, [bet('b1', 20)])]),
  );
  expect(rows.map(({ status }) => status)).toEqual(['posted']);
});
