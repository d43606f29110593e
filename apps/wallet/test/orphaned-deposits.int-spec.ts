import { waitFor } from '@baize/testing';
import { codeOf, keyOf, PaymentDesk, value } from './support/payment-desk';

let desk: PaymentDesk;

beforeAll(async () => {
  desk = await PaymentDesk.open();
});
afterEach(() => desk.expectConserved());
afterAll(() => desk.close());

/**
 * As a process leaves it that dies after the PSP's answer, or its webhook, and before it answered its caller. From here
 * on whoever sweeps may answer at any moment.
 */
async function orphan(id: string): Promise<void> {
  await desk.db.query(
    `WITH unanswered AS (
       UPDATE idempotency_key SET answer = NULL, created_at = now() - interval '1 minute' WHERE owner_id = $1
     )
     UPDATE payment SET redirect_url = NULL WHERE id = $1`,
    [id],
  );
}

const again = (player: string, key: ReturnType<typeof keyOf>) =>
  waitFor(
    async () => {
      const answer = await desk.deposit(player, 1_000, {}, key);
      return codeOf(answer) === 'idempotency.in-progress' ? undefined : value(answer);
    },
    { what: 'an answer for the key' },
  );

test('a deposit that was confirmed while its caller waited in vain has an answer in the end', async () => {
  const key = keyOf();
  const player = await desk.player();
  const { id } = value(await desk.deposit(player, 1_000, {}, key));
  await desk.settle(id, 'confirmed');
  await orphan(id);
  expect(await again(player, key)).toMatchObject({ id, status: 'confirmed', replayed: true });
  expect((await desk.balance(player)).real).toBe(1_000);
});

test('one that still waits for its player is answered with the page, and is one payment at the PSP', async () => {
  const key = keyOf();
  const player = await desk.player();
  const { id } = value(await desk.deposit(player, 1_000, {}, key));
  const starts = desk.one.starts;
  await orphan(id);
  const first = await again(player, key);
  expect(first).toMatchObject({
    ...{ id, status: 'pending', replayed: true },
    redirectUrl: expect.stringContaining('https://pay.example/') as string,
  });
  expect(desk.one.starts).toBeGreaterThan(starts);
  await desk.settle(id, 'confirmed');
  expect((await desk.balance(player)).real).toBe(1_000);
  // What a caller was told stays what the key answers; how the payment is now, it asks by its id.
  expect(await again(player, key)).toEqual(first);
});
