import { PaymentDesk, value } from './support/payment-desk';

let desk: PaymentDesk;

beforeAll(async () => {
  desk = await PaymentDesk.open();
});
afterEach(() => desk.expectConserved());
afterAll(() => desk.close());

const card = { reference: 'card-1', masked: 'visa **** 1111' };
const rowOf = async (id: string) =>
  (
    await desk.db.query<{ sealed: boolean; print: boolean }>(
      `SELECT instrument_sealed IS NOT NULL AS sealed, instrument_print IS NOT NULL AS print FROM payment WHERE id = $1`,
      [id],
    )
  )[0];
const grownOld = (ids: string[], days: number) =>
  desk.db.query(`UPDATE payment SET state_since = now() - $2 * interval '1 day' WHERE id = ANY ($1)`, [
    ids,
    days,
  ]);
const to = async (player: string, reference: string, amount: number) =>
  value(await desk.withdraw(player, amount, { destination: { reference } })).id;

test('what paid is forgotten when the payment has been over for long; the closed loop knows it all the same', async () => {
  const player = await desk.player(5_000);
  const { id: paid } = value(await desk.deposit(player, 1_000));
  await desk.tell(desk.one.webhook(paid, 'confirmed', { instrument: card }));
  const { id: young } = value(await desk.deposit(player, 500));
  await desk.tell(desk.one.webhook(young, 'confirmed', { instrument: card }));
  const open = await to(player, 'card-1', 300);
  await desk.reaches(open, 'submitted');
  await grownOld([paid, open], 31);
  await grownOld([young], 29);
  await desk.until(async () => (await rowOf(paid))?.sealed === false);
  expect(await rowOf(paid)).toEqual({ sealed: false, print: true });
  for (const id of [young, open]) expect(await rowOf(id)).toEqual({ sealed: true, print: true });
  expect((await desk.payment(paid)).instrument).toBe(card.masked);
  const elsewhere = await to(player, 'card-2', 200);
  expect((await desk.reaches(elsewhere, 'review')).reviewReasons).toEqual(['closed-loop']);
  await desk.reaches(await to(player, 'card-1', 200), 'submitted');
});

test('a webhook keeps an instrument only while it waits', async () => {
  const { id } = value(await desk.deposit(await desk.player()));
  const facts = () =>
    desk.db.query(
      `SELECT status, outcome, instrument_sealed IS NOT NULL AS sealed FROM payment_notification
       WHERE named_payment = $1 ORDER BY status`,
      [id],
    );
  await desk.tell(desk.one.webhook(id, 'reversed', { instrument: card }));
  expect(await facts()).toEqual([{ status: 'reversed', outcome: 'waiting', sealed: true }]);
  await desk.tell(desk.one.webhook(id, 'confirmed', { instrument: card }));
  expect(await facts()).toEqual([
    { status: 'confirmed', outcome: 'applied', sealed: false },
    { status: 'reversed', outcome: 'applied', sealed: false },
  ]);
  expect(await rowOf(id)).toEqual({ sealed: true, print: true });
});
