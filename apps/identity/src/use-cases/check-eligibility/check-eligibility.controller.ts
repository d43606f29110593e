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
import { decideEligibility, impedimentsOfEmail, impedimentsOfStatus } from '../../domain/eligibility';
import { findStanding } from '../../store/players';

@Controller()
export class CheckEligibilityController {
  constructor(private readonly database: Database) {}

  @Handles(identityQueries.checkEligibility)
  async handle({ playerId, brand, action }: CheckEligibility): Promise<Result<Eligibility>> {
    const standing = await findStanding(this.database, playerId, brand);
    if (!standing) return refuse('identity.player-not-found', 'There is no such player.');
    const { status, emailState, epoch, country, currency } = standing;
    const decision = decideEligibility(action, [
      ...impedimentsOfStatus(status),
      ...impedimentsOfEmail(emailState),
    ]);
    return { ok: true, value: { ...decision, epoch: Number(epoch), country, currency } };
  }
}
