import { appendAudit } from '@baize/audit';
import {
  accountCommands,
  accountQueries,
  ok,
  refuse,
  type Done,
  type ListPlayerSessions,
  type PlayerSessionList,
  type Result,
  type RevokePlayerSessions,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { PersonalData } from '../../crypto/personal-data';
import { findAccount, lockAccount, revokeSessions } from '../../store/accounts';
import { isUuid } from '../../store/players';
import { listSessions } from '../../store/sessions';

/** Where a player is logged in, and how to end that. */
@Controller()
export class ManagePlayerSessionsController {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  @Handles(accountQueries.listPlayerSessions)
  async list({ playerId, brand }: ListPlayerSessions): Promise<Result<PlayerSessionList>> {
    const account = await findAccount(this.database, brand, playerId);
    if (!account) return refuse('identity.player-not-found', 'There is no such player.');
    const person = { id: account.personId, wrappedKey: account.wrappedKey };
    const sessions = await listSessions(this.database, playerId, { living: true, limit: 1_000 });
    return ok({ items: sessions.map((session) => this.personalData.openSession(person, session)) });
  }

  @Handles(accountCommands.revokePlayerSessions)
  revoke({ playerId, brand, actor, sessionId }: RevokePlayerSessions): Promise<Result<Done>> {
    return this.database.transactions.run(async (db) => {
      const account = await lockAccount(db, brand, playerId);
      if (!account) return refuse('identity.player-not-found', 'There is no such player.');
      const isKnown = sessionId === undefined || isUuid(sessionId);
      const ended = isKnown ? await revokeSessions(db, playerId, sessionId) : 0;
      if (ended === 0 && sessionId !== undefined) {
        return refuse('identity.session-not-found', 'This session has ended already.');
      }
      if (ended > 0 && actor.kind !== 'player') {
        const details = { sessions: ended, ...(sessionId !== undefined && { sessionId }) };
        await appendAudit(db, {
          brand,
          subject: playerId,
          actor,
          action: 'player-sessions.revoked',
          details,
        });
      }
      return ok({});
    });
  }
}
