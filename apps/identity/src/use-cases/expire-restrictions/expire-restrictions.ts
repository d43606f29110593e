import { appendAudit } from '@baize/audit';
import { Database } from '@baize/persistence';
import { tryEach } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { changeFence, lockGroup } from '../../store/fences';
import { endRestriction, findExpired } from '../../store/restrictions';

const batch = 50;

/** Ends restrictions whose time is over, those that end by themselves; a self-exclusion waits for people. */
@Injectable()
export class ExpireRestrictions {
  constructor(private readonly database: Database) {}

  /** One round; touchpoints learn of it by asking. */
  async run(): Promise<void> {
    await tryEach(await findExpired(this.database, batch), ({ id, personId, playerId, brand }) =>
      this.database.transactions.run(async (db) => {
        const group = await lockGroup(db, personId);
        if (!(await endRestriction(db, id, 'expired'))) return;
        const { epoch } = await changeFence(db, group);
        await appendAudit(db, {
          ...{ subject: playerId, brand, action: 'exclusion.expired', details: { exclusionId: id, epoch } },
          actor: { kind: 'system', id: 'identity' },
        });
      }),
    );
  }
}
