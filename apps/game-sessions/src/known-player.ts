import { identityQueries, ok, type Result } from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';

/**
 * Tells a player without rounds or sessions from an id that is nobody's: players are identity's, and what is stored
 * here answers for those who ever played. Throws when identity is silent.
 */
export async function requirePlayer(
  client: RequestClient,
  { brand, playerId }: { readonly brand: string; readonly playerId: string },
  deadlineMs: number,
): Promise<Result<undefined>> {
  const question = { brand, playerId, action: 'login' as const };
  const known = await client.call(identityQueries.checkEligibility, question, { deadlineMs });
  return known.ok ? ok(undefined) : known;
}
