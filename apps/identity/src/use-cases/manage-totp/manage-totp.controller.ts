import { appendAudit } from '@baize/audit';
import {
  accountCommands,
  ok,
  refuse,
  type ConfirmTotp,
  type Done,
  type PlayerAct,
  type RecoveryCodes,
  type RemoveTotp,
  type Result,
  type TotpEnrolment,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { LoginGuard } from '../../login-guard';
import { SecondFactor } from '../../second-factor';
import { lockAccount, type Account } from '../../store/accounts';
import { confirmTotp, deleteTotp, enrolTotp, findTotp } from '../../store/totps';

/** The second factor of a player: made, confirmed by a first code, taken off with a code. */
@Controller()
export class ManageTotpController {
  constructor(
    private readonly database: Database,
    private readonly secondFactor: SecondFactor,
    private readonly guard: LoginGuard,
  ) {}

  @Handles(accountCommands.enrolTotp)
  enrol(act: PlayerAct): Promise<Result<TotpEnrolment>> {
    return this.withAccount(act, async (db, account) => {
      const { secret, uri, sealed } = this.secondFactor.newSecret(personOf(account), account.id);
      if (await enrolTotp(db, account.id, sealed)) return ok({ secret, uri });
      return refuse('identity.totp-already-active', 'The second factor is on. Remove it first.');
    });
  }

  @Handles(accountCommands.confirmTotp)
  confirm(act: ConfirmTotp): Promise<Result<RecoveryCodes>> {
    return this.withAccount(act, async (db, account) => {
      const stored = await findTotp(db, account.id);
      if (!stored) return refuse('identity.totp-not-enrolled', 'There is no second factor to confirm.');
      if (stored.confirmedAt) return refuse('identity.totp-already-active', 'The second factor is on.');
      const refused = await this.prove(db, account, act.code);
      if (refused) return refused;
      const { codes, digests } = this.secondFactor.newRecoveryCodes();
      await confirmTotp(db, account.id, digests);
      await audit(db, act, 'totp.activated');
      return ok({ recoveryCodes: codes });
    });
  }

  @Handles(accountCommands.removeTotp)
  remove(act: RemoveTotp): Promise<Result<Done>> {
    return this.withAccount(act, async (db, account) => {
      const stored = await findTotp(db, account.id);
      if (!stored?.confirmedAt) return refuse('identity.totp-not-enrolled', 'The second factor is off.');
      const refused = await this.prove(db, account, act.code);
      if (refused) return refused;
      await deleteTotp(db, account.id);
      await audit(db, act, 'totp.removed');
      return ok({});
    });
  }

  /** A wrong code counts like a wrong password: six digits are soon guessed otherwise. */
  private async prove(db: Db, account: Account, code: string): Promise<Result<never> | undefined> {
    const { brand, emailIndex } = account;
    const locked = await this.guard.refusal(db, brand, emailIndex);
    if (locked) return locked;
    if (await this.secondFactor.spend(db, personOf(account), account.id, code)) return undefined;
    await this.guard.countFailure(db, brand, emailIndex);
    return refuse('identity.wrong-code', 'The code is wrong, used, or of another time.');
  }

  private withAccount<T>(
    { brand, playerId }: PlayerAct,
    act: (db: Db, account: Account) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    return this.database.transactions.run(async (db) => {
      const account = await lockAccount(db, brand, playerId);
      if (!account) return refuse('identity.player-not-found', 'There is no such player.');
      if (account.status === 'closed') return refuse('identity.account-closed', 'The account is closed.');
      return act(db, account);
    });
  }
}

function personOf({ personId, wrappedKey }: Account) {
  return { id: personId, wrappedKey };
}

async function audit(db: Db, { brand, playerId, actor }: PlayerAct, action: string): Promise<void> {
  await appendAudit(db, { brand, subject: playerId, actor, action });
}
