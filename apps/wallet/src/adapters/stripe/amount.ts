import { exponentOf } from '@baize/money';
import type { PspMoney } from '../../domain/psp';
import { fromPspMinor, toPspMinor, type ExponentExceptions } from '../psp-amount';

/** https://docs.stripe.com/currencies#special-cases: ISK and UGX are written with two decimals, MGA with none. */
const exceptions: ExponentExceptions = { ISK: 2, UGX: 2, MGA: 0 };
/** Paid out in whole units only, though charged with two decimals. */
const wholePayouts = new Set(['HUF', 'TWD']);

/** The amount as Stripe counts it; undefined when Stripe cannot charge it. */
export function chargeAmount(money: PspMoney): number | undefined {
  const minor = toPspMinor(money, exceptions);
  if (minor === undefined) return undefined;
  // "three-decimal currencies: the last digit must be 0"
  if (exponentOf(money.currency) === 3 && minor % 10n !== 0n) return undefined;
  return Number(minor);
}

/** Like {@link chargeAmount}, for payouts. */
export function payoutAmount(money: PspMoney): number | undefined {
  if (wholePayouts.has(money.currency) && money.amount % 100n !== 0n) return undefined;
  return chargeAmount(money);
}

/** An amount and a lower-case currency of Stripe in our minor units. */
export function fromStripe(
  amount: bigint | number | undefined,
  currency: string | null | undefined,
): PspMoney | undefined {
  if (amount === undefined || currency == null) return undefined;
  if (typeof amount === 'number' && (!Number.isSafeInteger(amount) || amount < 0)) return undefined;
  return fromPspMinor(BigInt(amount), currency.toUpperCase(), exceptions);
}
