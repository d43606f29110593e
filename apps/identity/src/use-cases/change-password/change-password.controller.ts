import { appendAudit } from '@baize/audit';
import { accountCommands, ok, refuse, type ChangePassword, type Done, type Result } from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { Passwords } from '../../crypto/passwords';
import { PersonalData } from '../../crypto/personal-data';
import { isWeakPassword } from '../../domain/decide-registration';
import { normaliseEmail } from '../../domain/normalise';
import { LoginGuard } from '../../login-guard';
import { Mailing } from '../../mailing';
import { findAccount, lockAccount, revokeSessions, setPasswordHash } from '../../store/accounts';
import { dropTokens } from '../../store/mails';
import type { Profile } from '../../store/players';

/** Replaces the password of who knows the present one; a guess here counts as one at the login. */
@Controller()
export class ChangePasswordController {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly personalData: PersonalData,
    private readonly guard: LoginGuard,
    private readonly mailing: Mailing,
  ) {}

  @Handles(accountCommands.changePassword)
  async handle(command: ChangePassword, { deadline }: RequestContext): Promise<Result<Done>> {
    const { playerId, brand, actor, currentPassword, newPassword } = command;
    const account = await findAccount(this.database, brand, playerId);
    if (!account) return refuse('identity.player-not-found', 'There is no such player.');
    const locked = await this.guard.refusal(this.database, brand, account.emailIndex);
    if (locked) return locked;
    const person = { id: account.personId, wrappedKey: account.wrappedKey };
    const { email } = this.personalData.open(person, account.profile, account.id) as Profile;
    if (isWeakPassword(newPassword, normaliseEmail(email))) {
      return refuse('identity.weak-password', 'The password is too easy to guess. Choose another one.');
    }
    const matches = await this.passwords.verify(account.passwordHash, currentPassword, deadline);
    const hash = matches ? await this.passwords.hash(newPassword, deadline) : '';
    return this.database.transactions.run(async (db) => {
      const now = await lockAccount(db, brand, playerId);
      // somebody else changed it between the look and the lock: what was proven is no longer the password
      if (!matches || now?.passwordHash !== account.passwordHash) {
        await this.guard.countFailure(db, brand, account.emailIndex);
        return refuse('identity.wrong-password', 'The present password is wrong.');
      }
      await setPasswordHash(db, playerId, hash);
      await dropTokens(db, playerId);
      await revokeSessions(db, playerId);
      await this.mailing.sendPasswordChanged(db, now);
      await appendAudit(db, { brand, subject: playerId, actor, action: 'password.changed' });
      return ok({});
    });
  }
}
