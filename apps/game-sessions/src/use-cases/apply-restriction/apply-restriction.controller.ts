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
import { Sessions } from '../../sessions';
import { applyRestriction } from '../../store/fence';

@Controller()
export class ApplyRestrictionController {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
  ) {}

  /** Answered after the commit: no session that began later goes against it, and none is open. */
  @Handles(touchpointCommands['game-sessions'])
  async handle(change: ApplyRestriction): Promise<Result<RestrictionApplied>> {
    await this.database.transactions.run((db) => applyRestriction(db, change));
    this.sessions.forget(change.players.map(({ playerId }) => playerId));
    return ok({ appliedAt: new Date().toISOString() });
  }
}
