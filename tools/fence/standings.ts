import { gameSessionsCommands, type Act } from '@baize/contracts';
import type { Form } from '../../apps/identity/test/registration-form';
import {
  decideEligibility,
  impedimentsOfLimits,
  impedimentsOfStatus,
  type Impediment,
} from '../../apps/identity/src/domain/eligibility';
import { impedimentsOfKyc } from '../../apps/identity/src/domain/kyc';
import { currentMarketPolicy as policy } from '../../apps/identity/src/domain/market-policies';
import { marketOf, type Market } from '../../apps/identity/src/domain/market-policy';
import { cells, type Cell } from './cells';
import { operator, type Guest } from './guest';

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

export const standings: Readonly<Record<string, AccountStanding>> = {
  'a closed account': {
    form: {},
    begin: (guest) =>
      guest.platform.done(operator, 'POST', `/v1/players/${guest.id}/closure`, { reason: 'test' }),
    impediments: impedimentsOfStatus('closed'),
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
