import { appendAudit } from '@baize/audit';
import { ok, refuse, type Done, type EndGameSession, type Result } from '@baize/contracts';
import { addToOutbox, type Database } from '@baize/persistence';
import { sessionEnded } from '../../domain/session-ended';
import { isUuid } from '../../paging';
import type { Sessions } from '../../sessions';
import { endSession, findSession } from '../../store/sessions';

/** Ends a session; wins and rollbacks of its rounds are still accepted. Ending it again changes nothing. */
export class EndGameSessionUseCase {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
  ) {}

  async execute({ sessionId, brand, playerId, actor }: EndGameSession): Promise<Result<Done>> {
    const session = isUuid(sessionId) ? await findSession(this.database, sessionId, brand) : undefined;
    if (!session || (playerId !== undefined && session.playerId !== playerId))
      return refuse('game-sessions.session-not-found', 'There is no such session.');
    const reason = playerId === undefined ? 'operator' : 'player';
    const at = new Date();
    await this.database.transactions.run(async (db) => {
      if (!(await endSession(db, sessionId, reason, at))) return;
      await addToOutbox(db, [sessionEnded(session, reason, at)]);
      if (actor === undefined) return;
      const { playerId: subject } = session;
      await appendAudit(db, { brand, subject, actor, action: 'game-session.ended', details: { sessionId } });
    });
    this.sessions.forget([session.playerId]);
    return ok({});
  }
}
