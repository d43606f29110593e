import { randomUUID } from 'node:crypto';
import { Database } from '@baize/persistence';
import { createTestDatabase, type TestDatabase } from '@baize/testing';
import type { PostingUnit } from '../src/domain/instruction';
import { walletMigrations } from '../src/store/migrations';
import { bet, call, outcomeOf, postEach, rollback, win } from './support/calls';
import { openPlayer, reserveGrant, violations } from './support/ledger';

let testDatabase: TestDatabase;
let db: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrations: walletMigrations });
  db = new Database({ url: testDatabase.url, poolSize: 2 });
});

afterEach(async () => {
  expect(await violations(db)).toEqual([]);
});

afterAll(async () => {
  await db.close();
  await testDatabase.drop();
});

type Terms = Omit<Parameters<typeof reserveGrant>[1], 'playerId'>;

/** A player with real money and an active grant. */
async function playerWith(real: bigint, terms: Terms): Promise<{ player: string; grant: string }> {
  const player = await openPlayer(db, { real });
  const grant = await reserveGrant(db, { playerId: player, ...terms });
  const unit: PostingUnit = {
    ...{ brand: 'demo', playerId: player, currency: 'EUR' },
    instructions: [
      {
        ...{
          id: randomUUID(),
          kind: 'bonus-grant',
          hash: 'a'.repeat(64),
          references: [],
          grantId: grant,
          rules: 0,
        },
        ...{ actor: 'system', receivedAt: '2026-01-31T12:00:00.000Z', event: {} },
        key: { brand: 'demo', provider: 'bonus', scope: '', kind: 'bonus-grant', id: grant },
      },
    ],
  };
  const [verdict] = await postEach(db, unit);
  expect(outcomeOf(verdict!)).toBe('posted');
  return { player, grant };
}

async function fundsOf(player: string): Promise<{ real: bigint; bonus: bigint }> {
  const [funds] = await db.query<{ real: bigint; bonus: bigint }>(
    `SELECT real, bonus FROM wallet WHERE player_id = $1`,
    [player],
  );
  return funds!;
}

const progressOf = async (grant: string) =>
  (await db.query<{ progress: bigint }>(`SELECT progress FROM bonus_grant WHERE id = $1`, [grant]))[0]!
    .progress;
const expire = (grant: string) =>
  db.query(`UPDATE bonus_grant SET expires_at = now() - interval '1 s' WHERE id = $1`, [grant]);

test('real 6, bonus 100, stake 10, win 25: split 6/4, then real 15, bonus 106', async () => {
  const { player } = await playerWith(600n, { amount: 10_000n });
  const [stake, credit] = await postEach(
    db,
    call(player, [bet('b1', 1_000)]),
    call(player, [win('w1', 2_500)]),
  );
  expect(stake!.balance).toMatchObject({ real: 0n, bonus: 9_600n });
  expect(credit!.balance).toMatchObject({ real: 1_500n, bonus: 10_600n });
});

test('that bet rolled back before settlement: funds and progress as before; a duplicate changes nothing', async () => {
  const { player, grant } = await playerWith(600n, { amount: 10_000n, progress: 4_000n * 10_000n });
  await postEach(db, call(player, [bet('b1', 1_000)]));
  expect(await progressOf(grant)).toBe(5_000n * 10_000n);
  const back = await postEach(
    db,
    call(player, [rollback('r1', 'b1')]),
    call(player, [rollback('r1', 'b1')]),
    call(player, [rollback('r2', 'b1')]),
  );
  expect(back.map(outcomeOf)).toEqual(['posted', 'replayed', 'replayed']);
  expect(await fundsOf(player)).toEqual({ real: 600n, bonus: 10_000n });
  expect(await progressOf(grant)).toBe(4_000n * 10_000n);
});

test('a win after the grant expired: the real part is paid, the bonus part is kept by the house', async () => {
  const { player, grant } = await playerWith(200n, { amount: 1_000n, required: 1_000_000_000n });
  await postEach(db, call(player, [bet('b1', 500)]));
  await expire(grant);
  const [late, none] = await postEach(
    db,
    call(player, [win('w1', 4_000)]),
    call(player, [bet('b2', 1_700)], { providerRoundId: 'r2' }),
  );
  expect(late!.balance).toMatchObject({ real: 1_600n, bonus: 700n });
  expect(outcomeOf(none!)).toBe('wallet.insufficient-funds');
  const lines = await db.query<{ account: string; amount: bigint }>(
    `SELECT account, e.amount FROM entry e JOIN journal j ON j.id = journal_id
     WHERE j.player_id = $1 AND kind = 'win' ORDER BY account`,
    [player],
  );
  expect(lines).toEqual([
    { account: 'real', amount: 1_600n },
    { account: 'games', amount: -4_000n },
    { account: 'promotions', amount: 2_400n },
  ]);
});

test('a win after expiry of a requirement that its bet completed is paid whole', async () => {
  const { player, grant } = await playerWith(200n, { amount: 1_000n, required: 500n * 10_000n });
  await postEach(db, call(player, [bet('b1', 500)]));
  await expire(grant);
  const [late] = await postEach(db, call(player, [win('w1', 4_000)]));
  expect(late!.balance).toMatchObject({ real: 4_000n, bonus: 700n });
});

test('a bonus stake of 6 with a highest of 5 is refused, balances unchanged', async () => {
  const { player } = await playerWith(0n, { amount: 10_000n, maxStake: 500n });
  const [refused, allowed] = await postEach(
    db,
    call(player, [bet('b1', 600)]),
    call(player, [bet('b1', 500)]),
  );
  expect(refused).toMatchObject({ refused: 'wallet.stake-too-high', balance: { real: 0n, bonus: 10_000n } });
  expect(outcomeOf(allowed!)).toBe('posted');
});

test('parts of the bonus share round down, and the rest is real', async () => {
  const { player } = await playerWith(1n, { amount: 2n });
  const [, credit] = await postEach(db, call(player, [bet('b1', 3)]), call(player, [win('w1', 10)]));
  expect(credit!.balance).toMatchObject({ real: 4n, bonus: 6n });
});
