import { randomUUID } from 'node:crypto';
import { paymentCommands, type PaymentStatus } from '@baize/contracts';
import {
  freePort,
  startPostgres,
  startProcess,
  type PrivateServer,
  type RunningProcess,
} from '@baize/testing';
import { codeOf, keyOf, PaymentDesk, value } from './support/payment-desk';

// Real processes, on cores that may be busy with other test files.
jest.setTimeout(180_000);

let postgres: PrivateServer;
let desk: PaymentDesk;
let wallet: RunningProcess;
let port: number;

async function startWallet(): Promise<RunningProcess> {
  return startProcess({
    args: ['-r', './libs/messaging/test/typescript.cjs', 'apps/wallet/test/support/wallet-process.ts'],
    env: { ...desk.environment(), HTTP_PORT: String(port) },
    ready: async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok,
  });
}

beforeAll(async () => {
  postgres = await startPostgres();
  const timing = { submitAfterMs: 3_000 };
  desk = await PaymentDesk.open({ timing }, { isApart: true, serverUrl: postgres.url });
  port = await freePort();
  wallet = await startWallet();
});
afterEach(() => desk.expectConserved());
afterAll(async () => {
  await wallet.kill();
  await desk.close();
  await postgres.stop();
});

interface Waiting {
  readonly id: string;
  readonly player: string;
  readonly kind: 'deposit' | 'withdrawal';
}

const stateOf = async (id: string) =>
  (await desk.db.query<{ state: string }>(`SELECT state FROM payment WHERE id = $1`, [id]))[0]?.state;
const reach = (id: string, state: string) => desk.until(async () => (await stateOf(id)) === state);
const idOf = async (player: string) =>
  (await desk.db.query<{ id: string }>(`SELECT id FROM payment WHERE player_id = $1`, [player]))[0]?.id;

/** The wallet answers, for what nobody has. */
const isServed = (): Promise<boolean> =>
  desk.deposit(randomUUID()).then(
    (answer) => codeOf(answer) === 'wallet.player-not-found',
    () => false,
  );

/** A payment in each state that is not final; the PSP's books have what they would have then. */
async function oneInEachState(): Promise<Map<string, Waiting>> {
  const states = new Map<string, Waiting>();
  const deposit = async (manner: 'accept' | 'lost') => {
    const player = await desk.player();
    desk.one.manners.push(manner);
    return { player, id: value(await desk.deposit(player)).id, kind: 'deposit' as const };
  };
  const withdrawal = async (held: boolean) => {
    const player = await desk.player(5_000);
    const hold = { playerId: player, brand: 'demo', kind: 'fraud' as const, reason: 'test', version: 1 };
    if (held) value(await desk.call(paymentCommands.setHold, { ...hold, held }));
    return { player, id: value(await desk.withdraw(player)).id, kind: 'withdrawal' as const };
  };
  const review = await withdrawal(true);
  await reach(review.id, 'review');
  states.set('review', review);
  const sent = await withdrawal(false);
  await desk.until(() => desk.one.books.has(sent.id));
  states.set('submitted', sent);
  desk.one.manners.push('lost');
  const lost = await withdrawal(false);
  await desk.until(
    async () =>
      (
        await desk.db.query(`SELECT FROM payment_history WHERE payment_id = $1 AND state = 'unknown'`, [
          lost.id,
        ])
      ).length > 0,
  );
  states.set('unknown withdrawal', lost);
  states.set('pending', await deposit('accept'));
  states.set('unknown deposit', await deposit('lost'));
  const mismatched = await deposit('accept');
  await desk.tell(desk.one.webhook(mismatched.id, 'confirmed', { amount: 77 }));
  states.set('mismatched', mismatched);
  // Last, because they do not stay: funds are locked, and a deposit is on its way to the PSP.
  states.set('reserved', await withdrawal(false));
  const player = await desk.player();
  desk.one.manners.push('slow');
  void desk.deposit(player, 1_000, {}, keyOf(`key-${player}`)).catch(() => undefined);
  await desk.until(async () => (await idOf(player)) !== undefined);
  states.set('created', { player, id: (await idOf(player))!, kind: 'deposit' });
  return states;
}

/** Whatever was cut off, the PSPs pay in the end, and say so by nothing but their books. */
async function expectAllEndRight(states: Map<string, Waiting>): Promise<void> {
  const review = states.get('review')!;
  await desk.until(async () =>
    ['ok', 'wallet.payment-not-in-review'].includes(codeOf(await desk.review(review.id, 'approve'))),
  );
  for (const [state, { id, player, kind }] of states) {
    const takers = () => (['one', 'two'] as const).filter((name) => desk.psps[name].books.has(id));
    await desk.until(() => takers().length > 0);
    // what no PSP was asked for yet goes to the other one while the first does not answer; nothing else ever does
    if (!['reserved', 'review'].includes(state)) expect([state, takers()]).toEqual([state, ['one']]);
    desk.psps[takers()[0]!].settle(id, 'confirmed');
    const ended: PaymentStatus = (await desk.reaches(id, 'confirmed')).status;
    const { real, locked } = await desk.balance(player);
    expect({ state, ended, real, locked }).toEqual({
      state,
      ended: 'confirmed',
      real: kind === 'deposit' ? 1_000 : 4_000,
      locked: 0,
    });
    const events = (await desk.events(player)).filter(
      (type) => type === 'deposit-confirmed' || type === 'withdrawal-paid',
    );
    expect([state, ...events]).toEqual([state, kind === 'deposit' ? 'deposit-confirmed' : 'withdrawal-paid']);
    expect(takers()).toHaveLength(1);
  }
}

test('the wallet is killed in every state, and a key that was in hand answers afterwards', async () => {
  const states = await oneInEachState();
  await wallet.kill();
  wallet = await startWallet();
  const { player, id } = states.get('created')!;
  await desk.until(async () => (await desk.deposit(player, 1_000, {}, keyOf(`key-${player}`))).ok);
  expect(value(await desk.deposit(player, 1_000, {}, keyOf(`key-${player}`)))).toMatchObject({
    id,
    replayed: true,
  });
  await expectAllEndRight(states);
});

test('the PSP dies in every state and comes back with its books', async () => {
  const states = await oneInEachState();
  // it heard of the deposit on its way: one that never reached it is in no books, and fails
  await desk.until(() => desk.one.books.has(states.get('created')!.id));
  await desk.one.die();
  for (const state of ['pending', 'unknown deposit', 'submitted']) {
    const payment = await desk.payment(states.get(state)!.id);
    expect(['pending', 'unknown', 'submitted']).toContain(payment.status);
  }
  await desk.one.revive();
  await expectAllEndRight(states);
});

test('PostgreSQL crashes in every state: nothing is acknowledged meanwhile, and what was committed goes on', async () => {
  const states = await oneInEachState();
  const { id, player } = states.get('pending')!;
  await postgres.kill();
  desk.one.settle(id, 'confirmed');
  await expect(desk.tell(desk.one.webhook(id, 'confirmed'))).rejects.toThrow('wallet.fault');
  await expect(desk.deposit(player)).rejects.toThrow('wallet.fault');
  await postgres.restart();
  await desk.until(() => isServed());
  await expectAllEndRight(states);
});

test('NATS dies in every state and comes back', async () => {
  const states = await oneInEachState();
  await desk.nats.kill();
  await desk.nats.restart();
  await desk.until(() => isServed());
  await expectAllEndRight(states);
  await desk.until(async () => (await desk.db.query(`SELECT FROM outbox_pending`)).length === 0);
});
