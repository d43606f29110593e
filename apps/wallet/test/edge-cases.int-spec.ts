import { randomUUID } from 'node:crypto';
import { Database } from '@baize/persistence';
import { createTestDatabase, type TestDatabase } from '@baize/testing';
import type { GameAction } from '@baize/contracts';
import type { PostingUnit } from '../src/domain/instruction';
import { walletMigrations } from '../src/store/migrations';
import { postBatch } from '../src/store/post-batch';
import { bet, call, outcomeOf, postEach, rollback, win } from './support/calls';
import { openPlayer, violations } from './support/ledger';

// One of the servers' cores may be busy with other test files.
jest.setTimeout(30_000);

let testDatabase: TestDatabase;
let db: Database;
let player: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrations: walletMigrations });
  db = new Database({ url: testDatabase.url, poolSize: 4 });
});

afterAll(async () => {
  await db.close();
  await testDatabase.drop();
});

beforeEach(async () => {
  player = await openPlayer(db, { real: 1_000n });
});

afterEach(async () => {
  expect(await violations(db)).toEqual([]);
});

/** Posts the units one after the other and answers their outcomes and the real money at the end. */
async function outcomes(...units: PostingUnit[]): Promise<[...string[], bigint]> {
  const verdicts = await postEach(db, ...units);
  return [...verdicts.map(outcomeOf), verdicts[verdicts.length - 1]!.balance!.real];
}

const journalOf = (id: string) =>
  db.query<{ kind: string; amount: bigint; real: bigint; bonus: bigint; entries: bigint }>(
    `SELECT kind, amount, real, bonus, (SELECT count(*) FROM entry WHERE journal_id = j.id) AS entries
     FROM journal j WHERE player_id = $1 AND provider <> 'opening' ORDER BY sequence`,
    [id],
  );

describe('exact retry', () => {
  test('the original outcome, no movement, the live balance beside the recorded one', async () => {
    const [first, , again] = await postEach(
      db,
      call(player, [bet('b1', 100)]),
      call(player, [bet('b2', 50)]),
      call(player, [bet('b1', 100)]),
    );
    expect(again!.posted[0]).toEqual({ ...first!.posted[0], status: 'replayed' });
    expect(again!.posted[0]!.balanceAfter).toBe(900n);
    expect(again!.balance.real).toBe(850n);
  });

  test('within one batch it is posted once', async () => {
    const verdicts = await postBatch(db, [call(player, [bet('b1', 100)]), call(player, [bet('b1', 100)])]);
    expect(verdicts.map(outcomeOf)).toEqual(['posted', 'replayed']);
    expect(await journalOf(player)).toHaveLength(1);
  });
});

describe('same id, different payload', () => {
  test.each<[string, PostingUnitChange]>([
    ['amount', (id) => call(id, [bet('b1', 101)])],
    ['game', (id) => call(id, [bet('b1', 100)], { gameId: 'g2' })],
    ['round', (id) => call(id, [bet('b1', 100)], { providerRoundId: 'r2' })],
    ['reference', (id) => call(id, [{ ...bet('b1', 100), reference: { kind: 'bet', id: 'b0' } }])],
  ])('another %s is a conflict', async (_field, changed) => {
    expect(await outcomes(call(player, [bet('b1', 100)]), changed(player))).toEqual([
      'posted',
      'wallet.movement-conflict',
      900n,
    ]);
  });

  test('other counters, times and sessions are a true retry', async () => {
    const retry = call(player, [bet('b1', 100)], {
      receivedAt: '2026-02-01T00:00:00.000Z',
      bodySha256: 'f'.repeat(64),
      sessionId: 's2',
    });
    expect(await outcomes(call(player, [bet('b1', 100)]), retry)).toEqual(['posted', 'replayed', 900n]);
  });

  test('the same id as a bet and as a win are two movements', async () => {
    expect(await outcomes(call(player, [bet('x', 100)]), call(player, [win('x', 30)]))).toEqual([
      'posted',
      'posted',
      930n,
    ]);
  });
});
type PostingUnitChange = (player: string) => PostingUnit;

test('retry of a refused call is decided afresh', async () => {
  const stake = () => call(player, [bet('b1', 1_500)]);
  const [refused] = await postEach(db, stake());
  expect(refused).toMatchObject({ refused: 'wallet.insufficient-funds', balance: { real: 1_000n } });
  expect(
    await outcomes(
      call(player, [{ ...win('w0', 600), award: 'promo' }], { providerRoundId: undefined }),
      stake(),
    ),
  ).toEqual(['posted', 'posted', 100n]);
});

describe('scope of an id', () => {
  test('per player: another player may use it too', async () => {
    const other = await openPlayer(db, { real: 1_000n });
    expect(await outcomes(call(player, [bet('b1', 100)]), call(other, [bet('b1', 100)]))).toEqual([
      'posted',
      'posted',
      900n,
    ]);
  });

  test('per provider: the same id for another player is a conflict, in one batch too', async () => {
    const other = await openPlayer(db, { real: 1_000n });
    const wide = { idScope: 'provider' as const, provider: `p${randomUUID()}` };
    const units = () => [call(player, [bet('b1', 100)], wide), call(other, [bet('b1', 100)], wide)];
    expect((await postBatch(db, units())).map(outcomeOf)).toEqual(['posted', 'wallet.movement-conflict']);
    expect(await outcomes(...units())).toEqual(['replayed', 'wallet.movement-conflict', 1_000n]);
  });

  test("a rollback of another player's bet is a conflict", async () => {
    const other = await openPlayer(db, { real: 1_000n });
    const wide = { idScope: 'provider' as const, provider: `p${randomUUID()}` };
    expect(
      await outcomes(call(player, [bet('b1', 100)], wide), call(other, [rollback('x', 'b1')], wide)),
    ).toEqual(['posted', 'wallet.movement-conflict', 1_000n]);
  });
});

describe('win before its bet', () => {
  test('is a retryable not-found and is credited once the bet is there', async () => {
    const credit = () => call(player, [win('w1', 50)]);
    expect(await outcomes(credit(), call(player, [bet('b1', 100)]), credit())).toEqual([
      'wallet.bet-not-found',
      'posted',
      'posted',
      950n,
    ]);
  });

  test.each(['promo', 'jackpot', 'free-round'] as const)('a %s needs no bet and no round', async (award) => {
    const unit = call(player, [{ ...win('w1', 50), award }], { providerRoundId: undefined });
    expect(await outcomes(unit)).toEqual(['posted', 1_050n]);
  });

  test('where a win names its bet, the bet counts and not the round', async () => {
    const settle = (id: string, of: string) =>
      call(player, [{ ...win(id, 50), reference: { kind: 'bet', id: of } }]);
    expect(await outcomes(call(player, [bet('b1', 100)]), settle('w1', 'b2'), settle('w2', 'b1'))).toEqual([
      'posted',
      'wallet.bet-not-found',
      'posted',
      950n,
    ]);
  });

  test('a dialect may allow it', async () => {
    expect(await outcomes(call(player, [win('w1', 50)], { rules: { winWithoutBet: 'allow' } }))).toEqual([
      'posted',
      1_050n,
    ]);
  });
});

describe('rollback before its bet', () => {
  test('leaves a tombstone; the later bet is refused without a debit', async () => {
    const [tombstone, late, again] = await postEach(
      db,
      call(player, [rollback('r1', 'b1')]),
      call(player, [bet('b1', 100)]),
      call(player, [rollback('r1', 'b1')]),
    );
    expect([tombstone!, late!, again!].map(outcomeOf)).toEqual([
      'tombstoned',
      'wallet.movement-tombstoned',
      'tombstoned',
    ]);
    expect(again!.posted[0]!.transactionId).toBe(tombstone!.posted[0]!.transactionId);
    expect(await journalOf(player)).toEqual([]);
  });

  test('in one batch with the bet behind it', async () => {
    const verdicts = await postBatch(db, [
      call(player, [rollback('r1', 'b1')]),
      call(player, [bet('b1', 100)]),
    ]);
    expect(verdicts.map(outcomeOf)).toEqual(['tombstoned', 'wallet.movement-tombstoned']);
  });

  test('where it may be a bet or a win, both are refused later', async () => {
    expect(
      await outcomes(
        call(player, [rollback('r1', 'x', 'any')]),
        call(player, [bet('x', 100)]),
        call(player, [bet('b', 100)]),
        call(player, [win('x', 100)]),
      ),
    ).toEqual(['tombstoned', 'wallet.movement-tombstoned', 'posted', 'wallet.movement-tombstoned', 900n]);
  });

  test('a dialect may refuse instead', async () => {
    expect(
      await outcomes(call(player, [rollback('r1', 'b1')], { rules: { unknownOriginal: 'refuse' } })),
    ).toEqual(['wallet.original-not-found', 1_000n]);
  });
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

test('zero bet and zero win are recorded with amount 0 and no entries', async () => {
  expect(
    await outcomes(call(player, [bet('b1', 0)]), call(player, [win('w1', 0)], { closeRound: true })),
  ).toEqual(['posted', 'posted posted', 1_000n]);
  expect(await journalOf(player)).toEqual([
    { kind: 'bet', amount: 0n, real: 0n, bonus: 0n, entries: 0n },
    { kind: 'win', amount: 0n, real: 0n, bonus: 0n, entries: 0n },
  ]);
});

test('currency mismatch: bet and win are refused, nothing is converted', async () => {
  await db.query(`INSERT INTO wallet (player_id, currency) VALUES ($1, 'GBP')`, [player]);
  expect(
    await outcomes(call(player, [bet('b1', 100)]), call(player, [win('w1', 50)], { currency: 'GBP' })),
  ).toEqual(['posted', 'wallet.currency-mismatch', 0n]);
  const [verdict] = await postEach(db, call(player, [bet('b2', 1)], { currency: 'SEK' }));
  expect(verdict).toEqual({ refused: 'wallet.currency-mismatch', balance: undefined });
});

test('concurrent sessions are serialised per wallet', async () => {
  const stakes = Array.from({ length: 40 }, (_, index) =>
    postBatch(db, [
      call(player, [bet(`b${index}`, 30)], { providerRoundId: `r${index}`, sessionId: `s${index % 4}` }),
    ]),
  );
  const verdicts = (await Promise.all(stakes)).flat().map(outcomeOf);
  expect(verdicts.filter((outcome) => outcome === 'posted')).toHaveLength(33);
  expect(verdicts.filter((outcome) => outcome === 'wallet.insufficient-funds')).toHaveLength(7);
});

test('deposit in mid round: the next answer shows the live balance', async () => {
  const deposit: PostingUnit = {
    ...{ brand: 'demo', playerId: player, currency: 'EUR' },
    instructions: [
      {
        ...{
          id: randomUUID(),
          kind: 'deposit',
          hash: 'd'.repeat(64),
          references: [],
          amount: 250n,
          rules: 0,
          actor: 'system',
          event: {},
        },
        ...{
          key: { brand: 'demo', provider: 'psp', scope: '', kind: 'deposit', id: randomUUID() },
          receivedAt: '2026-01-31T12:00:00.000Z',
        },
      },
    ],
  };
  expect(await outcomes(call(player, [bet('b1', 100)]), deposit, call(player, [win('w1', 10)]))).toEqual([
    'posted',
    'posted',
    'posted',
    1_160n,
  ]);
});

describe('several actions in one call', () => {
  test('all or nothing: a refused last action leaves no trace of the first', async () => {
    expect(await outcomes(call(player, [bet('b1', 600), bet('b2', 600)]))).toEqual([
      'wallet.insufficient-funds',
      1_000n,
    ]);
    expect(await journalOf(player)).toEqual([]);
    expect(await outcomes(call(player, [bet('b1', 600)]))).toEqual(['posted', 400n]);
  });

  test('a refused call among others in a batch leaves no trace in theirs', async () => {
    const verdicts = await postBatch(db, [
      call(player, [bet('b1', 100)]),
      call(player, [bet('b2', 100), rollback('r1', 'b1'), bet('b3', 5_000)]),
      call(player, [win('w1', 7)]),
      call(player, [bet('b2', 10)]),
    ]);
    expect(verdicts.map(outcomeOf)).toEqual(['posted', 'wallet.insufficient-funds', 'posted', 'posted']);
    expect(verdicts[3]!.balance!.real).toBe(897n);
  });

  test('duplicates among them are answered per item', async () => {
    const [, mixed] = await postEach(
      db,
      call(player, [bet('b1', 100)]),
      call(player, [bet('b1', 100), win('w1', 40), win('w1', 40)]),
    );
    expect(outcomeOf(mixed!)).toBe('replayed posted replayed');
    expect(mixed!.balance.real).toBe(940n);
  });
});

describe('excess precision, NaN, negative, 2^53+', () => {
  test('a negative amount is an error of that call', async () => {
    await expect(postBatch(db, [call(player, [bet('b1', -1)])])).rejects.toMatchObject({ code: '22003' });
  });

  test('a balance beyond what the wire can carry is an error of that call', async () => {
    const most = { ...win('w1', Number.MAX_SAFE_INTEGER), award: 'promo' as const };
    await expect(postBatch(db, [call(player, [most])])).rejects.toMatchObject({ code: '23514' });
  });
});

test('nobody edits the journal or the entries', async () => {
  await outcomes(call(player, [bet('b1', 100)]));
  for (const statement of [
    'UPDATE journal SET amount = 0',
    'DELETE FROM journal',
    'UPDATE entry SET amount = 1',
    'DELETE FROM entry',
    'TRUNCATE entry',
  ]) {
    await expect(db.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
});
