import { formatDecimal } from '@baize/money';
import { statusOf, type Payment } from '../domain/payment';
import type { SettlementLine } from './read-settlement';

type Known = Pick<Payment, 'kind' | 'state' | 'amount' | 'currency' | 'psp' | 'reversed'>;

/** What differs between a line and the payment as it stands, in words; undefined when they agree. */
export function differenceOf(psp: string, line: SettlementLine, payment: Known): string | undefined {
  if (payment.kind !== line.kind) return `${line.kind} there, ${payment.kind} here`;
  if (payment.psp !== psp) return `here it is a payment of ${payment.psp ?? 'no PSP'}`;
  if (payment.currency !== line.currency) return `${line.currency} there, ${payment.currency} here`;
  const isReversal = line.type === 'reversal';
  const here = isReversal && payment.reversed > 0n ? payment.reversed : payment.amount;
  if (here !== line.amount) return `${textOf(line.amount, line)} there, ${textOf(here, line)} here`;
  const moved = payment.state === 'confirmed' || payment.state === 'paid' || payment.state === 'reversed';
  if (isReversal ? payment.reversed > 0n : moved) return undefined;
  return `${line.type} of ${textOf(line.amount, line)} there, ${statusOf(payment.state)} here`;
}

const textOf = (amount: bigint, { currency }: SettlementLine): string =>
  `${formatDecimal(amount, currency)} ${currency}`;
