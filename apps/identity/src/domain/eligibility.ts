import type { playerActions } from '@baize/contracts';

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

/** What an address that was never proven forbids: everything that costs or pays money, but no login. */
export function impedimentsOfEmail(state: 'not-asked' | 'pending' | 'verified'): Impediment[] {
  if (state !== 'pending') return [];
  const forbids: readonly PlayerAction[] = ['launch', 'bet', 'deposit', 'bonus', 'marketing', 'affiliate'];
  return [{ reason: 'identity.email-unverified', forbids }];
}

/** Every reason against the action; allowed when there is none. */
export function decideEligibility(
  action: PlayerAction,
  impediments: readonly Impediment[],
): { allowed: boolean; reasons: string[] } {
  const reasons = impediments.filter(({ forbids }) => forbids.includes(action)).map(({ reason }) => reason);
  return { allowed: reasons.length === 0, reasons };
}
