import { ok, walletCommands, type ApplyLimits, type Done, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { applyLimits, limitSetOf } from '../../store/limits';

@Controller()
export class ApplyLimitsController {
  constructor(private readonly database: Database) {}

  /** Answered after the commit: postings that begin later heed them. */
  @Handles(walletCommands.applyLimits)
  async handle({ playerId, set }: ApplyLimits): Promise<Result<Done>> {
    if (!isOurId(playerId)) return refusal('wallet.player-not-found');
    const known = await this.database.transactions.run((db) => applyLimits(db, limitSetOf(playerId, set)));
    return known ? ok({}) : refusal('wallet.player-not-found');
  }
}
