import { appendAudit } from '@baize/audit';
import {
  accountCommands,
  accountEvents,
  ok,
  refuse,
  type AccountClosed,
  type CloseAccount,
  type PlayerAct,
  type RequestErasure,
  type Result,
} from '@baize/contracts';
import { activeTraceparent, Handles } from '@baize/messaging';
import { addToOutbox, Database, type Db } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { IdentityConfig } from '../../config';
import { PersonalData } from '../../crypto/personal-data';
import { findAccount, lockAccount, type Account } from '../../store/accounts';
import { findConsents, insertConsents } from '../../store/consents';
import { closePlayer, eraseMarketingData } from '../../store/erasure';
import { changeFence, lockGroup, type Group } from '../../store/fences';
import { dropTokens } from '../../store/mails';
import type { Profile } from '../../store/players';

/** Who closes: the account, and the person whose it is, both locked. */
interface Holder {
  readonly account: Account;
  readonly group: Group;
}

/** The end of an account, and the erasure of what it leaves. */
@Controller()
export class CloseAccountController {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    private readonly config: IdentityConfig,
  ) {}

  @Handles(accountCommands.closeAccount)
  close(command: CloseAccount): Promise<Result<AccountClosed>> {
    return this.withAccount(command, (db, holder) => this.closeNow(db, holder, command, command.reason));
  }

  /**
   * Marketing data goes now: consents, the affiliate click, the device. What the law wants kept goes with the person's
   * key when the retention after the last closure ends.
   */
  @Handles(accountCommands.requestErasure)
  erase(command: RequestErasure): Promise<Result<AccountClosed>> {
    return this.withAccount(command, async (db, holder) => {
      const { account } = holder;
      const answer = await this.closeNow(db, holder, command, 'erasure requested');
      const { consents } = await findConsents(db, account.id);
      const withdrawn = consents.filter(({ granted }) => granted).map((one) => ({ ...one, granted: false }));
      await insertConsents(db, account, command.actor, withdrawn);
      const person = { id: account.personId, wrappedKey: account.wrappedKey };
      const { device: _device, ...profile } = this.personalData.open(
        person,
        account.profile,
        account.id,
      ) as Profile;
      await eraseMarketingData(db, account.id, this.personalData.seal(person, profile, account.id));
      const { brand, playerId: subject, actor } = command;
      await appendAudit(db, { brand, subject, actor, action: 'erasure.requested' });
      return answer;
    });
  }

  private async closeNow(
    db: Db,
    { account, group }: Holder,
    { brand, playerId, actor }: PlayerAct,
    reason: string,
  ): Promise<AccountClosed> {
    if (account.closedAt) return this.answer(account.closedAt);
    const closedAt = await closePlayer(db, playerId);
    await changeFence(db, group);
    await dropTokens(db, playerId);
    await appendAudit(db, { brand, subject: playerId, actor, action: 'account.closed', reason });
    const data = { playerId, brand, closedAt: closedAt.toISOString() };
    const contract = accountEvents.playerClosed;
    const traceparent = activeTraceparent();
    await addToOutbox(db, [{ contract, subject: playerId, partitionKey: playerId, data, traceparent }]);
    return this.answer(closedAt);
  }

  private answer(closedAt: Date): AccountClosed {
    const erasedAfter = new Date(closedAt);
    erasedAfter.setUTCFullYear(erasedAfter.getUTCFullYear() + this.config.retentionYears);
    return {
      status: 'closed',
      closedAt: closedAt.toISOString(),
      erasedAfter: erasedAfter.toISOString(),
    };
  }

  private withAccount(
    { brand, playerId }: PlayerAct,
    act: (db: Db, holder: Holder) => Promise<AccountClosed>,
  ): Promise<Result<AccountClosed>> {
    return this.database.transactions.run(async (db) => {
      const known = await findAccount(db, brand, playerId);
      // The person first, then the account, as everywhere that both are locked.
      const group = known && (await lockGroup(db, known.personId));
      const account = group && (await lockAccount(db, brand, playerId));
      if (!account) return refuse('identity.player-not-found', 'There is no such player.');
      return ok(await act(db, { account, group }));
    });
  }
}
