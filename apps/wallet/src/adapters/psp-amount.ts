import { exponentOf, maxMinor } from '@baize/money';
import type { PspMoney } from '../domain/psp';

/** Currencies that a PSP counts with other decimals than ISO 4217 does. */
export type ExponentExceptions = Readonly<Record<string, number>>;

/** Our minor units in the PSP's; undefined when the PSP has no unit that small, or does not know the currency. */
export function toPspMinor(money: PspMoney, exceptions: ExponentExceptions): bigint | undefined {
  const shift = shiftOf(money.currency, exceptions);
  return shift === undefined ? undefined : scaled(money.amount, shift);
}

/** The PSP's minor units in ours; undefined when ours cannot say it: such an amount was never asked for. */
export function fromPspMinor(
  amount: bigint,
  currency: string,
  exceptions: ExponentExceptions,
): PspMoney | undefined {
  const shift = shiftOf(currency, exceptions);
  const ours = shift === undefined ? undefined : scaled(amount, -shift);
  return ours === undefined ? undefined : { amount: ours, currency };
}

function shiftOf(currency: string, exceptions: ExponentExceptions): number | undefined {
  const ours = exponentOf(currency);
  if (ours === undefined) return undefined;
  return (Object.hasOwn(exceptions, currency) ? (exceptions[currency] ?? ours) : ours) - ours;
}

function scaled(amount: bigint, shift: number): bigint | undefined {
  const factor = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && amount % factor !== 0n) return undefined;
  const value = shift < 0 ? amount / factor : amount * factor;
  return value <= maxMinor ? value : undefined;
}
