import { appendAudit } from '@baize/audit';
import { accountEvents } from '@baize/contracts';
import { addToOutbox, Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../../config';
import { erasePerson, takePersonsToErase } from '../../store/erasure';

const BATCH = 20;

/** Erases persons when the retention after the end of their last account is over. */
@Injectable()
export class ErasePersons {
  constructor(
    private readonly database: Database,
    private readonly config: IdentityConfig,
  ) {}

  async run(): Promise<void> {
    await this.database.transactions.run(async (db) => {
      for (const personId of await takePersonsToErase(db, this.config.retentionYears, BATCH)) {
        for (const { id, brand, erasedAt } of await erasePerson(db, personId)) {
          const actor = { kind: 'system', id: 'identity' } as const;
          await appendAudit(db, { brand, subject: id, actor, action: 'person.erased' });
          const data = { playerId: id, brand, erasedAt: erasedAt.toISOString() };
          const contract = accountEvents.playerErased;
          await addToOutbox(db, [{ contract, subject: id, partitionKey: id, data }]);
        }
      }
    });
  }
}
