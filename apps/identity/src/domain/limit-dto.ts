import type { LimitChange, LimitDto } from '@baize/contracts';
import type { PlayerLimit } from './limits';

/** A limit and what waits to become of it, as the outside is told. */
export function toLimitChange(limit: PlayerLimit, currency: string): LimitChange {
  const { pending } = limit;
  return {
    active: limit.amount === null ? null : toDto(limit, limit.amount, currency),
    pending: pending
      ? {
          ...toDto(limit, pending.amount, currency),
          effectiveAt: pending.effectiveAt.toISOString(),
          needsConfirmation: pending.needsConfirmation,
        }
      : null,
  };
}

function toDto({ kind, period }: PlayerLimit, amount: bigint | null, currency: string): LimitDto {
  const named = { kind, period: period === 'once' ? null : period };
  if (amount === null) return named;
  return kind === 'session-time'
    ? { ...named, minutes: Number(amount) }
    : { ...named, amount: { amount: Number(amount), currency } };
}
