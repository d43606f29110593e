import type { PspMoney } from '../../domain/psp';
import { fromPspMinor, toPspMinor, type ExponentExceptions } from '../psp-amount';

/** https://docs.adyen.com/development-resources/currency-codes: those marked "differs from standard". */
const exceptions: ExponentExceptions = { CLP: 2, CVE: 0, IDR: 0, ISK: 2 };

/** As Adyen counts it; undefined when Adyen has no unit that small. */
export function toAdyen(money: PspMoney): { value: number; currency: string } | undefined {
  const minor = toPspMinor(money, exceptions);
  return minor === undefined ? undefined : { value: Number(minor), currency: money.currency };
}

/** In our minor units; undefined when it is no amount that could have been asked for. */
export function fromAdyen(
  value: bigint | number | undefined,
  currency: string | undefined,
): PspMoney | undefined {
  if (value === undefined || currency === undefined) return undefined;
  if (typeof value === 'number' && (!Number.isSafeInteger(value) || value < 0)) return undefined;
  return fromPspMinor(BigInt(value), currency, exceptions);
}
