import type { MoneyDto } from '@baize/contracts';
import { exponentOf, fromWireAmount } from '@baize/money';
import type { Db } from '@baize/persistence';
import type { Impediment } from './domain/eligibility';
import { impedimentsOfKyc, microEuros } from './domain/kyc';
import { currentMarketPolicy as policy } from './domain/market-policies';
import { kycRulesOf } from './kyc';
import { readUnverified } from './store/kyc-files';

/**
 * What the market forbids to a player who is not verified; most markets forbid nothing and cost no question.
 * @param wanted to be paid in now
 */
export async function kycImpediments(
  db: Db,
  playerId: string,
  country: string,
  wanted?: MoneyDto,
): Promise<Impediment[]> {
  const rules = kycRulesOf(country);
  if (!rules || (rules.beforeGambling.length === 0 && !rules.unverifiedPlay)) return [];
  const standing = await readUnverified(db, playerId);
  if (!standing) return [];
  return impedimentsOfKyc(rules, { ...standing, wantedMicroEuros: worthOf(wanted) }, policy, standing.now);
}

/** Money that has no rate is no account's: the wallet refuses it for its currency. */
function worthOf(wanted: MoneyDto | undefined): bigint | undefined {
  if (!wanted || policy.euroRates[wanted.currency] === undefined || exponentOf(wanted.currency) === undefined)
    return undefined;
  const money = { amount: fromWireAmount(wanted.amount), currency: wanted.currency };
  return microEuros(money, policy).microEuros;
}
