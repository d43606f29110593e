import { gameSessionsCommands, type Act } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import type { Form } from '../../apps/identity/test/registration-form';
import {
  decideEligibility,
  impedimentsOf,
  impedimentsOfLimits,
  impedimentsOfStatus,
  type Impediment,
} from '../../apps/identity/src/domain/eligibility';
import { impedimentsOfKyc } from '../../apps/identity/src/domain/kyc';
import { currentMarketPolicy as policy } from '../../apps/identity/src/domain/market-policies';
import { marketOf, type Market } from '../../apps/identity/src/domain/market-policy';
import { cells, type Cell } from './cells';
import { compliance, operator, type Guest } from './guest';

/** What keeps a player out without a restriction. */
interface AccountStanding {
  readonly form: Partial<Form>;
  readonly begin?: (guest: Guest) => Promise<unknown>;
  readonly impediments: readonly Impediment[];
}

function market(country: string): Market {
  const found = marketOf(policy, country);
  if (!found) throw new Error(`${country} is closed`);
  return found;
}

const fresh = { registeredAt: new Date(), passed: [], depositedMicroEuros: 0n };

/** People confirm that the player is the one on the list. */
async function confirmHit({ platform, id }: Guest): Promise<void> {
  const find = async () => {
    const { items } = await platform.done(compliance, 'GET', '/v1/sanctions/cases?status=open&limit=200');
    return (items as { id: string; playerId: string }[]).find(({ playerId }) => playerId === id);
  };
  const hit = await waitFor(find, { intervalMs: 200, what: 'the hit' });
  const decision = { decision: 'confirm', reason: 'same passport', evidence: 'passport' };
  await platform.done(compliance, 'POST', `/v1/sanctions/cases/${hit.id}/decisions`, decision);
}

export const standings: Readonly<Record<string, AccountStanding>> = {
  'a closed account': {
    form: {},
    begin: (guest) =>
      guest.platform.done(operator, 'POST', `/v1/players/${guest.id}/closure`, { reason: 'test' }),
    impediments: impedimentsOfStatus('closed'),
  },
  'somebody who is on a sanctions list': {
    form: { firstName: 'Lucio Ernesto', lastName: 'Inventado Romero', dateOfBirth: '1969-11-02' },
    begin: confirmHit,
    impediments: impedimentsOf({ status: 'active', restrictedBy: ['operator-block'] }),
  },
  'a player who is not verified where that comes first': {
    form: { country: 'GB', currency: 'GBP' },
    impediments: impedimentsOfKyc(market('GB').kyc, fresh, policy, new Date()),
  },
  'a player without the limits that come first': {
    form: { country: 'SE', currency: 'SEK' },
    impediments: impedimentsOfLimits(market('SE').limits.mandatoryBeforePlay, []),
  },
};

const byService: readonly string[] = [
  gameSessionsCommands.launchGame.subject,
  gameSessionsCommands.grantFreeRounds.subject,
];
const byClient = ['createSession', 'launchGame', 'requestDeposit', 'requestWithdrawal', 'grantFreeRounds'];

/** The ways of beginning an act in which identity is asked about the account. */
export const askingCells: readonly (Cell & { readonly act: Act })[] = cells.flatMap((cell) => {
  const { name, act } = cell;
  const asks =
    byService.includes(name) ||
    byClient.some((operationId) => name === `${operationId} by client`) ||
    name.startsWith('eligibility to ');
  return asks && act ? [{ ...cell, act }] : [];
});

export function verdictOfImpediments({ act }: { readonly act: Act }, impediments: readonly Impediment[]) {
  return decideEligibility(act, impediments).allowed ? 'done' : 'refused';
}
