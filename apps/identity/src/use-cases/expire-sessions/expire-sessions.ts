import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { endSession } from '../../store/events';
import { deleteOldGuards } from '../../store/login-guards';
import { findExpiredSessions } from '../../store/sessions';

const BATCH = 100;
const MAX_DELETED = 1_000;

/** Ends sessions whose refresh token ran out, so that they are told of, and forgets old login failures. */
@Injectable()
export class ExpireSessions {
  constructor(private readonly database: Database) {}

  /** One round; returns how many sessions it ended. */
  async run(): Promise<number> {
    await deleteOldGuards(this.database, MAX_DELETED);
    return this.database.transactions.run(async (db) => {
      const expired = await findExpiredSessions(db, BATCH);
      for (const sessionId of expired) await endSession(db, sessionId, 'expired');
      return expired.length;
    });
  }
}
