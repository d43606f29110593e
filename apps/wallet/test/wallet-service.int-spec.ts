import { randomUUID } from 'node:crypto';
import {
  auditQueryOf,
  walletCommands,
  walletQueries,
  type GameAction,
  type PostMovements,
  type RequestContract,
} from '@baize/contracts';
import { connectBroker, ensureStreams, RequestClient } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { createLogger, type RunningService } from '@baize/runtime';
import {
  createTestDatabase,
  playFence,
  startNatsServer,
  waitFor,
  type PrivateServer,
  type TestDatabase,
} from '@baize/testing';
import type { NatsConnection } from 'nats';
import { WalletConfig } from '../src/config';
import { startWallet } from '../src/service';
import { walletMigrations } from '../src/store/migrations';
import { violations } from './support/ledger';

let testDatabase: TestDatabase;
let nats: PrivateServer;
let broker: NatsConnection;
let client: RequestClient;
let service: RunningService;
let db: Database;
let playerId: string;

const call = <Q extends object, R extends object>(contract: RequestContract<Q, R>, payload: Q) =>
  client.call(contract, payload);

beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrations: walletMigrations });
  nats = await startNatsServer();
  broker = await connectBroker({ url: nats.url, user: 'test', name: 'test' });
  await ensureStreams(broker);
  client = new RequestClient(broker);
  playFence(broker);
  db = new Database({ url: testDatabase.url, poolSize: 2 });
  const config = Object.assign(new WalletConfig(), {
    ...{ databaseUrl: testDatabase.url, natsUrl: nats.url, httpPort: 0 },
    ...{ housekeepingIntervalMs: 50, orphanAfterMs: 1_000 },
    auditSigningKey: Buffer.alloc(32, 'audit').toString('base64'),
  });
  service = await startWallet(config, createLogger('test'));
  await waitFor(() =>
    service.checks.restrictions!().then(
      () => true,
      () => false,
    ),
  );
});

afterAll(async () => {
  await service.stop();
  client.close();
  await broker.drain();
  await db.close();
  await nats.stop();
  await testDatabase.drop();
});

beforeEach(async () => {
  playerId = randomUUID();
  await call(walletCommands.openPlayer, { playerId, brand: 'demo', currency: 'EUR', epoch: 0 });
});

function adjustment(amount: number, key: string = randomUUID(), body = 'a') {
  return {
    ...{
      playerId,
      brand: 'demo',
      amount: { amount, currency: 'EUR' },
      reason: 'opening',
      actor: { kind: 'client', id: 'operator' } as const,
    },
    idempotency: { key, caller: 'client:operator', bodySha256: body.repeat(64) },
  };
}

function movements(actions: GameAction[], closeRound = false): PostMovements {
  return {
    ...{
      brand: 'demo',
      provider: 'softswiss',
      playerId,
      currency: 'EUR',
      gameId: 'g1',
      providerRoundId: 'r1',
    },
    ...{ closeRound, idScope: 'player' as const, actions, receivedAt: new Date().toISOString() },
    rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
  };
}

test('a round from the first bet to the account lines and the published events', async () => {
  const adjusted = await call(walletCommands.adjustBalance, adjustment(10_000));
  expect(adjusted).toMatchObject({ ok: true, value: { status: 'posted' } });
  const bet = await call(walletCommands.post, movements([{ kind: 'bet', id: 'b1', amount: 500 }]));
  expect(bet).toMatchObject({
    ok: true,
    value: { balance: { real: 9_500, total: 9_500, version: 2 }, roundClosed: false },
  });
  const win = await call(walletCommands.post, movements([{ kind: 'win', id: 'w1', amount: 700 }], true));
  expect(win).toMatchObject({
    ok: true,
    value: {
      actions: [{ id: 'w1', status: 'posted', balanceAfter: 10_200 }],
      balance: { total: 10_200 },
      roundClosed: true,
    },
  });
  expect(await call(walletQueries.getBalance, { playerId, brand: 'demo' })).toEqual({
    ok: true,
    value: { currency: 'EUR', real: 10_200, bonus: 0, locked: 0, total: 10_200, version: 3 },
  });
  const first = await call(walletQueries.listTransactions, { playerId, brand: 'demo', limit: 2 });
  if (!first.ok) throw new Error(first.error.code);
  expect(first.value.items).toMatchObject([
    { sequence: 3, kind: 'win', amount: 700, provider: 'softswiss', providerTxId: 'w1' },
    {
      sequence: 2,
      kind: 'bet',
      amount: -500,
      funds: { real: -500, bonus: 0, locked: 0 },
      balanceAfter: 9_500,
    },
  ]);
  const second = await call(walletQueries.listTransactions, {
    playerId,
    brand: 'demo',
    limit: 2,
    cursor: first.value.nextCursor,
  });
  expect(second).toMatchObject({
    ok: true,
    value: { items: [{ sequence: 1, kind: 'adjustment', amount: 10_000 }] },
  });
  if (second.ok) expect(second.value.nextCursor).toBeUndefined();
  const streams = await broker.jetstreamManager();
  await waitFor(async () => {
    const [stream] = await streams.streams
      .list()
      .next()
      .then((all) => all.filter(({ config }) => /wallet/i.test(config.name)));
    return stream && stream.state.messages >= 3;
  });
  expect(await violations(db, [playerId])).toEqual([]);
});

test('an adjustment posts once per key: repeated, with another body, and at once', async () => {
  const key = randomUUID();
  const first = await call(walletCommands.adjustBalance, adjustment(100, key));
  const again = await call(walletCommands.adjustBalance, adjustment(100, key));
  expect(again).toEqual({ ok: true, value: { ...(first.ok && first.value), replayed: true } });
  expect(await call(walletCommands.adjustBalance, adjustment(200, key, 'b'))).toMatchObject({
    ok: false,
    error: { code: 'idempotency.key-reused' },
  });
  const another = randomUUID();
  const many = await Promise.all(
    Array.from({ length: 8 }, () => call(walletCommands.adjustBalance, adjustment(50, another))),
  );
  for (const answer of many) {
    expect(answer.ok ? answer.value.status : answer.error.code).toMatch(
      /^(posted|idempotency\.in-progress)$/,
    );
  }
  await waitFor(async () => (await call(walletCommands.adjustBalance, adjustment(50, another))).ok);
  expect(await call(walletQueries.getBalance, { playerId, brand: 'demo' })).toMatchObject({
    value: { real: 150, version: 2 },
  });
});

test('an adjustment above the configured amount waits for a second person', async () => {
  const asked = await call(walletCommands.adjustBalance, adjustment(10_000_001));
  if (!asked.ok) throw new Error(asked.error.code);
  expect(asked.value.status).toBe('awaiting-approval');
  const approve = (id: string) =>
    call(walletCommands.approveAdjustment, {
      adjustmentId: asked.value.id,
      brand: 'demo',
      actor: { kind: 'client', id },
    });
  expect(await approve('operator')).toMatchObject({ ok: false, error: { code: 'wallet.same-approver' } });
  expect(await call(walletQueries.getBalance, { playerId, brand: 'demo' })).toMatchObject({
    value: { real: 0 },
  });
  expect(await approve('supervisor')).toMatchObject({ ok: true, value: { status: 'posted' } });
  // The answer may have been lost: the same approver hears it again, another one is too late.
  expect(await approve('supervisor')).toMatchObject({ ok: true, value: { status: 'posted' } });
  expect(await approve('director')).toMatchObject({ error: { code: 'wallet.adjustment-already-decided' } });
  expect(await call(walletQueries.getBalance, { playerId, brand: 'demo' })).toMatchObject({
    value: { real: 10_000_001 },
  });
  const audited = await call(auditQueryOf('wallet'), { brand: 'demo', subject: playerId, limit: 10 });
  expect(audited.ok && audited.value.items.map(({ action, actor }) => [action, actor.id])).toEqual([
    ['adjustment.posted', 'wallet'],
    ['adjustment.approved', 'supervisor'],
    ['adjustment.requested', 'operator'],
  ]);
});

/** An adjustment whose process died: an orphan one second after it began to post. */
const leaveInPosting = (id: string, amount: number, since: string) =>
  db.query(
    `INSERT INTO adjustment (id, brand, player_id, currency, amount, reason, requested_by, status, posting_since)
     VALUES ($1, 'demo', $2, 'EUR', $3, 'lost', 'client:operator', 'posting', now() + $4::interval)`,
    [id, playerId, amount, since],
  );

const statusOf = async (id: string) =>
  (await db.query<{ status: string }>(`SELECT status FROM adjustment WHERE id = $1`, [id]))[0]?.status;

test('an adjustment that a crash left in posting is finished by the sweeper', async () => {
  const id = randomUUID();
  await leaveInPosting(id, 700, '-1 minute');
  await waitFor(async () => (await statusOf(id)) === 'posted');
  expect(await call(walletQueries.getBalance, { playerId, brand: 'demo' })).toMatchObject({
    value: { real: 700, version: 1 },
  });
});

test('an adjustment that somebody has in hand is not posted by the sweeper as well', async () => {
  const id = randomUUID();
  await call(walletCommands.adjustBalance, adjustment(1_000));
  // It becomes an orphan while it is held.
  await leaveInPosting(id, -700, '3 s');
  const sweepersWaiting = async () => {
    const waiting = await db.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length;
  };
  const holder = await db.session();
  await holder.query(`SET idle_in_transaction_session_timeout = 0`);
  await holder.query('BEGIN');
  await holder.query('SELECT FROM adjustment WHERE id = $1 FOR UPDATE', [id]);
  await waitFor(async () => (await sweepersWaiting()) > 0);
  await holder.query(`UPDATE adjustment SET status = 'refused' WHERE id = $1`, [id]);
  await holder.query('COMMIT');
  await holder.close();
  await waitFor(async () => (await sweepersWaiting()) === 0);
  expect(await call(walletQueries.getBalance, { playerId, brand: 'demo' })).toMatchObject({
    value: { real: 1_000, version: 1 },
  });
});

test('an adjustment that cannot be finished holds up none behind it', async () => {
  const [held, behind] = [randomUUID(), randomUUID()];
  const holder = await db.session();
  await holder.query(`SET idle_in_transaction_session_timeout = 0`);
  // They become orphans while the first one is held.
  await leaveInPosting(held, 100, '1 s');
  await leaveInPosting(behind, 100, '2 s');
  await holder.query('BEGIN');
  await holder.query('SELECT FROM adjustment WHERE id = $1 FOR UPDATE', [held]);
  await waitFor(async () => (await statusOf(behind)) === 'posted');
  expect(await statusOf(held)).toBe('posting');
  await holder.query('ROLLBACK');
  await holder.close();
  await waitFor(async () => (await statusOf(held)) === 'posted');
});

test('refusals carry the live balance; nobody and nothing are told apart', async () => {
  await call(walletCommands.adjustBalance, adjustment(100));
  expect(await call(walletCommands.post, movements([{ kind: 'bet', id: 'b1', amount: 101 }]))).toMatchObject({
    error: { code: 'wallet.insufficient-funds', data: { balance: { real: 100, total: 100 } } },
  });
  const absent = { playerId: randomUUID(), brand: 'demo' };
  expect(await call(walletQueries.getBalance, absent)).toMatchObject({
    error: { code: 'wallet.player-not-found' },
  });
  expect(await call(walletQueries.getBalance, { playerId, brand: 'other' })).toMatchObject({
    error: { code: 'wallet.player-not-found' },
  });
  expect(await call(walletQueries.getBalance, { playerId, brand: 'demo', currency: 'USD' })).toMatchObject({
    error: { code: 'wallet.wallet-not-found' },
  });
  expect(await call(walletCommands.adjustBalance, adjustment(-101))).toMatchObject({
    error: { code: 'wallet.insufficient-funds' },
  });
});

test('opening a player twice changes nothing; with another currency it is refused', async () => {
  const open = (currency: string) =>
    call(walletCommands.openPlayer, { playerId, brand: 'demo', currency, epoch: 3 });
  await call(walletCommands.adjustBalance, adjustment(100));
  expect(await open('EUR')).toEqual({ ok: true, value: { playerId } });
  expect(await open('USD')).toMatchObject({ error: { code: 'wallet.player-already-open' } });
  expect(await call(walletQueries.getBalance, { playerId, brand: 'demo' })).toMatchObject({
    value: { real: 100 },
  });
});
