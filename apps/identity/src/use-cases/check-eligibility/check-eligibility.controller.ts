import {
  identityQueries,
  refuse,
  type CheckEligibility,
  type Eligibility,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import {
  decideEligibility,
  impedimentsOf,
  impedimentsOfEmail,
  impedimentsOfLimits,
} from '../../domain/eligibility';
import { currentMarketPolicy } from '../../domain/market-policies';
import { marketOf } from '../../domain/market-policy';
import { kycImpediments } from '../../kyc-impediments';
import { findStanding } from '../../store/players';

@Controller()
export class CheckEligibilityController {
  constructor(private readonly database: Database) {}

  @Handles(identityQueries.checkEligibility)
  async handle({ playerId, brand, action, amount }: CheckEligibility): Promise<Result<Eligibility>> {
    const standing = await findStanding(this.database, playerId, brand);
    if (!standing) return refuse('identity.player-not-found', 'There is no such player.');
    const { emailState, epoch, country, currency } = standing;
    const mandatory = marketOf(currentMarketPolicy, country)?.limits.mandatoryBeforePlay ?? [];
    const kyc = await kycImpediments(this.database, playerId, country, amount);
    const decision = decideEligibility(action, [
      ...impedimentsOf(standing),
      ...impedimentsOfEmail(emailState),
      ...impedimentsOfLimits(mandatory, standing.limitedBy),
      ...kyc,
    ]);
    return { ok: true, value: { ...decision, epoch: Number(epoch), country, currency } };
  }
}
