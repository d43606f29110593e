import { ok, refuse, type Done, type EndGameSession, type Result } from '@baize/contracts';
import { addToOutbox, type Database } from '@baize/persistence';
import { sessionEnded } from '../../domain/session-ended';
import { isUuid } from '../../paging';
import type { Sessions } from '../../sessions';
import { endExpiredSessions, endSession, findSession } from '../../store/sessions';

const sweepEveryMs = 15_000;
const sweepAtOnce = 200;

/** Ends a session; wins and rollbacks of its rounds are still accepted. Ending it again changes nothing. */
export class EndGameSessionUseCase {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
  ) {}

  async execute({ sessionId, brand, playerId }: EndGameSession): Promise<Result<Done>> {
    const session = isUuid(sessionId) ? await findSession(this.database, sessionId, brand) : undefined;
    if (!session || (playerId !== undefined && session.playerId !== playerId))
      return refuse('game-sessions.session-not-found', 'There is no such session.');
    const reason = playerId === undefined ? 'operator' : 'player';
    const at = new Date();
    await this.database.transactions.run(async (db) => {
      if (await endSession(db, sessionId, reason, at))
        await addToOutbox(db, [sessionEnded(session, reason, at)]);
    });
    this.sessions.forget(sessionId);
    return ok({});
  }
}

/** Marks sessions whose time is over and tells of it; calls check the time themselves and do not wait for this. */
export class ExpirySweep {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.running = this.sweep().catch(this.onError);
    }, sweepEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One bounded round; answers how many sessions it ended. */
  async sweep(): Promise<number> {
    return this.database.transactions.run(async (db) => {
      const ended = await endExpiredSessions(db, sweepAtOnce);
      await addToOutbox(
        db,
        ended.map((session) => sessionEnded(session, 'expired', new Date(session.expiresAtMs))),
      );
      return ended.length;
    });
  }
}
