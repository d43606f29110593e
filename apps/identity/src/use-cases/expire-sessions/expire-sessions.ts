import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../../config';
import { endSession } from '../../store/events';
import { deleteOldGuards } from '../../store/login-guards';
import { deleteOldStaffSessions } from '../../store/staff';
import { deleteOldSessions, findExpiredSessions } from '../../store/sessions';

const BATCH = 100;
const MAX_DELETED = 1_000;

/** Ends sessions whose refresh token ran out, so that they are told of, and forgets old sessions and failures. */
@Injectable()
export class ExpireSessions {
  constructor(
    private readonly database: Database,
    private readonly config: IdentityConfig,
  ) {}

  async run(): Promise<void> {
    await deleteOldGuards(this.database, MAX_DELETED);
    await deleteOldStaffSessions(this.database, this.config.sessionRetentionDays, MAX_DELETED);
    await deleteOldSessions(this.database, this.config.sessionRetentionDays, MAX_DELETED);
    await this.database.transactions.run(async (db) => {
      const expired = await findExpiredSessions(db, BATCH);
      for (const sessionId of expired) await endSession(db, sessionId, 'expired');
    });
  }
}
