import { paymentCommands } from '@baize/contracts';
import { takeDue } from '../src/store/due-payments';
import { codeOf, PaymentDesk, value } from './support/payment-desk';

let desk: PaymentDesk;

beforeAll(async () => {
  const timing = {
    pspCallMs: 1_000,
    depositDeadlineMs: 2_500,
    automatedDeadlineMs: 1_000,
    reviewDeadlineMs: 1_000,
  };
  desk = await PaymentDesk.open({ timing: { ...timing, notFoundAfterMs: 1_000 } });
});
afterEach(() => desk.expectConserved());
afterAll(() => desk.close());

test('a pending deposit is asked about as seldom as may be each time, an unknown one soon', async () => {
  const { id } = value(await desk.deposit(await desk.player()));
  const nextIn = async (state: string, attempts: number) => {
    const rolledBack = new Error('rolled back');
    let seconds: number | undefined;
    const look = desk.db.transactions.run(async (db) => {
      await db.query(`UPDATE payment SET state = $2, attempts = $3, due_at = now() WHERE id = $1`, [
        id,
        state,
        attempts,
      ]);
      await takeDue(db, 100, { askFirstMs: 5_000, askAtMostMs: 60_000 });
      const [row] = await db.query<{ seconds: number }>(
        `SELECT extract(epoch FROM due_at - now())::float8 AS seconds FROM payment WHERE id = $1`,
        [id],
      );
      seconds = row?.seconds;
      throw rolledBack;
    });
    await expect(look).rejects.toBe(rolledBack);
    return seconds;
  };
  expect(await nextIn('pending', 0)).toBe(60);
  expect(await nextIn('pending', 1)).toBe(60);
  expect(await nextIn('unknown', 0)).toBe(10);
  expect(await nextIn('unknown', 1)).toBe(20);
});

const isOverdue = async (id: string) =>
  (await desk.db.query(`SELECT FROM payment WHERE id = $1 AND overdue`, [id])).length === 1;

test('a deposit that nobody pays is cancelled at its deadline; paid late it is credited all the same', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  await desk.reaches(id, 'cancelled');
  expect(await desk.events(player)).toEqual(['deposit-failed']);
  await desk.settle(id, 'confirmed');
  expect((await desk.balance(player)).real).toBe(1_000);
  expect(await desk.events(player)).toEqual(['deposit-failed', 'deposit-confirmed']);
});

test('a deposit whose PSP does not answer at the deadline is unknown, not cancelled, and an alert follows', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  desk.one.isSilent = true;
  await desk.reaches(id, 'unknown');
  await desk.until(() => isOverdue(id));
  expect((await desk.balance(player)).real).toBe(0);
  desk.one.settle(id, 'confirmed');
  desk.one.isSilent = false;
  await desk.reaches(id, 'confirmed');
  expect(await isOverdue(id)).toBe(false);
});

test('a payout that the PSP leaves open, and one that nobody reviews, are past their deadlines and go on', async () => {
  const player = await desk.player(5_000);
  const sent = value(await desk.withdraw(player));
  await desk.until(() => isOverdue(sent.id));
  desk.one.settle(sent.id, 'confirmed');
  await desk.reaches(sent.id, 'confirmed');
  const hold = {
    playerId: player,
    brand: 'demo',
    kind: 'kyc' as const,
    held: true,
    reason: 'test',
    version: 1,
  };
  value(await desk.call(paymentCommands.setHold, hold));
  const held = value(await desk.withdraw(player));
  await desk.until(() => isOverdue(held.id));
  expect((await desk.payment(held.id)).status).toBe('review');
  value(await desk.review(held.id, 'reject'));
});

test('a PSP that does not answer is not chosen any more, its webhooks are heard', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  const webhook = desk.one.webhook(id, 'confirmed');
  desk.one.manner = 'error';
  await desk.until(async () => {
    const next = await desk.deposit(player);
    return next.ok && (await desk.payment(next.value.id)).psp === 'two';
  });
  const onlyThere = () => desk.deposit(player, 1_000, { psp: 'one' });
  await desk.until(async () => codeOf(await onlyThere()) === 'wallet.psp-unavailable');
  expect((await desk.tell(webhook)).status).toBe(200);
  expect((await desk.payment(id)).status).toBe('confirmed');
  desk.one.manner = 'accept';
});
