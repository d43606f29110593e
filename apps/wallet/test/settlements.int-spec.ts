import { randomUUID } from 'node:crypto';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDecimal } from '@baize/money';
import { settlementCommand } from '../src/settlement/settlement-command';
import { PaymentDesk, value } from './support/payment-desk';

const file = join(tmpdir(), `settlement-${randomUUID()}.csv`);
const head = 'psp_reference,merchant_reference,type,amount,fee,currency,booked_at';
let desk: PaymentDesk;

// The PSP is asked seldom: here its file decides.
beforeAll(async () => {
  desk = await PaymentDesk.open({ timing: { askFirstMs: 50_000, askAtMostMs: 50_000 } });
});
beforeEach(async () => {
  // Each test has the period to itself: what was before is of another day.
  await desk.db.query(`UPDATE payment SET created_at = created_at - interval '3 days'`);
  await desk.db.query(`UPDATE payment_notification SET occurred_at = occurred_at - interval '3 days'`);
});
afterEach(() => desk.expectConserved());
afterAll(async () => {
  rmSync(file, { force: true });
  await desk.close();
});

type Booking = {
  type?: 'deposit' | 'withdrawal' | 'reversal';
  amount?: number;
  currency?: string;
  id?: string;
};
/** A line of the PSP's file on a payment in its books. */
function lineOf(id: string, { type, amount, currency, id: named = id }: Booking = {}): string {
  const booked = desk.one.booked(id);
  const [kind, money] = [type ?? booked.kind, currency ?? booked.currency];
  const isOut = (kind === 'reversal') === (booked.kind === 'deposit');
  const text = formatDecimal(BigInt((isOut ? -1 : 1) * (amount ?? booked.amount)), money);
  return [booked.reference, named, kind, text, '0.10', money, new Date().toISOString()].join(',');
}

async function settle(lines: string[], more: string[] = []): Promise<{ code: number; text: string }> {
  writeFileSync(file, `${[head, ...lines].join('\r\n')}\r\n`);
  // A file system's clock may be some milliseconds behind: the file would know nothing of what was just told.
  const writtenAt = new Date(Date.now() + 1);
  utimesSync(file, writtenAt, writtenAt);
  let text = '';
  const { DATABASE_URL = '', PAYMENTS_CONFIG } = desk.environment();
  const code = await settlementCommand(
    { databaseUrl: DATABASE_URL, paymentsConfig: PAYMENTS_CONFIG },
    ['--brand', 'demo', '--psp', 'one', '--file', file, ...more],
    (part) => (text += part),
  );
  return { code, text };
}
const rowOf = (text: string, outcome: string): number =>
  Number(new RegExp(`│ ${outcome} +│ (\\d+)`).exec(text)?.[1]);

/** A deposit whose start was never answered. */
async function unknownDeposit(player: string): Promise<string> {
  desk.one.manners.push('lost');
  const { id } = value(await desk.deposit(player));
  expect((await desk.payment(id)).status).toBe('unknown');
  return id;
}
async function paidDeposit(player: string): Promise<string> {
  const { id } = value(await desk.deposit(player));
  await desk.settle(id, 'confirmed');
  return id;
}

test('an unknown deposit is confirmed by the file, once, also when file and webhook come again', async () => {
  const player = await desk.player();
  const id = await unknownDeposit(player);
  const first = await settle([lineOf(id)]);
  expect(first).toMatchObject({ code: 0 });
  expect([rowOf(first.text, 'taken'), rowOf(first.text, 'match')]).toEqual([1, 0]);
  expect((await desk.balance(player)).real).toBe(1_000);
  expect((await desk.payment(id)).history.at(-1)).toMatchObject({ status: 'confirmed' });
  const again = await settle([lineOf(id)]);
  expect([again.code, rowOf(again.text, 'match')]).toEqual([0, 1]);
  await desk.settle(id, 'confirmed');
  await desk.settle(id, 'confirmed');
  expect((await desk.balance(player)).real).toBe(1_000);
  expect(await desk.events(player)).toEqual(['deposit-confirmed']);
});

test('file and webhook at once credit once', async () => {
  const player = await desk.player();
  const ids = [await unknownDeposit(player), await unknownDeposit(player), await unknownDeposit(player)];
  const webhooks = ids.map((id) => desk.settle(id, 'confirmed'));
  const [{ code }] = await Promise.all([settle(ids.map((id) => lineOf(id))), ...webhooks]);
  expect(code).toBe(0);
  expect((await desk.balance(player)).real).toBe(3_000);
  expect(await desk.events(player)).toEqual(Array(3).fill('deposit-confirmed'));
});

test('pending deposits and submitted or unknown withdrawals take the file’s word, by either reference', async () => {
  const player = await desk.player(5_000);
  const { id: pending } = value(await desk.deposit(player));
  const { id: sent } = value(await desk.withdraw(player));
  await desk.reaches(sent, 'submitted');
  desk.one.manners.push('lost');
  const { id: lost } = value(await desk.withdraw(player, 2_000));
  await desk.reaches(lost, 'unknown');
  const lines = [lineOf(pending, { id: 'of-the-psp' }), lineOf(sent), lineOf(lost)];
  const { code, text } = await settle(lines);
  expect([code, rowOf(text, 'taken')]).toEqual([0, 3]);
  for (const id of [pending, sent, lost]) expect((await desk.payment(id)).status).toBe('confirmed');
  expect(await desk.balance(player)).toMatchObject({ real: 3_000, locked: 0 });
});

test('another amount or currency of an open deposit is held and raised, nothing credited', async () => {
  const player = await desk.player();
  const [more, other] = [await unknownDeposit(player), await unknownDeposit(player)];
  const { code, text } = await settle([
    lineOf(more, { amount: 100_000 }),
    lineOf(other, { currency: 'SEK' }),
  ]);
  expect([code, rowOf(text, 'mismatch'), rowOf(text, 'taken')]).toEqual([1, 2, 0]);
  expect(text).toContain('1000.00 EUR there, 10.00 EUR here: it waits for people');
  for (const id of [more, other])
    expect(await desk.payment(id)).toMatchObject({ status: 'review', reviewReasons: ['mismatch'] });
  expect((await desk.balance(player)).real).toBe(0);
  expect(await desk.events(player)).toEqual(['payment-mismatched', 'payment-mismatched']);
  await settle([lineOf(more), lineOf(other)]);
  expect((await desk.balance(player)).real).toBe(2_000);
});

test('differences are found and nothing is changed by them', async () => {
  const player = await desk.player(5_000);
  const [good, wrong, absent, back] = [
    await paidDeposit(player),
    await paidDeposit(player),
    await paidDeposit(player),
    await paidDeposit(player),
  ];
  const { id: dead } = value(await desk.deposit(player));
  await desk.settle(dead, 'failed');
  await desk.settle(back, 'reversed');
  const before = await desk.balance(player);
  const stranger = lineOf(good, { id: randomUUID() }).replace(desk.one.booked(good).reference, 'unknown-1');
  const lines = [
    ...[lineOf(good), lineOf(wrong, { amount: 1_001 }), lineOf(back), lineOf(back, { type: 'reversal' })],
    ...[lineOf(dead), lineOf(good), stranger, lineOf(good, { type: 'reversal' }), 'nonsense'],
  ];
  const { code, text } = await settle(lines);
  expect(code).toBe(1);
  const rows = ['match', 'taken', 'mismatch', 'missing here', 'missing there', 'unreadable'];
  expect(rows.map((row) => rowOf(text, row))).toEqual([3, 0, 4, 1, 1, 1]);
  expect(text).toContain(`${wrong}  10.01 EUR there, 10.00 EUR here`);
  expect(text).toContain(`${dead}  deposit of 10.00 EUR there, failed here`);
  expect(text).toContain(`${good}  a second deposit of it`);
  expect(text).toContain(`missing there  ${absent}  deposit of 10.00 EUR`);
  expect(text).toContain('7 differences');
  expect(await desk.balance(player)).toEqual(before);
  expect((await desk.payment(dead)).status).toBe('failed');
});

test('an empty file of a day misses all that moved on it; without the day it is none', async () => {
  const id = await paidDeposit(await desk.player());
  const day = new Date().toISOString().slice(0, 10);
  const { code, text } = await settle([], ['--day', day]);
  expect(code).toBe(1);
  expect(text).toContain(`missing there  ${id}`);
  expect(await settle([])).toMatchObject({ code: 2 });
  expect(await settle([], ['--day', '2001-01-01'])).toMatchObject({ code: 0 });
});

test('arguments that say nothing are refused', async () => {
  for (const more of [['--psp', 'nobody'], ['--day', 'today'], ['--file', '/nowhere'], ['--what']]) {
    expect((await settle([], more)).code).toBe(2);
  }
});
