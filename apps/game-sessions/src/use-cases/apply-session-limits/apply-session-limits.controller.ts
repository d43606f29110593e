import { gameSessionsCommands, ok, type Done, type Result, type SessionLimitSet } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { Sessions } from '../../sessions';
import { applySessionLimits } from '../../store/session-limits';

@Controller()
export class ApplySessionLimitsController {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
  ) {}

  /** Answered after the commit: launches that begin later heed them. */
  @Handles(gameSessionsCommands.applySessionLimits)
  async handle(set: SessionLimitSet): Promise<Result<Done>> {
    await this.database.transactions.run((db) => applySessionLimits(db, set));
    this.sessions.forget([set.playerId]);
    return ok({});
  }
}
