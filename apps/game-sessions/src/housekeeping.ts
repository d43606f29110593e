import { addToOutbox, type Database } from '@baize/persistence';
import { sessionEnded } from './domain/session-ended';
import { pruneStrayUses } from './store/free-round-uses';
import { pruneQuarantined } from './store/quarantine';
import { endExpiredSessions, endIdleSessions } from './store/sessions';
import { pruneKeys } from './store/idempotency';

const everyMs = 15_000;
const sessionsAtOnce = 200;
const bodiesAtOnce = 500;
const keysAtOnce = 1_000;

/** What has to happen now and then, in bounded steps; every replica may run it. */
export class Housekeeping {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly onError: (error: unknown) => void,
    private readonly chores: readonly (() => Promise<void>)[] = [],
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.running = this.run().catch(this.onError);
    }, everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    while ((await this.endExpired()) === sessionsAtOnce);
    while ((await this.endIdle()) === sessionsAtOnce);
    while ((await pruneStrayUses(this.database, bodiesAtOnce)) === bodiesAtOnce);
    while ((await pruneQuarantined(this.database, bodiesAtOnce)) === bodiesAtOnce);
    while ((await pruneKeys(this.database, keysAtOnce)) === keysAtOnce);
    for (const chore of this.chores) await chore();
  }

  /** Marks sessions whose time is over and tells of it; calls check the time themselves and do not wait for this. */
  async endExpired(): Promise<number> {
    return this.database.transactions.run(async (db) => {
      const ended = await endExpiredSessions(db, sessionsAtOnce);
      await addToOutbox(
        db,
        ended.map((session) => sessionEnded(session, 'expired', new Date(session.expiresAtMs))),
      );
      return ended.length;
    });
  }

  /** Ends sessions that nobody plays in. Bets may still slip into one until it is done: they are play. */
  async endIdle(): Promise<number> {
    return this.database.transactions.run(async (db) => {
      const ended = await endIdleSessions(db, sessionsAtOnce);
      await addToOutbox(
        db,
        ended.map((session) => sessionEnded(session, 'idle', new Date(session.endedAtMs ?? Date.now()))),
      );
      return ended.length;
    });
  }
}
