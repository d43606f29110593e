import { parseDecimal } from '@baize/money';
import type { PspMoney } from '../../domain/psp';

/** A decimal text of Trustly's (`902.50`, `11`, `5.00000000`) in minor units; a sign only where it is asked for. */
export function fromTrustly(
  amount: string | undefined,
  currency: string | undefined,
  options: { allowNegative?: boolean } = {},
): PspMoney | undefined {
  if (amount === undefined || currency === undefined) return undefined;
  const parsed = parseDecimal(amount, currency, options);
  return parsed.ok ? { amount: parsed.value, currency } : undefined;
}
