import { randomBytes } from 'node:crypto';
import type { Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { IdentityConfig } from './config';
import { PersonalData } from './crypto/personal-data';
import { digestOf } from './crypto/tokens';
import {
  emailChangedMail,
  passwordChangedMail,
  passwordResetMail,
  verificationMail,
  type Mail,
} from './domain/mails';
import type { Account } from './store/accounts';
import { insertMail, replaceToken } from './store/mails';
import type { Profile } from './store/players';

const noticeSeconds = 7 * 86_400;

/** Puts mails to players in the queue, in the transaction of what they are about. */
@Injectable()
export class Mailing {
  constructor(
    private readonly personalData: PersonalData,
    private readonly config: IdentityConfig,
  ) {}

  /** A new token in place of the earlier one; false when that was sent a moment ago. */
  async sendVerification(db: Db, account: Account): Promise<boolean> {
    const { emailVerificationSeconds: life, mailPageUrl } = this.config;
    return this.sendToken(db, account, 'email-verification', life, (to, token) =>
      verificationMail(to, mailPageUrl, token),
    );
  }

  async sendPasswordReset(db: Db, account: Account): Promise<boolean> {
    const { passwordResetSeconds: life, mailPageUrl } = this.config;
    return this.sendToken(db, account, 'password-reset', life, (to, token) =>
      passwordResetMail(to, mailPageUrl, token),
    );
  }

  /** To the address that the account had. */
  async sendEmailChanged(db: Db, before: Account): Promise<void> {
    await this.queue(db, before, emailChangedMail(this.addressOf(before)), noticeSeconds);
  }

  async sendPasswordChanged(db: Db, account: Account): Promise<void> {
    await this.queue(db, account, passwordChangedMail(this.addressOf(account)), noticeSeconds);
  }

  private async sendToken(
    db: Db,
    account: Account,
    purpose: 'email-verification' | 'password-reset',
    lifeSeconds: number,
    mailOf: (to: string, token: string) => Mail,
  ): Promise<boolean> {
    const token = randomBytes(32).toString('base64url');
    const { id: playerId, emailIndex } = account;
    const stored = { digest: digestOf(token), purpose, playerId, emailIndex, lifeSeconds };
    if (!(await replaceToken(db, stored, this.config.mailPauseSeconds))) return false;
    await this.queue(db, account, mailOf(this.addressOf(account), token), lifeSeconds);
    return true;
  }

  private async queue(db: Db, account: Account, mail: Mail, lifeSeconds: number): Promise<void> {
    const id = uuidv7();
    const person = { id: account.personId, wrappedKey: account.wrappedKey };
    const content = this.personalData.seal(person, mail, id);
    await insertMail(db, { id, playerId: account.id, content, lifeSeconds });
  }

  private addressOf({ personId, wrappedKey, profile, id }: Account): string {
    return (this.personalData.open({ id: personId, wrappedKey }, profile, id) as Profile).email;
  }
}
