import { identityCommands, refuse, type Done, type EndSession, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { digestOf } from '../../crypto/tokens';
import { endSession } from '../../store/events';
import { findSessionToEnd } from '../../store/sessions';

@Controller()
export class EndSessionController {
  constructor(private readonly database: Database) {}

  /** Ends the session with both its tokens; an expired access token still can. */
  @Handles(identityCommands.endSession)
  handle({ accessToken }: EndSession): Promise<Result<Done>> {
    return this.database.transactions.run(async (db) => {
      const sessionId = await findSessionToEnd(db, digestOf(accessToken));
      if (sessionId !== undefined && (await endSession(db, sessionId, 'logout')))
        return { ok: true, value: {} };
      return refuse('identity.session-not-found', 'This session has ended already.');
    });
  }
}
