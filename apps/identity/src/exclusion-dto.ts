import type { ListedExclusion } from '@baize/contracts';
import type { Restriction } from './store/restrictions';

/** A restriction as it is listed. */
export function toListedExclusion(restriction: Restriction): ListedExclusion {
  const { id, kind, reason, effectiveAt, expiresAt, endedAt } = restriction;
  return {
    ...{ id, kind, reason, effectiveAt: effectiveAt.toISOString() },
    expiresAt: expiresAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}
