import { appendAudit } from '@baize/audit';
import {
  accountCommands,
  accountQueries,
  ok,
  refuse,
  type ChangeConsents,
  type Consents,
  type GetConsents,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { findAccount, lockAccount } from '../../store/accounts';
import { findConsents, insertConsents } from '../../store/consents';

/** Which products may be advertised to a player by which channel. */
@Controller()
export class ChangeConsentsController {
  constructor(private readonly database: Database) {}

  @Handles(accountQueries.getConsents)
  async get({ playerId, brand }: GetConsents): Promise<Result<Consents>> {
    const account = await findAccount(this.database, brand, playerId);
    if (!account) return refuse('identity.player-not-found', 'There is no such player.');
    return ok(await findConsents(this.database, account.id));
  }

  @Handles(accountCommands.changeConsents)
  change({ playerId, brand, actor, consents }: ChangeConsents): Promise<Result<Consents>> {
    return this.database.transactions.run(async (db) => {
      const account = await lockAccount(db, brand, playerId);
      if (!account) return refuse('identity.player-not-found', 'There is no such player.');
      const pairs = consents.map(({ product, channel }) => `${product}/${channel}`);
      if (new Set(pairs).size < pairs.length) {
        const errors = [{ path: '/consents', message: 'names a product and channel twice' }];
        return refuse('request.invalid', 'Some fields are not valid.', { errors });
      }
      const wanted = account.status === 'closed' ? consents.filter(({ granted }) => !granted) : consents;
      const changed = await insertConsents(db, account, actor, wanted);
      if (changed.length > 0 && actor.kind !== 'player') {
        const details = {
          changes: changed.map((one) => `${one.product}/${one.channel}=${String(one.granted)}`),
        };
        await appendAudit(db, { brand, subject: playerId, actor, action: 'consents.changed', details });
      }
      return ok(await findConsents(db, account.id));
    });
  }
}
