import type { Db } from '@baize/persistence';
import type { Impediment } from './domain/eligibility';
import { impedimentsOfKyc } from './domain/kyc';
import { currentMarketPolicy as policy } from './domain/market-policies';
import { kycRulesOf } from './kyc';
import { readUnverified } from './store/kyc-files';

/** What the market forbids to a player who is not verified; most markets forbid nothing and cost no question. */
export async function kycImpediments(db: Db, playerId: string, country: string): Promise<Impediment[]> {
  const rules = kycRulesOf(country);
  if (!rules || (rules.beforeGambling.length === 0 && !rules.unverifiedPlay)) return [];
  const standing = await readUnverified(db, playerId);
  return standing ? impedimentsOfKyc(rules, standing, policy, standing.now) : [];
}
