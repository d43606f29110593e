import { identityQueries, ok, refuse, type Done, type Result } from '@baize/contracts';
import type { AnyApiRoute, Ask, Input } from './route';

/**
 * Asks identity whether the player may do this at all: whoever asks for it, as a machine acts for a player too. The
 * service behind it knows restrictions and limits alone, not the account, its proofs, nor what the market wants first.
 */
export async function checkEligible(
  route: Pick<AnyApiRoute, 'eligibility'>,
  input: Input<object, object>,
  ask: Ask,
): Promise<Result<Done>> {
  if (!route.eligibility) return ok({});
  const answer = await ask(identityQueries.checkEligibility, route.eligibility(input));
  if (!answer.ok) return answer;
  const { allowed, reasons } = answer.value;
  if (allowed) return ok({});
  // Not the player's doing, and over soon: a caller may ask again.
  if (reasons.includes('identity.register-unavailable')) {
    return refuse('identity.register-unavailable', 'The national register does not answer. Try again soon.');
  }
  return refuse('identity.action-not-allowed', `The player may not do this now: ${reasons.join(', ')}.`, {
    data: { reasons },
  });
}
