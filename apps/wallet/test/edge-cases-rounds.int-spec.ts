import type { Database } from '@baize/persistence';
import type { GameAction } from '@baize/contracts';
import { bet, call, outcomeOf, postEach, rollback, win } from './support/calls';
import { useLedger } from './support/use-ledger';

let db: Database;
let player: string;
const outcomes = useLedger((ledger) => {
  ({ db, player } = ledger);
});

describe('duplicate rollback', () => {
  test('succeeds, once, under the same id and under another', async () => {
    const [, first, again, other] = await postEach(
      db,
      call(player, [bet('b1', 100)]),
      call(player, [rollback('r1', 'b1')]),
      call(player, [rollback('r1', 'b1')]),
      call(player, [rollback('r2', 'b1')]),
    );
    expect([first!, again!, other!].map(outcomeOf)).toEqual(['posted', 'replayed', 'replayed']);
    expect(other!.posted[0]!.transactionId).toBe(first!.posted[0]!.transactionId);
    expect(other!.posted[0]!.balanceAfter).toBe(1_000n);
    expect(other!.balance.real).toBe(1_000n);
  });

  test('a rollback may carry the id of its bet, and leave out the round', async () => {
    expect(
      await outcomes(
        call(player, [bet('b1', 100)]),
        call(player, [rollback('b1', 'b1')], { providerRoundId: undefined }),
      ),
    ).toEqual(['posted', 'posted', 1_000n]);
  });
});

describe('bet rolled back after a win or a closed round', () => {
  test.each<[string, GameAction[], boolean]>([
    ['a win', [win('w1', 30)], false],
    ['a zero win', [win('w1', 0)], false],
    ['a closed round', [], true],
  ])('after %s it is refused', async (_after, actions, closeRound) => {
    expect(
      await outcomes(
        call(player, [bet('b1', 100)]),
        call(player, actions, { closeRound }),
        call(player, [rollback('r1', 'b1')]),
      ),
    ).toEqual([
      'posted',
      closeRound ? 'posted' : 'posted',
      'wallet.original-settled',
      actions[0]?.amount ? 930n : 900n,
    ]);
  });

  test('a dialect may allow it', async () => {
    const allow = { rules: { settledOriginal: 'allow' as const } };
    expect(
      await outcomes(
        call(player, [bet('b1', 100)]),
        call(player, [win('w1', 30)], { closeRound: true }),
        call(player, [rollback('r1', 'b1')], allow),
      ),
    ).toEqual(['posted', 'posted posted', 'posted', 1_030n]);
  });

  test('once the win is rolled back the bet can be, too', async () => {
    expect(
      await outcomes(
        call(player, [bet('b1', 100)]),
        call(player, [win('w1', 30)]),
        call(player, [rollback('r1', 'w1', 'win')]),
        call(player, [rollback('r2', 'b1')]),
      ),
    ).toEqual(['posted', 'posted', 'posted', 'posted', 1_000n]);
  });

  test('a win of another bet of the round does not settle this one where wins name their bets', async () => {
    const settle = call(player, [{ ...win('w1', 50), reference: { kind: 'bet-group', id: 'A' } }]);
    expect(
      await outcomes(
        call(player, [{ ...bet('b1', 100), groupId: 'A' }]),
        call(player, [{ ...bet('b2', 100), groupId: 'B' }]),
        settle,
        call(player, [rollback('r1', 'b2')]),
        call(player, [rollback('r2', 'b1')]),
      ),
    ).toEqual(['posted', 'posted', 'posted', 'posted', 'wallet.original-settled', 950n]);
  });
});

describe('win after rollback', () => {
  test('is refused', async () => {
    expect(
      await outcomes(
        call(player, [bet('b1', 100)]),
        call(player, [rollback('r1', 'b1')]),
        call(player, [win('w1', 30)]),
      ),
    ).toEqual(['posted', 'posted', 'wallet.bet-already-rolled-back', 1_000n]);
  });

  test('is refused where it names the bet by its group, although the round has a live one', async () => {
    const settle = call(player, [{ ...win('w1', 30), reference: { kind: 'bet-group', id: 'A' } }]);
    expect(
      await outcomes(
        call(player, [{ ...bet('b1', 100), groupId: 'A' }]),
        call(player, [bet('b2', 10)]),
        call(player, [rollback('r1', 'b1')]),
        settle,
      ),
    ).toEqual(['posted', 'posted', 'posted', 'wallet.bet-already-rolled-back', 990n]);
  });
});

describe('late win: session expired, player blocked or excluded', () => {
  beforeEach(() => db.query(`UPDATE anchor SET restrictions = 1 WHERE player_id = $1`, [player]));

  test('wins and rollbacks of a restricted player are posted, bets are refused', async () => {
    await db.query(`UPDATE anchor SET restrictions = 0 WHERE player_id = $1`, [player]);
    await outcomes(call(player, [bet('b1', 100)]), call(player, [bet('b2', 100)], { providerRoundId: 'r2' }));
    await db.query(`UPDATE anchor SET restrictions = 1 WHERE player_id = $1`, [player]);
    expect(
      await outcomes(
        call(player, [bet('b3', 1)]),
        call(player, [win('w1', 40)]),
        call(player, [rollback('x', 'b2')]),
      ),
    ).toEqual(['wallet.player-restricted', 'posted', 'posted', 940n]);
  });

  test('a retry of a bet from before is still answered as it was', async () => {
    await db.query(`UPDATE anchor SET restrictions = 0 WHERE player_id = $1`, [player]);
    await outcomes(call(player, [bet('b1', 100)]));
    await db.query(`UPDATE anchor SET restrictions = 1 WHERE player_id = $1`, [player]);
    expect(await outcomes(call(player, [bet('b1', 100)]))).toEqual(['replayed', 900n]);
  });
});

test('rollback of a win whose money is spent: a debt, and no bets until it is cleared', async () => {
  const refill = call(player, [{ ...win('w9', 400), award: 'promo' }], { providerRoundId: undefined });
  expect(
    await outcomes(
      call(player, [bet('b1', 100)]),
      call(player, [win('w1', 500)]),
      call(player, [bet('b2', 1_400)], { providerRoundId: 'r2' }),
      call(player, [rollback('r1', 'w1', 'win')]),
      call(player, [bet('b3', 0)], { providerRoundId: 'r3' }),
    ),
  ).toEqual(['posted', 'posted', 'posted', 'posted', 'wallet.debt-outstanding', -500n]);
  expect(await outcomes(refill, call(player, [bet('b3', 0)], { providerRoundId: 'r3' }))).toEqual([
    'posted',
    'wallet.debt-outstanding',
    -100n,
  ]);
  expect(
    await outcomes(
      call(player, [{ ...win('w8', 101), award: 'promo' }]),
      call(player, [bet('b3', 1)], { providerRoundId: 'r3' }),
    ),
  ).toEqual(['posted', 'posted', 0n]);
});

test('partial rollback is capped at what remains', async () => {
  const part = (id: string, amount: number) => call(player, [{ ...rollback(id, 'b1'), amount }]);
  expect(
    await outcomes(
      call(player, [bet('b1', 100)]),
      part('r1', 30),
      part('r2', 30),
      part('r3', 300),
      part('r4', 10),
    ),
  ).toEqual(['posted', 'posted', 'posted', 'posted', 'replayed', 1_000n]);
});

describe('round with several bets and wins', () => {
  test('is summed and closes only on an explicit flag; then no more bets', async () => {
    expect(
      await outcomes(
        call(player, [bet('b1', 100), bet('b2', 50)]),
        call(player, [win('w1', 70), win('w2', 5)]),
        call(player, [bet('b3', 10)]),
        call(player, [win('w3', 0)], { closeRound: true }),
        call(player, [bet('b4', 10)]),
      ),
    ).toEqual(['posted posted', 'posted posted', 'posted', 'posted posted', 'wallet.round-closed', 915n]);
    const [round] = await db.query(
      `SELECT stake_real, won_real, bets, wins, closed FROM round WHERE player_id = $1`,
      [player],
    );
    expect(round).toEqual({ stake_real: 160n, won_real: 75n, bets: 3, wins: 3, closed: true });
  });

  test('a win that comes after the close is credited', async () => {
    expect(
      await outcomes(call(player, [bet('b1', 100)], { closeRound: true }), call(player, [win('w1', 70)])),
    ).toEqual(['posted posted', 'posted', 970n]);
  });

  test('closing alone: once, with an event; of a round never seen it is refused', async () => {
    expect(
      await outcomes(
        call(player, [], { closeRound: true }),
        call(player, [bet('b1', 100)]),
        call(player, [], { closeRound: true }),
        call(player, [], { closeRound: true }),
      ),
    ).toEqual(['wallet.bet-not-found', 'posted', 'posted', 'replayed', 900n]);
    const events = await db.query<{ type: string }>(
      `SELECT type FROM outbox WHERE partition_key = $1 ORDER BY id`,
      [player],
    );
    expect(events.map(({ type }) => type)).toEqual([
      'wallet.event.bet-placed.v1',
      'wallet.event.round-closed.v1',
    ]);
  });
});
