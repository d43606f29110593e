import { randomUUID } from 'node:crypto';
import type { Database } from '@baize/persistence';
import { waitFor } from '@baize/testing';
import type { PostingUnit } from '../src/domain/instruction';
import { areDecided } from '../src/store/movement-keys';
import { postBatch } from '../src/store/post-batch';
import { bet, call, outcomeOf, postEach, rollback, win } from './support/calls';
import { openPlayer } from './support/ledger';
import { useLedger } from './support/use-ledger';

let db: Database;
let player: string;
const outcomes = useLedger((ledger) => {
  ({ db, player } = ledger);
});

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

describe('where no new bets are taken', () => {
  const keysOf = (...ids: string[]) =>
    call(
      player,
      ids.map((id) => bet(id, 100)),
    ).instructions.map(({ key }) => key!);
  const decided = (...ids: string[]) => db.transactions.run((tx) => areDecided(tx, player, keysOf(...ids)));

  test('a retry is known by all of its bets, posted or taken back before they came', async () => {
    await postEach(db, call(player, [bet('b1', 100)]), call(player, [rollback('r2', 'b2')]));
    expect(await decided('b1')).toBe(true);
    expect(await decided('b1', 'b2', 'b1')).toBe(true);
    expect(await decided('b3')).toBe(false);
    expect(await decided('b1', 'b3')).toBe(false);
  });

  test('one whose first try is being committed is known, too', async () => {
    let asked: Promise<boolean> | undefined;
    await db.transactions.run(async (tx) => {
      await postBatch(tx, [call(player, [bet('b1', 100)])]);
      asked = decided('b1');
      await waitFor(
        async () =>
          (
            await db.query(`SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`)
          ).length > 0,
      );
    });
    expect(await asked).toBe(true);
  });
});

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
