import { exponentOf } from '@baize/money';

/** Whole units of any currency, both included; zero is never an amount. */
export function isInRange(amount: bigint, currency: string, range: { min: number; max: number }): boolean {
  const unit = 10n ** BigInt(exponentOf(currency) ?? 2);
  return amount > 0n && amount >= BigInt(range.min) * unit && amount <= BigInt(range.max) * unit;
}
