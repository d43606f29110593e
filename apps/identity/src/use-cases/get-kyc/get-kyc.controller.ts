import { kycQueries, refuse, type GetKyc, type KycDto, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { levelOf, missingChecks } from '../../domain/kyc';
import { askedOfEverybody, kycRulesOf } from '../../kyc';
import { checkDto } from '../../kyc-dto';
import { listChecks } from '../../store/kyc-checks';
import { listTriggers, readStanding } from '../../store/kyc-files';
import { findPlayer } from '../../store/players';

const MOST_CHECKS = 100;

@Controller()
export class GetKycController {
  constructor(private readonly database: Database) {}

  @Handles(kycQueries.getKyc)
  async handle({ playerId, brand }: GetKyc): Promise<Result<KycDto>> {
    const player = await findPlayer(this.database, playerId, brand);
    if (!player) return refuse('identity.player-not-found', 'There is no such player.');
    const [standing, triggers, checks] = await Promise.all([
      readStanding(this.database, playerId),
      listTriggers(this.database, playerId),
      listChecks(this.database, playerId, MOST_CHECKS),
    ]);
    const always = askedOfEverybody(kycRulesOf(player.country));
    const due = missingChecks([...standing.asked, always], standing.passed);
    return {
      ok: true,
      value: {
        playerId,
        level: levelOf(standing.passed),
        due,
        withdrawalsHeld: due.length > 0 || standing.openCases > 0,
        triggers: triggers.map((trigger) => ({ ...trigger, firedAt: trigger.firedAt.toISOString() })),
        checks: checks.map(checkDto),
      },
    };
  }
}
