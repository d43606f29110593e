import { err, ok, type PostMovements, type Result } from '@baize/contracts';
import { parseDecimal } from '@baize/money';
import type { ProviderCommand } from '../../domain/dialect';

/** A call's actions with their amounts in minor units; an error names what is wrong with one. */
export function inMinorUnits(
  actions: ProviderCommand['actions'],
  currency: string,
): Result<PostMovements['actions'], string> {
  const converted: PostMovements['actions'] = [];
  for (const { amount, ...action } of actions) {
    const minor = typeof amount === 'object' ? parseDecimal(amount.decimal, currency) : undefined;
    if (minor?.ok === false) return err(`an amount is ${minor.error}`);
    const value = minor ? Number(minor.value) : (amount as number | undefined);
    converted.push(value === undefined ? action : { ...action, amount: value });
  }
  return ok(converted);
}
