import {
  identityQueries,
  refuse,
  type CheckEligibility,
  type Eligibility,
  type Result,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { AskRegister } from '../../ask-register';
import {
  decideEligibility,
  impedimentsOf,
  impedimentsOfEmail,
  impedimentsOfLimits,
  impedimentsOfRegister,
} from '../../domain/eligibility';
import { currentMarketPolicy } from '../../domain/market-policies';
import { marketOf } from '../../domain/market-policy';
import { kycImpediments } from '../../kyc-impediments';
import { findStanding } from '../../store/players';

@Controller()
export class CheckEligibilityController {
  constructor(
    private readonly database: Database,
    private readonly register: AskRegister,
  ) {}

  @Handles(identityQueries.checkEligibility)
  async handle(
    { playerId, brand, action, amount }: CheckEligibility,
    { deadline }: RequestContext,
  ): Promise<Result<Eligibility>> {
    const standing = await findStanding(this.database, playerId, brand);
    if (!standing) return refuse('identity.player-not-found', 'There is no such player.');
    const { emailState, epoch, country, currency } = standing;
    const mandatory = marketOf(currentMarketPolicy, country)?.limits.mandatoryBeforePlay ?? [];
    const kyc = await kycImpediments(this.database, playerId, country, amount);
    let decision = decideEligibility(action, [
      ...impedimentsOf(standing),
      ...impedimentsOfEmail(emailState),
      ...impedimentsOfLimits(mandatory, standing.limitedBy),
      ...kyc,
    ]);
    // Where play and money begin. Nothing is asked about who may not do it anyway, nor for every bet.
    if (decision.allowed && (action === 'launch' || action === 'deposit')) {
      const verdict = await this.register.check(playerId, country, deadline, 'stale');
      decision = decideEligibility(action, impedimentsOfRegister(verdict));
    }
    return { ok: true, value: { ...decision, epoch: Number(epoch), country, currency } };
  }
}
