import * as fc from 'fast-check';
import { Database, type Db } from '@baize/persistence';
import { createTestDatabase, type TestDatabase } from '@baize/testing';
import type { Payment } from '../src/domain/payment';
import { PaymentSaga } from '../src/payments/payment-saga';
import { walletMigrations } from '../src/store/migrations';
import type * as Payments from '../src/store/payments';
import { PaymentWorld, type Planted } from './support/payment-world';

/** Whether the lock of a payment is dropped: planted to see it found. */
let isUnlocked = false;

jest.mock('../src/store/payments', () => {
  const actual = jest.requireActual<typeof Payments>('../src/store/payments');
  return {
    ...actual,
    lockPayment: (db: Db, brand: string, id: string) =>
      isUnlocked ? actual.findPayment(db, brand, id) : actual.lockPayment(db, brand, id),
  };
});

const numRuns = Number(process.env.BAIZE_PAYMENT_RUNS ?? 40);
const seed = Number(process.env.BAIZE_PROPERTY_SEED ?? Date.now() % 2 ** 31);
const manner = fc.constantFrom('accept', 'accept', 'refuse', 'lost', 'deaf');
const which = fc.nat(20);

/** One act on the world; `at` names a payment. */
const acts = fc.oneof(
  fc.record({ act: fc.constant('deposit' as const), amount: fc.integer({ min: 1, max: 3_000 }), manner }),
  fc.record({ act: fc.constant('withdraw' as const), amount: fc.integer({ min: 1, max: 6_000 }) }),
  fc.record({ act: fc.constant('work' as const), manner }),
  fc.record({
    act: fc.constant('settle' as const),
    at: which,
    to: fc.constantFrom('confirmed', 'confirmed', 'failed', 'reversed'),
  }),
  fc.record({
    act: fc.constant('deliver' as const),
    at: which,
    times: fc.integer({ min: 1, max: 3 }),
    dies: fc.boolean(),
  }),
  fc.record({ act: fc.constant('cancel' as const), at: which }),
  fc.record({ act: fc.constant('race' as const), at: which }),
  fc.record({
    act: fc.constant('review' as const),
    at: which,
    decision: fc.constantFrom('approve', 'reject'),
  }),
  fc.record({ act: fc.constant('hold' as const), held: fc.boolean() }),
);
type Act = typeof acts extends fc.Arbitrary<infer One> ? One : never;

let testDatabase: TestDatabase;
let db: Database;

jest.setTimeout(600_000);
beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrations: walletMigrations });
  db = new Database({ url: testDatabase.url, poolSize: 8 });
  process.stdout.write(`payments against the PSP's books: ${numRuns} runs, BAIZE_PROPERTY_SEED=${seed}\n`);
});
afterAll(async () => {
  await db.close();
  await testDatabase.drop();
});

async function perform(world: PaymentWorld, one: Act): Promise<void> {
  const id = 'at' in one ? world.ids[one.at % Math.max(1, world.ids.length)] : undefined;
  switch (one.act) {
    case 'deposit':
      return world.deposit(one.amount, one.manner);
    case 'withdraw':
      return world.withdraw(one.amount);
    case 'work':
      return world.work(one.manner);
    case 'settle':
      if (id !== undefined) world.psp.settle(id, one.to);
      return;
    case 'deliver':
      return world.deliver(one.at, one.times, one.dies);
    case 'cancel':
      return id === undefined ? undefined : world.cancel(id);
    case 'race':
      if (id !== undefined) await Promise.all([world.cancel(id), world.work(), world.cancel(id)]);
      return;
    case 'review':
      return id === undefined ? undefined : world.review(id, one.decision);
    case 'hold':
      return world.hold(one.held);
  }
}

/** Mostly what webhooks can get wrong: nobody asks about a payment that is confirmed, so a lost chargeback stays lost. */
const webhookActs = fc.oneof(
  fc.record({
    act: fc.constant('deposit' as const),
    amount: fc.constant(500),
    manner: fc.constant('accept' as const),
  }),
  fc.record({ act: fc.constant('settle' as const), at: which, to: fc.constantFrom('confirmed', 'reversed') }),
  fc.record({ act: fc.constant('deliver' as const), at: which, times: fc.constant(1), dies: fc.boolean() }),
);

function run(planted: Planted, runs: number, of: fc.Arbitrary<Act> = acts) {
  const property = fc.asyncProperty(
    fc.array(of, { minLength: 4, maxLength: 24, size: 'max' }),
    async (plan) => {
      const world = new PaymentWorld(db, planted);
      await world.open();
      for (const one of plan) await perform(world, one);
      expect(await world.verdict()).toEqual([]);
    },
  );
  return fc.check(property, { numRuns: runs, seed, endOnFailure: true });
}

test('whatever happens in whatever order, wallet and PSP agree in the end and no money is made or lost', async () => {
  const details = await run({}, numRuns);
  if (details.failed) throw new Error(fc.defaultReportMessage(details));
});

describe('bugs that are planted are found', () => {
  afterEach(() => (isUnlocked = false));

  test('the lock is dropped', async () => {
    isUnlocked = true;
    expect((await run({}, 200)).failed).toBe(true);
  });

  test('a webhook is acknowledged before it is committed', async () => {
    expect((await run({ isHasty: true }, 200, webhookActs)).failed).toBe(true);
  });

  test('an unknown deposit is credited', async () => {
    class Credulous extends PaymentSaga {
      override async unanswered(handle: Db, payment: Payment, psp: string | null): Promise<Payment> {
        const unknown = await super.unanswered(handle, payment, psp);
        const isDeposit = unknown.state === 'unknown' && unknown.kind === 'deposit';
        return isDeposit
          ? this.confirm(handle, unknown, { actor: 'system:wallet', text: 'no answer' })
          : unknown;
      }
    }
    expect((await run({ saga: Credulous }, 200)).failed).toBe(true);
  });
});
