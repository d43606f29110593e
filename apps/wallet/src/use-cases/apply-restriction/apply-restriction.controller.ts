import {
  ok,
  touchpointCommands,
  type ApplyRestriction,
  type RestrictionApplied,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { advance, applyRestrictions } from '../../store/fence';

@Controller()
export class ApplyRestrictionController {
  constructor(private readonly database: Database) {}

  /** Answered after the commit: no posting that began later goes against it. */
  @Handles(touchpointCommands.wallet)
  async handle(change: ApplyRestriction): Promise<Result<RestrictionApplied>> {
    await this.database.transactions.run(async (db) => {
      await applyRestrictions(db, [change]);
      await advance(db, change.sequence);
    });
    return ok({ appliedAt: new Date().toISOString() });
  }
}
