import { formatDecimal } from '@baize/money';
import type { PspPayment } from './payment';

/** Differences that can be planted into a settlement file, to see whether they are found. */
export const plantedDifferences = ['none', 'missing', 'extra', 'amount'] as const;
export type PlantedDifference = (typeof plantedDifferences)[number];

interface Line {
  readonly pspReference: string;
  readonly merchantReference: string;
  readonly type: 'deposit' | 'withdrawal' | 'reversal';
  readonly amount: bigint;
  readonly currency: string;
  readonly atMs: number;
}

const header = 'psp_reference,merchant_reference,type,amount,fee,currency,booked_at';
/** Of the amount, rounded down. */
const feeShare = { of: 1_000n, is: 14n };

/** One PSP's settlement file of a UTC day: what moved that day, oldest first. Amounts are signed from the merchant's side. */
export function settlementCsv(
  payments: readonly PspPayment[],
  day: string,
  planted: PlantedDifference = 'none',
): string {
  const lines = payments.flatMap(linesOf).filter(({ atMs }) => dayOf(atMs) === day);
  lines.sort((a, b) => a.atMs - b.atMs || (a.pspReference < b.pspReference ? -1 : 1));
  return `${[header, ...plant(lines, planted, day).map(textOf)].join('\r\n')}\r\n`;
}

function linesOf(payment: PspPayment): Line[] {
  const { kind, moved, currency, settledAtMs, reversedAtMs, id, reference } = payment;
  if (moved === 0n || settledAtMs === undefined) return [];
  const sign = kind === 'deposit' ? 1n : -1n;
  const common = { pspReference: id, merchantReference: reference, currency };
  const lines: Line[] = [{ ...common, type: kind, amount: sign * moved, atMs: settledAtMs }];
  if (reversedAtMs !== undefined)
    lines.push({ ...common, type: 'reversal', amount: -sign * moved, atMs: reversedAtMs });
  return lines;
}

/** The first line is the one that is missing or wrong; an extra one comes at the end. */
function plant(lines: readonly Line[], planted: PlantedDifference, day: string): readonly Line[] {
  const [first, ...others] = lines;
  switch (planted) {
    case 'none':
      return lines;
    case 'missing':
      return others;
    case 'amount':
      return first === undefined ? [] : [{ ...first, amount: first.amount + 1n }, ...others];
    case 'extra': {
      const ids = { pspReference: 'unknown-1', merchantReference: 'unknown-1' };
      const atMs = Date.parse(`${day}T23:59:59Z`);
      return [...lines, { ...ids, type: 'deposit', amount: 100n, currency: 'EUR', atMs }];
    }
  }
}

function textOf(line: Line): string {
  const { amount, currency } = line;
  const fee = ((amount < 0n ? -amount : amount) * feeShare.is) / feeShare.of;
  const at = new Date(line.atMs).toISOString();
  const money = [formatDecimal(amount, currency), formatDecimal(fee, currency), currency];
  return [line.pspReference, line.merchantReference, line.type, ...money, at].map(quoted).join(',');
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
