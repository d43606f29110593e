import { randomUUID } from 'node:crypto';
import { codeOf, keyOf, PaymentDesk, value } from './support/payment-desk';

let desk: PaymentDesk;

beforeAll(async () => {
  desk = await PaymentDesk.open();
});
afterEach(() => desk.expectConserved());
afterAll(() => desk.close());

test('named errors, nothing posted', async () => {
  const player = await desk.player(5_000);
  const iban = 'DE89370400440532013000';
  const bank = { method: 'bank' as const };
  const cases: [string, object][] = [
    ['wallet.amount-out-of-range', { amount: { amount: 0, currency: 'EUR' } }],
    ['wallet.amount-out-of-range', { amount: { amount: -1, currency: 'EUR' } }],
    ['wallet.amount-out-of-range', { amount: { amount: 100_000_001, currency: 'EUR' } }],
    ['wallet.insufficient-funds', { amount: { amount: 5_001, currency: 'EUR' } }],
    ['wallet.currency-mismatch', { amount: { amount: 1, currency: 'SEK' } }],
    ['wallet.invalid-destination', { destination: { iban } }],
    ['wallet.invalid-destination', { ...bank, destination: { reference: 'card-1' } }],
    ['wallet.invalid-destination', { ...bank, destination: { iban: 'DE89370400440532013001' } }],
    ['wallet.invalid-destination', { ...bank, destination: { iban, reference: 'card-1' } }],
    ['wallet.player-not-found', { playerId: randomUUID() }],
  ];
  for (const [code, fields] of cases)
    expect([fields, codeOf(await desk.withdraw(player, 1_000, fields))]).toEqual([fields, code]);
  expect(await desk.balance(player)).toMatchObject({ real: 5_000, locked: 0, version: 1 });
  const key = keyOf();
  const first = value(
    await desk.withdraw(
      player,
      1_000,
      { ...bank, destination: { iban: 'DE89 3704 0044 0532 0130 00' } },
      key,
    ),
  );
  expect(value(await desk.withdraw(player, 1_000, {}, key))).toEqual({ ...first, replayed: true });
  expect(codeOf(await desk.withdraw(player, 1_000, {}, { ...key, bodySha256: 'b'.repeat(64) }))).toBe(
    'idempotency.key-reused',
  );
  expect((await desk.balance(player)).locked).toBe(1_000);
});

test('instruments are nowhere in the clear', async () => {
  const player = await desk.player(5_000);
  const iban = 'DE89370400440532013000';
  const { id } = value(await desk.withdraw(player, 1_000, { method: 'bank', destination: { iban } }));
  expect((await desk.payment(id)).instrument).toBe('**** 3000');
  const tables = [
    'payment',
    'payment_history',
    'payment_notification',
    'journal',
    'outbox',
    'idempotency_key',
    'audit_entry',
  ];
  for (const table of tables) {
    const found = await desk.db.query(`SELECT FROM ${table} t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`, [
      iban,
    ]);
    expect([table, found.length]).toEqual([table, 0]);
  }
});
