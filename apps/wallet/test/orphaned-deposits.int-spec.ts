import { waitFor } from '@baize/testing';
import { codeOf, keyOf, PaymentDesk, value } from './support/payment-desk';

// One of the servers' cores may be busy with other test files.
jest.setTimeout(60_000);

let desk: PaymentDesk;

beforeAll(async () => {
  desk = await PaymentDesk.open();
});
afterEach(() => desk.expectConserved());
afterAll(() => desk.close());

/** As a process leaves it that dies after the PSP's webhook came, and before it answered its caller. */
async function orphan(key: ReturnType<typeof keyOf>): Promise<{ player: string; id: string }> {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player, 1_000, {}, key));
  await desk.db.query(
    `UPDATE idempotency_key SET answer = NULL, created_at = now() - interval '1 minute' WHERE owner_id = $1`,
    [id],
  );
  await desk.db.query(`UPDATE payment SET redirect_url = NULL WHERE id = $1`, [id]);
  return { player, id };
}

const again = (player: string, key: ReturnType<typeof keyOf>) =>
  waitFor(
    async () => {
      const answer = await desk.deposit(player, 1_000, {}, key);
      return codeOf(answer) === 'idempotency.in-progress' ? undefined : value(answer);
    },
    { timeoutMs: 20_000, what: 'an answer for the key' },
  );

test('a deposit that was confirmed while its caller waited in vain has an answer in the end', async () => {
  const key = keyOf();
  const { player, id } = await orphan(key);
  await desk.settle(id, 'confirmed');
  expect(await again(player, key)).toMatchObject({ id, status: 'confirmed', replayed: true });
  expect((await desk.balance(player)).real).toBe(1_000);
});

test('one that still waits for its player is answered with the page, and is one payment at the PSP', async () => {
  const key = keyOf();
  const { player, id } = await orphan(key);
  const starts = desk.one.starts;
  expect(await again(player, key)).toMatchObject({
    ...{ id, status: 'pending', replayed: true },
    redirectUrl: expect.stringContaining('https://pay.example/') as string,
  });
  expect(desk.one.starts).toBeGreaterThan(starts);
  await desk.settle(id, 'confirmed');
  expect((await desk.balance(player)).real).toBe(1_000);
});
