import {
  accountCommands,
  ok,
  refuse,
  type CompleteEmailVerification,
  type Done,
  type PlayerAct,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { digestOf } from '../../crypto/tokens';
import { Mailing } from '../../mailing';
import { lockAccount, setEmailState } from '../../store/accounts';
import { spendToken } from '../../store/mails';

/** Proves that the player reads the address of the account. */
@Controller()
export class VerifyEmailController {
  constructor(
    private readonly database: Database,
    private readonly mailing: Mailing,
  ) {}

  @Handles(accountCommands.sendEmailVerification)
  send({ playerId, brand }: PlayerAct): Promise<Result<Done>> {
    return this.database.transactions.run(async (db) => {
      const account = await lockAccount(db, brand, playerId);
      if (!account) return refuse('identity.player-not-found', 'There is no such player.');
      if (account.status === 'closed') return refuse('identity.account-closed', 'The account is closed.');
      if (account.emailState === 'verified') {
        return refuse('identity.email-already-verified', 'The address of this account is verified.');
      }
      if (await this.mailing.sendVerification(db, account)) return ok({});
      return refuse('identity.mail-sent-recently', 'A mail is on its way. Ask again in a minute.', {
        data: { retryAfterSeconds: 60 },
      });
    });
  }

  @Handles(accountCommands.completeEmailVerification)
  complete({ brand, token }: CompleteEmailVerification): Promise<Result<Done>> {
    return this.database.transactions.run(async (db) => {
      const playerId = await spendToken(db, brand, 'email-verification', digestOf(token));
      if (playerId === undefined) {
        return refuse(
          'identity.invalid-token',
          'This token is unknown, used, expired, or of another address.',
        );
      }
      await setEmailState(db, playerId, 'verified');
      return ok({});
    });
  }
}
