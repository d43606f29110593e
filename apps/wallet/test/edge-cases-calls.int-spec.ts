import { randomUUID } from 'node:crypto';
import type { Database } from '@baize/persistence';
import type { PostingUnit } from '../src/domain/instruction';
import { postBatch } from '../src/store/post-batch';
import { bet, call, outcomeOf, postEach, rollback, win } from './support/calls';
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
