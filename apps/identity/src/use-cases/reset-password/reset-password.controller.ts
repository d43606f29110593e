import { appendAudit } from '@baize/audit';
import {
  accountCommands,
  ok,
  refuse,
  type CompletePasswordReset,
  type Done,
  type RequestPasswordReset,
  type Result,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { Passwords } from '../../crypto/passwords';
import { PersonalData } from '../../crypto/personal-data';
import { digestOf } from '../../crypto/tokens';
import { isWeakPassword } from '../../domain/decide-registration';
import { normaliseEmail } from '../../domain/normalise';
import { Mailing } from '../../mailing';
import { lockAccount, revokeSessions, setEmailState, setPasswordHash } from '../../store/accounts';
import { dropGuard } from '../../store/login-guards';
import { insertResetRequest, spendToken } from '../../store/mails';
import type { Profile } from '../../store/players';

/** Forgotten passwords: whoever reads the mail of the account may choose a new one. */
@Controller()
export class ResetPasswordController {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly personalData: PersonalData,
    private readonly mailing: Mailing,
  ) {}

  /** Writes the request down and no more, so that neither answer nor duration tells whether there is an account. */
  @Handles(accountCommands.requestPasswordReset)
  async request({ brand, email }: RequestPasswordReset): Promise<Result<Done>> {
    await insertResetRequest(this.database, brand, this.personalData.emailIndex(email));
    return ok({});
  }

  @Handles(accountCommands.completePasswordReset)
  async complete(command: CompletePasswordReset, { deadline }: RequestContext): Promise<Result<Done>> {
    const { brand, token, newPassword } = command;
    const isWeak = isWeakPassword(newPassword, '');
    const hash = isWeak ? '' : await this.passwords.hash(newPassword, deadline);
    const weak = () =>
      refuse('identity.weak-password', 'The password is too easy to guess. Choose another one.');
    if (isWeak) return weak();
    const outcome = await this.database.transactions
      .run(async (db): Promise<Result<Done>> => {
        const playerId = await spendToken(db, brand, 'password-reset', digestOf(token));
        const account = playerId === undefined ? undefined : await lockAccount(db, brand, playerId);
        if (!account || account.status === 'closed') return invalidToken();
        const person = { id: account.personId, wrappedKey: account.wrappedKey };
        const { email } = this.personalData.open(person, account.profile, account.id) as Profile;
        // thrown, so that the token is not spent on it
        if (isWeakPassword(newPassword, normaliseEmail(email))) throw new WeakPassword();
        await setPasswordHash(db, account.id, hash);
        await revokeSessions(db, account.id);
        await dropGuard(db, brand, account.emailIndex);
        // who has read the mail has proven the address
        if (account.emailState === 'pending') await setEmailState(db, account.id, 'verified');
        await this.mailing.sendPasswordChanged(db, account);
        const actor = { kind: 'player', id: account.id } as const;
        await appendAudit(db, { brand, subject: account.id, actor, action: 'password.reset' });
        return ok({});
      })
      .catch((error: unknown) => {
        if (error instanceof WeakPassword) return weak();
        throw error;
      });
    return outcome;
  }
}

class WeakPassword extends Error {}

function invalidToken(): Result<never> {
  return refuse('identity.invalid-token', 'This token is unknown, used, expired, or of another address.');
}
