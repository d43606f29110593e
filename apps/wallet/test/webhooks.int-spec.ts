import { randomUUID } from 'node:crypto';
import { paymentCommands } from '@baize/contracts';
import { codeOf, operator, PaymentDesk, value } from './support/payment-desk';

let desk: PaymentDesk;

beforeAll(async () => {
  // The PSP is asked seldom: here its webhooks decide.
  desk = await PaymentDesk.open({ timing: { askFirstMs: 20_000, askAtMostMs: 20_000 } });
});
afterEach(() => desk.expectConserved());
afterAll(() => desk.close());

const decide = (paymentId: string, decision: 'accept' | 'reject') =>
  desk.call(paymentCommands.decideMismatch, {
    paymentId,
    brand: 'demo',
    decision,
    reason: 'seen',
    actor: operator,
  });
const count = async (sql: string, values: unknown[] = []): Promise<number> =>
  Number((await desk.db.query<{ count: bigint }>(`SELECT count(*) ${sql}`, values))[0]!.count);

test('a wrong signature is refused with 401, counted in quarantine and changes nothing', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  const forged = desk.one.webhook(id, 'confirmed', {}, 'another secret');
  for (let n = 0; n < 3; n += 1) {
    expect(await desk.tell(forged)).toMatchObject({ status: 401, outcome: 'unauthenticated' });
  }
  expect(await count(`FROM payment_quarantine WHERE times = 3`)).toBe(1);
  expect(await count(`FROM payment_notification`)).toBe(0);
  expect((await desk.balance(player)).real).toBe(0);
  // One bit of a signed body is another body.
  const good = desk.one.webhook(id, 'confirmed');
  const bytes = Buffer.from(good.bodyBase64, 'base64');
  bytes[20]! ^= 1;
  expect((await desk.tell({ ...good, bodyBase64: bytes.toString('base64') })).status).toBe(401);
  expect((await desk.payment(id)).status).toBe('pending');
});

test('what cannot be read is refused, an unknown PSP or brand is not there', async () => {
  const { id } = value(await desk.deposit(await desk.player()));
  expect(await desk.tell(desk.one.webhook(id, 'confirmed', { amount: 'ten' }))).toMatchObject({
    outcome: 'malformed',
  });
  const call = { query: '', receivedAt: new Date().toISOString(), ...desk.one.webhook(id, 'confirmed') };
  for (const where of [
    { brand: 'demo', psp: 'nobody' },
    { brand: 'other', psp: 'one' },
  ]) {
    expect(codeOf(await desk.call(paymentCommands.handlePaymentCallback, { ...call, ...where }))).toBe(
      'wallet.unknown-psp',
    );
  }
});

test('a valid signature but another amount: held and raised, nothing credited, until the right one comes', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  const wrong = desk.one.webhook(id, 'confirmed', { amount: 100_000 });
  expect((await desk.tell(wrong)).status).toBe(200);
  expect((await desk.tell(wrong)).status).toBe(200);
  expect(await desk.payment(id)).toMatchObject({ status: 'review', reviewReasons: ['mismatch'] });
  expect((await desk.balance(player)).real).toBe(0);
  expect(await desk.events(player)).toEqual(['payment-mismatched']);
  await desk.settle(id, 'confirmed');
  expect((await desk.balance(player)).real).toBe(1_000);
  expect(await count(`FROM payment_mismatch WHERE payment_id = $1 AND resolved_at IS NULL`, [id])).toBe(0);
});

test('people end a mismatch: as the PSP says, or without a credit', async () => {
  const player = await desk.player();
  const accepted = value(await desk.deposit(player));
  await desk.tell(desk.one.webhook(accepted.id, 'confirmed', { amount: 700 }));
  expect(value(await decide(accepted.id, 'accept')).status).toBe('confirmed');
  expect((await desk.balance(player)).real).toBe(700);
  expect((await desk.payment(accepted.id)).amount.amount).toBe(700);
  await desk.tell(desk.one.webhook(accepted.id, 'reversed', { amount: 700 }));
  expect((await desk.balance(player)).real).toBe(0);
  const rejected = value(await desk.deposit(player));
  await desk.tell(desk.one.webhook(rejected.id, 'confirmed', { currency: 'SEK' }));
  expect(codeOf(await decide(rejected.id, 'accept'))).toBe('wallet.currency-mismatch');
  expect(value(await decide(rejected.id, 'reject')).status).toBe('failed');
  expect(codeOf(await decide(rejected.id, 'reject'))).toBe('wallet.payment-not-in-review');
  expect((await desk.balance(player)).real).toBe(0);
});

test('a second confirmation of another amount is raised, the credit stays', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  await desk.settle(id, 'confirmed');
  await desk.tell(desk.one.webhook(id, 'confirmed', { amount: 9_000 }));
  await desk.settle(id, 'confirmed');
  const facts = await desk.db.query(
    `SELECT amount, outcome FROM payment_notification WHERE payment_id = $1 ORDER BY received_at`,
    [id],
  );
  expect(facts).toEqual([
    { amount: 1_000n, outcome: 'applied' },
    { amount: 9_000n, outcome: 'raised' },
    { amount: 1_000n, outcome: 'nothing' },
  ]);
  expect((await desk.payment(id)).status).toBe('confirmed');
  expect((await desk.balance(player)).real).toBe(1_000);
  expect(await desk.events(player)).toEqual(['deposit-confirmed', 'payment-mismatched']);
});

test('a webhook for an unknown payment is kept, and matched when the payment is known by its reference', async () => {
  const player = await desk.player();
  const reference = `ref-${randomUUID()}`;
  const fields = {
    paymentId: undefined,
    pspReference: reference,
    kind: 'deposit',
    amount: 1_000,
    currency: 'EUR',
  };
  expect((await desk.tell(desk.one.webhook(randomUUID(), 'confirmed', fields))).status).toBe(200);
  expect(
    await count(`FROM payment_notification WHERE psp_reference = $1 AND outcome = 'waiting'`, [reference]),
  ).toBe(1);
  desk.one.manners.push('lost');
  const { id } = value(await desk.deposit(player));
  await desk.db.query(`UPDATE payment SET psp_reference = $2 WHERE id = $1`, [id, reference]);
  await desk.reaches(id, 'confirmed');
  expect((await desk.balance(player)).real).toBe(1_000);
});

test('a webhook that waits longer than it should is raised, and goes on waiting', async () => {
  const fields = { kind: 'deposit', amount: 1_000, currency: 'EUR', pspReference: 'nobody knows it' };
  await desk.tell(desk.one.webhook(randomUUID(), 'confirmed', fields));
  await desk.db.query(
    `UPDATE payment_notification SET received_at = now() - interval '1 day' WHERE psp_reference = 'nobody knows it'`,
  );
  const raised = `FROM payment_notification WHERE psp_reference = 'nobody knows it' AND raised AND outcome = 'waiting'`;
  await desk.until(async () => (await count(raised)) === 1);
});

test('partial chargebacks add up and never take more than there was', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  await desk.settle(id, 'confirmed');
  for (const amount of [300, 600]) await desk.tell(desk.one.webhook(id, 'reversed', { amount }));
  expect((await desk.balance(player)).real).toBe(100);
  await desk.tell(desk.one.webhook(id, 'reversed', { amount: 500 }));
  expect((await desk.balance(player)).real).toBe(100);
  expect(await desk.payment(id)).toMatchObject({ status: 'reversed', reversedAmount: 900 });
  await desk.tell(desk.one.webhook(id, 'reversed', { amount: 100 }));
  await desk.tell(desk.one.webhook(id, 'reversed', { amount: 1_000 }));
  expect((await desk.balance(player)).real).toBe(0);
});

test('a partial chargeback that is told three times at once, and again later, is taken once', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  await desk.settle(id, 'confirmed');
  const told = desk.one.webhook(id, 'reversed', { amount: 300 });
  const answers = await Promise.all([desk.tell(told), desk.tell(told), desk.tell(told)]);
  answers.push(await desk.tell(told));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await desk.balance(player)).real).toBe(700);
  expect(await desk.payment(id)).toMatchObject({ status: 'reversed', reversedAmount: 300 });
  const facts = `FROM payment_notification WHERE payment_id = $1 AND status = 'reversed'`;
  expect(await count(facts, [id])).toBe(1);
});

test('a payout that is said to be paid after its funds were given back is raised, and moves nothing', async () => {
  const player = await desk.player(5_000);
  const { id } = value(await desk.withdraw(player));
  await desk.until(() => desk.one.books.has(id));
  await desk.settle(id, 'failed');
  await desk.tell(desk.one.webhook(id, 'confirmed'));
  expect((await desk.payment(id)).status).toBe('failed');
  expect(await desk.balance(player)).toMatchObject({ real: 5_000, locked: 0 });
  expect(
    await count(`FROM payment_mismatch WHERE payment_id = $1 AND problem = 'paid-after-release'`, [id]),
  ).toBe(1);
});

test('what a PSP says of another PSP’s payment is raised', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  const fields = { pspReference: randomUUID(), kind: 'deposit', amount: 1_000, currency: 'EUR' };
  await desk.tell(desk.two.webhook(id, 'confirmed', fields), 'two');
  expect((await desk.balance(player)).real).toBe(0);
  expect(await count(`FROM payment_mismatch WHERE payment_id = $1 AND problem = 'another-psp'`, [id])).toBe(
    1,
  );
});

test('a reference that another payment has is raised', async () => {
  const player = await desk.player();
  const [first, second] = [value(await desk.deposit(player)), value(await desk.deposit(player))];
  const fields = { pspReference: desk.one.booked(first.id).reference };
  await desk.tell(desk.one.webhook(second.id, 'confirmed', fields));
  expect((await desk.balance(player)).real).toBe(0);
  expect(await count(`FROM payment_mismatch WHERE payment_id = $1`, [second.id])).toBe(1);
});

test('the same notification id that says something else is another fact', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  const notificationId = randomUUID();
  await desk.tell(desk.one.webhook(id, 'confirmed', { notificationId }));
  await desk.tell(desk.one.webhook(id, 'confirmed', { notificationId, amount: 5_000 }));
  expect((await desk.balance(player)).real).toBe(1_000);
  expect(await count(`FROM payment_mismatch WHERE payment_id = $1`, [id])).toBe(1);
});
