import {
  restrictedActions,
  type LimitKind,
  type playerActions,
  type RestrictedAction,
  type RestrictionKind,
} from '@baize/contracts';
import { forbidsOf } from './restrictions';

export type PlayerAction = (typeof playerActions)[number];

/** Where a player's account stands; `pending` is known to identity alone. */
export type PlayerStatus = 'pending' | 'active' | 'suspended' | 'closed';

/** Something that forbids actions, with the code that the caller is told. */
export interface Impediment {
  readonly reason: string;
  readonly forbids: readonly PlayerAction[];
}

// Own money can always be withdrawn; a closed or suspended account does so through the operator.
const everythingButWithdrawals: readonly PlayerAction[] = [
  'login',
  'launch',
  'bet',
  'deposit',
  'bonus',
  'marketing',
  'affiliate',
];

/** What the status of the account forbids. */
export function impedimentsOfStatus(status: PlayerStatus): Impediment[] {
  if (status === 'active') return [];
  return [{ reason: `identity.player-${status}`, forbids: everythingButWithdrawals }];
}

/** What every touchpoint refuses an account; one that is being opened waits for it by what restricts the person. */
export function forbiddenTo(
  status: PlayerStatus,
  restrictedBy: readonly RestrictionKind[],
): RestrictedAction[] {
  const impediments = impedimentsOf({ status: status === 'pending' ? 'active' : status, restrictedBy });
  return restrictedActions.filter((action) => impediments.some(({ forbids }) => forbids.includes(action)));
}

/** What an address that was never proven forbids: everything that costs or pays money, but no login. */
export function impedimentsOfEmail(state: 'not-asked' | 'pending' | 'verified'): Impediment[] {
  if (state !== 'pending') return [];
  const forbids: readonly PlayerAction[] = ['launch', 'bet', 'deposit', 'bonus', 'marketing', 'affiliate'];
  return [{ reason: 'identity.email-unverified', forbids }];
}

/** What forbids a player anything: where the account stands, and what restricts the person. */
export function impedimentsOf(
  standing: { readonly status: PlayerStatus; readonly restrictedBy: readonly RestrictionKind[] } | undefined,
): Impediment[] {
  if (!standing) return impedimentsOfStatus('closed');
  const restricting = standing.restrictedBy.map((kind) => ({
    reason: `identity.${kind}`,
    forbids: forbidsOf([kind]),
  }));
  return [...impedimentsOfStatus(standing.status), ...restricting];
}

/** What the market wants the player to have limited before the first deposit or game. */
export function impedimentsOfLimits(
  mandatory: readonly LimitKind[],
  set: readonly LimitKind[],
): Impediment[] {
  if (mandatory.every((kind) => set.includes(kind))) return [];
  return [{ reason: 'identity.limit-required', forbids: ['launch', 'bet', 'deposit'] }];
}

/** What a national register stands in the way of. It is asked about who may do everything else; silence is no consent. */
export function impedimentsOfRegister(verdict: 'open' | 'excluded' | 'unavailable'): Impediment[] {
  if (verdict === 'open') return [];
  if (verdict === 'excluded')
    return [{ reason: 'identity.national-register', forbids: forbidsOf(['national-register']) }];
  return [{ reason: 'identity.register-unavailable', forbids: ['login', 'launch', 'deposit'] }];
}

/** Every reason against the action; allowed when there is none. */
export function decideEligibility(
  action: PlayerAction,
  impediments: readonly Impediment[],
): { allowed: boolean; reasons: string[] } {
  const reasons = impediments.filter(({ forbids }) => forbids.includes(action)).map(({ reason }) => reason);
  return { allowed: reasons.length === 0, reasons };
}
