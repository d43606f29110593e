import { randomUUID } from 'node:crypto';
import { paymentQueries, walletCommands } from '@baize/contracts';
import { codeOf, keyOf, PaymentDesk, value } from './support/payment-desk';

let desk: PaymentDesk;

beforeAll(async () => {
  desk = await PaymentDesk.open();
});
afterEach(() => desk.expectConserved());
afterAll(() => desk.close());

const statuses = async (id: string) => (await desk.payment(id)).history.map(({ status }) => status);

test('a deposit from the request to the balance', async () => {
  const player = await desk.player();
  const { id, status, redirectUrl } = value(await desk.deposit(player));
  expect({ status, redirectUrl }).toEqual({
    status: 'pending',
    redirectUrl: expect.stringContaining('https://pay.example/') as string,
  });
  expect((await desk.balance(player)).real).toBe(0);
  expect(await desk.settle(id, 'confirmed')).toMatchObject({ status: 200, outcome: 'ok' });
  expect((await desk.balance(player)).real).toBe(1_000);
  expect(await desk.payment(id)).toMatchObject({
    ...{ kind: 'deposit', status: 'confirmed', psp: 'one', pspReference: desk.one.booked(id).reference },
    history: [{ status: 'created' }, { status: 'pending' }, { status: 'confirmed' }],
  });
  expect(await desk.events(player)).toEqual(['deposit-confirmed']);
});

test('three webhooks and a poll at once make one credit', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  desk.one.settle(id, 'confirmed');
  // The worker polls on its own meanwhile; here it is made to at this very moment.
  await desk.db.query(`UPDATE payment SET due_at = now() WHERE id = $1`, [id]);
  const heard = await Promise.all([1, 2, 3].map(() => desk.tell(desk.one.webhook(id, 'confirmed'))));
  expect(heard.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await desk.balance(player)).real).toBe(1_000);
  expect(await statuses(id)).toEqual(['created', 'pending', 'confirmed']);
  expect(await desk.events(player)).toEqual(['deposit-confirmed']);
});

test('a PSP that took the deposit and did not answer: unknown, never a failure, never a credit; then it is asked', async () => {
  const player = await desk.player();
  desk.one.manners.push('lost');
  const { id, status, redirectUrl } = value(await desk.deposit(player));
  expect({ status, redirectUrl }).toEqual({ status: 'unknown', redirectUrl: undefined });
  expect((await desk.balance(player)).real).toBe(0);
  desk.one.settle(id, 'confirmed');
  await desk.reaches(id, 'confirmed');
  // asked before it had decided, the PSP says that it is under way
  const decided = (await statuses(id)).filter((one) => one !== 'pending');
  expect(decided).toEqual(['created', 'unknown', 'confirmed']);
  expect((await desk.balance(player)).real).toBe(1_000);
});

test('an unknown deposit is confirmed by a webhook while the PSP answers no question', async () => {
  const player = await desk.player();
  desk.one.manners.push('slow');
  const { id, status } = value(await desk.deposit(player));
  expect(status).toBe('unknown');
  desk.one.isSilent = true;
  await desk.settle(id, 'confirmed');
  desk.one.isSilent = false;
  expect((await desk.payment(id)).status).toBe('confirmed');
  expect((await desk.balance(player)).real).toBe(1_000);
});

test('an unknown deposit that the PSP is sure not to know fails, and what comes late after all is credited', async () => {
  const player = await desk.player();
  desk.one.manners.push('deaf');
  const { id } = value(await desk.deposit(player));
  await desk.reaches(id, 'failed');
  expect(await desk.events(player)).toEqual(['deposit-failed']);
  const fields = { kind: 'deposit', amount: 1_000, currency: 'EUR', pspReference: randomUUID() };
  expect((await desk.tell(desk.one.webhook(id, 'confirmed', fields))).status).toBe(200);
  expect(await statuses(id)).toEqual(['created', 'unknown', 'failed', 'confirmed']);
  expect((await desk.balance(player)).real).toBe(1_000);
});

test('a webhook before the API answer', async () => {
  const player = await desk.player();
  desk.one.manners.push('slow');
  const key = keyOf();
  const asked = desk.deposit(player, 1_000, {}, key);
  let row: { id: string } | undefined;
  await desk.until(async () => {
    [row] = await desk.db.query<{ id: string }>(`SELECT id FROM payment WHERE player_id = $1`, [player]);
    return row !== undefined && desk.one.books.has(row.id);
  });
  await desk.settle(row!.id, 'confirmed');
  expect((await desk.balance(player)).real).toBe(1_000);
  expect(value(await asked)).toMatchObject({ id: row!.id, status: 'confirmed' });
  expect(await statuses(row!.id)).toEqual(['created', 'confirmed']);
  expect(value(await desk.deposit(player, 1_000, {}, key))).toMatchObject({ id: row!.id, replayed: true });
});

test('webhooks out of order: "pending" and "failed" after "confirmed" say nothing new', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  const pending = desk.one.webhook(id, 'pending');
  const failed = desk.one.webhook(id, 'failed');
  await desk.settle(id, 'confirmed');
  for (const late of [pending, failed]) expect((await desk.tell(late)).status).toBe(200);
  expect(await statuses(id)).toEqual(['created', 'pending', 'confirmed']);
  expect((await desk.balance(player)).real).toBe(1_000);
});

test('a chargeback that comes before the confirmation waits for it', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  const confirmed = desk.one.webhook(id, 'confirmed');
  const reversed = desk.one.webhook(id, 'reversed', { reason: 'fraudulent' });
  expect((await desk.tell(reversed)).status).toBe(200);
  expect((await desk.payment(id)).status).toBe('pending');
  await desk.tell(confirmed);
  expect(await statuses(id)).toEqual(['created', 'pending', 'confirmed', 'reversed']);
  expect((await desk.balance(player)).real).toBe(0);
  expect(await desk.events(player)).toEqual(['deposit-confirmed', 'payment-reversed']);
});

test('a confirmation racing a chargeback ends in both, whoever wins', async () => {
  const player = await desk.player();
  for (let round = 0; round < 10; round += 1) {
    const { id } = value(await desk.deposit(player));
    const calls = [desk.one.webhook(id, 'confirmed'), desk.one.webhook(id, 'reversed')];
    await Promise.all(calls.map((call) => desk.tell(call)));
    expect(await statuses(id)).toEqual(['created', 'pending', 'confirmed', 'reversed']);
  }
  expect((await desk.balance(player)).real).toBe(0);
});

test('the same webhook after 48 hours changes nothing', async () => {
  const player = await desk.player();
  const { id } = value(await desk.deposit(player));
  const webhook = desk.one.webhook(id, 'confirmed');
  await desk.tell(webhook);
  await desk.db.query(
    `UPDATE payment_notification SET received_at = received_at - interval '48 hours', occurred_at = occurred_at - interval '48 hours'`,
  );
  await desk.db.query(`UPDATE payment SET state_since = state_since - interval '48 hours' WHERE id = $1`, [
    id,
  ]);
  expect(await desk.tell(webhook)).toMatchObject({ status: 200, outcome: 'ok' });
  expect((await desk.balance(player)).real).toBe(1_000);
  expect(await statuses(id)).toEqual(['created', 'pending', 'confirmed']);
});

test('a deposit during a round neither disturbs the round nor is disturbed by it', async () => {
  const player = await desk.player(2_000);
  const act = (kind: 'bet' | 'win', id: string, amount: number, closeRound = false) =>
    desk.call(walletCommands.post, {
      ...{
        brand: 'demo',
        provider: 'softswiss',
        playerId: player,
        currency: 'EUR',
        gameId: 'g1',
        providerRoundId: 'r1',
      },
      ...{
        closeRound,
        idScope: 'player' as const,
        actions: [{ kind, id, amount }],
        receivedAt: new Date().toISOString(),
      },
      rules: {
        unknownOriginal: 'tombstone' as const,
        settledOriginal: 'refuse' as const,
        winWithoutBet: 'refuse' as const,
      },
    });
  value(await act('bet', 'b1', 500));
  const { id } = value(await desk.deposit(player));
  await desk.settle(id, 'confirmed');
  value(await act('win', 'w1', 700, true));
  expect((await desk.balance(player)).real).toBe(2_000 - 500 + 1_000 + 700);
});

test('a definite refusal goes to a second PSP, silence does not', async () => {
  const player = await desk.player();
  desk.one.manners.push('refuse');
  const { id, status } = value(await desk.deposit(player));
  expect(status).toBe('pending');
  expect(await desk.payment(id)).toMatchObject({
    psp: 'two',
    history: [
      { status: 'created' },
      { status: 'created', reason: 'refused by one: card_declined, now at two' },
      { status: 'pending' },
    ],
  });
  await desk.settle(id, 'confirmed', desk.two);
  expect((await desk.balance(player)).real).toBe(1_000);
  desk.one.manners.push('lost');
  const unknown = value(await desk.deposit(player));
  expect(unknown.status).toBe('unknown');
  expect((await desk.payment(unknown.id)).psp).toBe('one');
  expect(desk.two.books.has(unknown.id)).toBe(false);
  await desk.settle(unknown.id, 'failed');
});

test('a deposit that every PSP refuses has failed, and its answer says so each time', async () => {
  const player = await desk.player();
  desk.one.manners.push('refuse');
  desk.two.manners.push('refuse');
  const key = keyOf();
  const { id, status } = value(await desk.deposit(player, 1_000, {}, key));
  expect(status).toBe('failed');
  expect(value(await desk.deposit(player, 1_000, {}, key))).toEqual({ id, status, replayed: true });
  expect(await desk.events(player)).toEqual(['deposit-failed']);
});

test('named errors, nothing posted', async () => {
  const player = await desk.player();
  const cases: [string, object][] = [
    ['wallet.amount-out-of-range', { amount: { amount: 0, currency: 'EUR' } }],
    ['wallet.amount-out-of-range', { amount: { amount: -100, currency: 'EUR' } }],
    ['wallet.amount-out-of-range', { amount: { amount: 100_000_001, currency: 'EUR' } }],
    ['wallet.currency-mismatch', { amount: { amount: 100, currency: 'SEK' } }],
    ['wallet.payment-method-unsupported', { psp: 'nobody' }],
    ['wallet.player-not-found', { playerId: randomUUID() }],
    ['wallet.player-not-found', { brand: 'other' }],
    ['request.invalid', { method: 'cheque' }],
  ];
  for (const [code, fields] of cases) expect(codeOf(await desk.deposit(player, 1_000, fields))).toBe(code);
  const key = keyOf();
  value(await desk.deposit(player, 1_000, {}, key));
  const other = { ...key, bodySha256: 'b'.repeat(64) };
  expect(codeOf(await desk.deposit(player, 2_000, {}, other))).toBe('idempotency.key-reused');
  expect(await desk.balance(player)).toMatchObject({ total: 0, version: 0 });
  const [row] = await desk.db.query<{ count: bigint }>(`SELECT count(*) FROM payment WHERE player_id = $1`, [
    player,
  ]);
  expect(row!.count).toBe(1n);
});

test('a refusal is what its key answers ever after', async () => {
  const player = await desk.player();
  const key = keyOf();
  expect(codeOf(await desk.deposit(player, 0, {}, key))).toBe('wallet.amount-out-of-range');
  expect(await desk.deposit(player, 0, {}, key)).toMatchObject({ ok: false, error: { replayed: true } });
});

test('a player who may not deposit, and one who has reached a limit', async () => {
  const player = await desk.player();
  await desk.db.query(`UPDATE anchor SET restrictions = 3 WHERE player_id = $1`, [player]);
  expect(codeOf(await desk.deposit(player))).toBe('wallet.player-restricted');
  const limited = await desk.player();
  await desk.db.query(
    `INSERT INTO player_limit (player_id, kind, period, currency, amount, time_zone)
     VALUES ($1, 'deposit', 'day', 'EUR', 1500, 'UTC')`,
    [limited],
  );
  const { id } = value(await desk.deposit(limited));
  expect(codeOf(await desk.deposit(limited))).toBe('wallet.limit-exceeded');
  // What fails gives back what it took of the limit.
  await desk.settle(id, 'failed');
  value(await desk.deposit(limited));
});

test('a payment of somebody else, and the list of one’s own', async () => {
  const [player, other] = [await desk.player(), await desk.player()];
  const ids = [];
  for (let n = 0; n < 3; n += 1) ids.unshift(value(await desk.deposit(player)).id);
  const asOther = { paymentId: ids[0]!, brand: 'demo', ownerId: other };
  expect(codeOf(await desk.call(paymentQueries.getPayment, asOther))).toBe('wallet.payment-not-found');
  const first = value(
    await desk.call(paymentQueries.listPayments, { brand: 'demo', playerId: player, limit: 2 }),
  );
  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const next = { brand: 'demo', playerId: player, limit: 2, cursor: first.nextCursor };
  expect(value(await desk.call(paymentQueries.listPayments, next)).items.map(({ id }) => id)).toEqual(
    ids.slice(2),
  );
});
