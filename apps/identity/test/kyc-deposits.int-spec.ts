import { randomUUID } from 'node:crypto';
import { paymentEvents } from '@baize/contracts';
import type { EventEnvelope } from '@baize/messaging';
import { eventHandlers } from '../src/event-handlers';
import type { Surroundings } from './identity-fixture';
import { KycUnderTest } from './kyc-under-test';

describe('what deposits make due', () => {
  let kyc: KycUnderTest;
  let around: Surroundings;

  beforeAll(async () => {
    kyc = await KycUnderTest.start();
    ({ around } = kyc);
  });
  afterAll(() => kyc.stop());

  /** Hands an event of a payment over, as the consumer does. */
  async function happened(
    name: 'depositConfirmed' | 'withdrawalRequested' | 'withdrawalPaid' | 'paymentReversed',
    playerId: string,
    data: { paymentId: string; amount: number } & Record<string, unknown>,
  ): Promise<void> {
    const { type } = paymentEvents[name];
    const payment = { playerId, brand: 'demo', currency: 'EUR', method: 'card', ordinal: 1 };
    const occurred = { transactionId: randomUUID(), occurredAt: new Date().toISOString() };
    const envelope: Partial<EventEnvelope> = { type, data: { ...payment, ...occurred, ...data } };
    await around.database.transactions.run((db) => eventHandlers().apply(db, [envelope as EventEnvelope]));
  }
  const identified = async () => {
    const { id } = await around.registered();
    await kyc.pass(id, 'identity');
    return id;
  };

  it('is made due at the threshold, once, at the pinned rate', async () => {
    const id = await identified();
    const deposit = (paymentId: string, amount: number) =>
      happened('depositConfirmed', id, { paymentId, amount });
    await deposit(`${id}-1`, 199_999);
    await deposit(`${id}-1`, 199_999);
    expect(await kyc.of(id)).toMatchObject({ due: [], withdrawalsHeld: false, triggers: [] });
    await deposit(`${id}-2`, 1);
    const { triggers, ...file } = await kyc.of(id);
    expect(file).toMatchObject({ due: ['address'], withdrawalsHeld: true });
    expect(triggers.map(({ trigger, policyVersion }) => [trigger, policyVersion])).toEqual([
      ['deposits-200000-EUR-lifetime', '2026-01'],
      ['deposits-200000-EUR-180d', '2026-01'],
    ]);
    await kyc.heldIs(id, true);
  });

  it('is not made due by what was taken back, once for each movement', async () => {
    const id = await identified();
    const deposit = (paymentId: string, amount: number) =>
      happened('depositConfirmed', id, { paymentId, amount });
    const reverse = (paymentId: string, amount: number, transactionId: string = randomUUID()) => {
      const reversal = { paymentId, amount, transactionId, reason: 'fraudulent', debt: 0, whole: false };
      return happened('paymentReversed', id, { ...reversal, kind: 'deposit' });
    };
    await deposit(`${id}-1`, 150_000);
    const movement = randomUUID();
    for (let time = 0; time < 2; time += 1) await reverse(`${id}-1`, 50_000, movement);
    await reverse(`${id}-unknown`, 50_000);
    await deposit(`${id}-2`, 99_999);
    expect((await kyc.of(id)).triggers).toEqual([]);
    await deposit(`${id}-3`, 1);
    expect((await kyc.of(id)).triggers).toHaveLength(2);
    // what was due by then stays due
    await reverse(`${id}-2`, 99_999);
    expect((await kyc.of(id)).due).toEqual(['address']);
  });

  it('in Great Britain has a look at the means beside it, which bars nothing and comes once a year', async () => {
    const { id } = await around.registered(around.form({ country: 'GB', currency: 'GBP' }));
    for (const kind of ['identity', 'address'] as const) await kyc.pass(id, kind);
    let payments = 0;
    const paid = (name: 'depositConfirmed' | 'withdrawalPaid', amount: number) => {
      payments += 1;
      return happened(name, id, { paymentId: `${id}-${payments}`, amount, currency: 'GBP' });
    };
    const looks = () => around.count('outbox', `data->>'trigger' LIKE 'net-deposits%'`);
    await paid('depositConfirmed', 10_000);
    await paid('withdrawalPaid', 4_000);
    await paid('depositConfirmed', 8_999);
    expect((await kyc.of(id)).triggers).toEqual([]);
    await paid('depositConfirmed', 1);
    const file = await kyc.of(id);
    expect(file).toMatchObject({ due: [], withdrawalsHeld: false });
    expect(file.triggers).toMatchObject([{ trigger: 'net-deposits-15000-GBP-30d', checks: [] }]);
    await paid('depositConfirmed', 1);
    expect(await looks()).toBe(1);
    await around.database.query(
      `UPDATE kyc_trigger SET fired_at = clock_timestamp() - interval '365 days' WHERE player_id = $1`,
      [id],
    );
    await paid('withdrawalPaid', 5_000);
    await paid('depositConfirmed', 1);
    expect(await looks()).toBe(1);
    // the payout comes back: it was none
    const paymentId = `${id}-${payments - 1}`;
    const returned = { paymentId, amount: 5_000, currency: 'GBP', kind: 'withdrawal' };
    await happened('paymentReversed', id, { ...returned, reason: 'closed', debt: 0, whole: true });
    await paid('depositConfirmed', 1);
    await paid('depositConfirmed', 1);
    expect(await looks()).toBe(2);
  });

  it('has the first withdrawal beside it, which is a reason once', async () => {
    const id = await identified();
    for (const paymentId of [`${id}-1`, `${id}-2`]) {
      await happened('withdrawalRequested', id, { paymentId, amount: 1_000 });
    }
    expect((await kyc.of(id)).triggers).toMatchObject([
      { trigger: 'first-withdrawal', checks: ['identity', 'age'] },
    ]);
  });
});
