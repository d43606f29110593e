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
import { applyRestriction } from '../../store/fence';

@Controller()
export class ApplyRestrictionController {
  constructor(private readonly database: Database) {}

  /** Answered after the commit: no session that began later goes against it, and none is open. */
  @Handles(touchpointCommands['game-sessions'])
  async handle(change: ApplyRestriction): Promise<Result<RestrictionApplied>> {
    await this.database.transactions.run((db) => applyRestriction(db, change));
    return ok({ appliedAt: new Date().toISOString() });
  }
}
