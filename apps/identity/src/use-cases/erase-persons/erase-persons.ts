import { appendAudit } from '@baize/audit';
import { accountEvents } from '@baize/contracts';
import { addToOutbox, Database, type Db } from '@baize/persistence';
import { tryEach } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../../config';
import { erasePersons, findErasable, isRetentionOver } from '../../store/erasure';
import { lockGroup } from '../../store/fences';

const BATCH = 20;

/** Erases persons when the retention after the end of their last account is over. */
@Injectable()
export class ErasePersons {
  constructor(
    private readonly database: Database,
    private readonly config: IdentityConfig,
  ) {}

  async run(): Promise<void> {
    const years = this.config.retentionYears;
    await tryEach(await findErasable(this.database, years, BATCH), (personId) =>
      this.database.transactions.run(async (db) => {
        const { personIds } = await lockGroup(db, personId);
        if (await isRetentionOver(db, personIds, years)) await this.erase(db, personIds);
      }),
    );
  }

  private async erase(db: Db, personIds: readonly string[]): Promise<void> {
    for (const { id, brand, erasedAt } of await erasePersons(db, personIds)) {
      const actor = { kind: 'system', id: 'identity' } as const;
      await appendAudit(db, { brand, subject: id, actor, action: 'person.erased' });
      const data = { playerId: id, brand, erasedAt: erasedAt.toISOString() };
      const contract = accountEvents.playerErased;
      await addToOutbox(db, [{ contract, subject: id, partitionKey: id, data }]);
    }
  }
}
