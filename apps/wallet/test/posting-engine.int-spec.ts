import { Database, type DbSession } from '@baize/persistence';
import { createTestDatabase, waitFor, type TestDatabase } from '@baize/testing';
import { houseBalances, rollUpHouse } from '../src/store/house-accounts';
import { walletMigrations } from '../src/store/migrations';
import { PostingEngine } from '../src/store/posting-engine';
import { verifyAccounts } from '../src/store/verify/verify-accounts';
import { verifyNewest } from '../src/store/verify/verify-newest';
import { bet, call, insist, outcomeOf, rollback, win } from './support/calls';
import { DroppingProxy } from './support/dropping-proxy';
import { openPlayer, violations } from './support/ledger';

let testDatabase: TestDatabase;
let db: Database;
const engines: PostingEngine[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrations: walletMigrations });
  db = new Database({ url: testDatabase.url, poolSize: 4 });
  // Deadlocks must be found before the engine's statement timeout.
  await db.query(
    `ALTER DATABASE ${new URL(testDatabase.url).pathname.slice(1)} SET deadlock_timeout = '200ms'`,
  );
});

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  expect(await violations(db)).toEqual([]);
});

afterAll(async () => {
  await db.close();
  await testDatabase.drop();
});

function start(options: Partial<ConstructorParameters<typeof PostingEngine>[0]> = {}): PostingEngine {
  const engine = new PostingEngine({ databaseUrl: testDatabase.url, ...options });
  engines.push(engine);
  return engine;
}

const openPlayers = (count: number, real = 1_000n) =>
  Promise.all(Array.from({ length: count }, () => openPlayer(db, { real })));
const balanceOf = async (player: string) =>
  (await db.query<{ real: bigint }>(`SELECT real FROM wallet WHERE player_id = $1`, [player]))[0]!.real;

/** Holds the anchor of a player as a posting would, until it is told to let go. */
async function hold(player: string): Promise<DbSession> {
  const session = await db.session();
  await session.query(`SET deadlock_timeout = '30s'`);
  await session.query('BEGIN');
  await session.query(`SELECT FROM anchor WHERE player_id = $1 FOR NO KEY UPDATE`, [player]);
  return session;
}

const engineWaits = () =>
  waitFor(async () => {
    const waiting = await db.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'wallet-posting' AND wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });

test('duplicates that reach two wallets at once post once', async () => {
  const [player] = await openPlayers(1);
  const [one, two] = [start(), start()];
  const bets = Array.from({ length: 60 }, (_, index) => index);
  const verdicts = await Promise.all(
    bets.flatMap((index) =>
      [one, two, one].map((engine) =>
        insist(engine, call(player!, [bet(`b${index}`, 10)], { providerRoundId: `r${index}` })),
      ),
    ),
  );
  const outcomes = verdicts.map(outcomeOf);
  expect(outcomes.filter((outcome) => outcome === 'posted')).toHaveLength(60);
  expect(outcomes.filter((outcome) => outcome === 'replayed')).toHaveLength(120);
  expect(await balanceOf(player!)).toBe(400n);
});

test('the same provider-wide id for two players at two wallets at once: one posts, the other is a conflict', async () => {
  const players = await openPlayers(20);
  const [one, two] = [start(), start()];
  const wide = { idScope: 'provider' as const, provider: 'wide' };
  for (let pair = 0; pair < players.length; pair += 2) {
    const outcomes = await Promise.all([
      insist(one, call(players[pair]!, [bet(`w${pair}`, 10)], wide)),
      insist(two, call(players[pair + 1]!, [bet(`w${pair}`, 10)], wide)),
    ]);
    expect(outcomes.map(outcomeOf).sort()).toEqual(['posted', 'wallet.movement-conflict']);
  }
});

test('one bad value in a full batch fails alone', async () => {
  const players = await openPlayers(128);
  const engine = start({ connections: 1 });
  const blocker = insist(engine, call(players[0]!, [bet('first', 1)], { providerRoundId: 'r0' }));
  const verdicts = await Promise.all(
    players.flatMap((player, index) => [
      insist(engine, call(player, [bet('b1', index === 70 ? -5 : 100)])),
      insist(
        engine,
        call(player, [
          index === 90 ? { ...win('w1', Number.MAX_SAFE_INTEGER), award: 'jackpot' } : win('w1', 30),
        ]),
      ),
    ]),
  );
  await blocker;
  const refused = verdicts.flatMap((verdict, index) =>
    'refused' in verdict ? [[index, verdict.refused]] : [],
  );
  expect(refused).toEqual([
    [140, 'wallet.amount-out-of-range'],
    [141, 'wallet.bet-not-found'],
    [181, 'wallet.amount-out-of-range'],
  ]);
  expect(await balanceOf(players[5]!)).toBe(930n);
  expect(await balanceOf(players[70]!)).toBe(1_000n);
  expect(await balanceOf(players[90]!)).toBe(900n);
});

test('a deadlock in which the batch is the victim posts everything once', async () => {
  const players = (await openPlayers(2)).sort();
  const engine = start();
  const rival = await hold(players[1]!);
  const posted = Promise.all(players.map((player) => engine.post(call(player, [bet('b1', 100)]))));
  await engineWaits();
  await rival.query(`SELECT FROM anchor WHERE player_id = $1 FOR NO KEY UPDATE`, [players[0]!]);
  await rival.query('COMMIT');
  await rival.close();
  expect((await posted).map(outcomeOf)).toEqual(['posted', 'posted']);
});

test('a lock that is not given up in time is a fault to all of the batch, and nothing is posted', async () => {
  const [player] = await openPlayers(1);
  const engine = start();
  const rival = await hold(player!);
  await expect(engine.post(call(player!, [bet('b1', 100)]))).rejects.toMatchObject({
    name: 'PostingFault',
    kind: 'database',
  });
  await rival.query('ROLLBACK');
  await rival.close();
  expect(await balanceOf(player!)).toBe(1_000n);
  expect(outcomeOf(await engine.post(call(player!, [bet('b1', 100)])))).toBe('posted');
});

test('connections killed all the time: every bet is posted once', async () => {
  const players = await openPlayers(10);
  const engine = start();
  let killed = 0;
  let turns = 0;
  // until one was hit, too: whether a statement is under way at that moment is chance
  for (; turns < 15 || (killed === 0 && turns < 90); turns += 1) {
    const posted = Promise.all(
      players.map((player) =>
        insist(engine, call(player, [bet(`b${turns}`, 10)], { providerRoundId: `r${turns}` })),
      ),
    );
    const rows = await db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
       AND application_name = 'wallet-posting' AND state = 'active'`,
    );
    killed += rows.length;
    expect(new Set((await posted).map(outcomeOf))).toEqual(new Set(['posted']));
  }
  expect(killed).toBeGreaterThan(0);
  expect(await Promise.all(players.map(balanceOf))).toEqual(players.map(() => 1_000n - 10n * BigInt(turns)));
});

test('an answer lost after the commit: the caller hears of the first posting', async () => {
  const players = await openPlayers(3);
  const { proxy, url } = await DroppingProxy.start(testDatabase.url);
  const engine = start({ databaseUrl: url });
  await engine.post(call(players[0]!, [bet('warm', 1)], { providerRoundId: 'r0' }));
  proxy.dropAnswers(2);
  const verdicts = await Promise.all(
    players.map((player) => engine.post(call(player, [bet('b1', 100), win('w1', 20)]))),
  );
  expect(verdicts.map(outcomeOf)).toEqual(['posted posted', 'posted posted', 'posted posted']);
  expect(proxy.dropped).toBe(2);
  expect(await Promise.all(players.map(balanceOf))).toEqual([919n, 920n, 920n]);
  await engines.pop()!.stop();
  await proxy.stop();
});

test('a stake past its deadline is not started; wins and rollbacks still are', async () => {
  const [player] = await openPlayers(1);
  const engine = start();
  await engine.post(call(player!, [bet('b1', 100)]));
  const late = Date.now() - 1;
  await expect(engine.post(call(player!, [bet('b2', 100)]), late)).rejects.toMatchObject({
    kind: 'deadline-passed',
  });
  expect(outcomeOf(await engine.post(call(player!, [win('w1', 5)]), late))).toBe('posted');
  expect(outcomeOf(await engine.post(call(player!, [rollback('x', 'w1', 'win')]), late))).toBe('posted');
});

test('more than may wait is turned away at once, and stopping posts what waits', async () => {
  const [player] = await openPlayers(1);
  const engine = start({ maxWaitingUnits: 5 });
  const accepted = Array.from({ length: 5 }, (_, index) => engine.post(call(player!, [bet(`b${index}`, 1)])));
  await expect(engine.post(call(player!, [bet('b9', 1)]))).rejects.toMatchObject({ kind: 'overloaded' });
  await engines.pop()!.stop();
  expect((await Promise.all(accepted)).map(outcomeOf)).toEqual(Array(5).fill('posted'));
  await expect(engine.post(call(player!, [bet('b10', 1)]))).rejects.toMatchObject({ kind: 'overloaded' });
});

test("a hot player's postings keep the order in which they came", async () => {
  const [player] = await openPlayers(1, 10_000n);
  const engine = start({ connections: 4, maxBatchActions: 16 });
  const verdicts = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      engine.post(call(player!, [bet(`b${index}`, 1)], { providerRoundId: `r${index}` })),
    ),
  );
  expect(verdicts.map((verdict) => verdict.balance!.version)).toEqual(
    Array.from({ length: 200 }, (_, index) => BigInt(index + 2)),
  );
});

test('house balances are the roll-up and the newer entries, at every moment', async () => {
  const [player] = await openPlayers(1);
  const engine = start();
  const games = async () => (await houseBalances(db)).find(({ party }) => party === 'rolled')?.balance;
  await engine.post(call(player!, [bet('b1', 100)], { provider: 'rolled' }));
  expect(await games()).toBe('100');
  while (await rollUpHouse(db));
  await engine.post(call(player!, [win('w1', 30)], { provider: 'rolled' }));
  expect(await games()).toBe('70');
  while (await rollUpHouse(db));
  expect(await games()).toBe('70');
});

test('verification finds a balance that its entries do not explain', async () => {
  const [player] = await openPlayers(1);
  const problems = async () => {
    const found: string[] = [];
    for await (const { findings } of verifyAccounts(db))
      found.push(...findings.map(({ where }) => where.slice(0, 36)));
    return [...found, ...(await verifyNewest(db)).map(({ playerId }) => playerId)];
  };
  expect(await problems()).toEqual([]);
  await db.query(`UPDATE wallet SET real = real + 1 WHERE player_id = $1`, [player]);
  expect(await problems()).toEqual([player, player]);
  await db.query(`UPDATE wallet SET real = real - 1 WHERE player_id = $1`, [player]);
});
