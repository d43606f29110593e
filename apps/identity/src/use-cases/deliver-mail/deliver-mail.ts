import { Database } from '@baize/persistence';
import { counter } from '@baize/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { MailService } from '../../adapters/postmark/postmark';
import { PersonalData } from '../../crypto/personal-data';
import type { Mail } from '../../domain/mails';
import { Mailing } from '../../mailing';
import { findAccountByEmail } from '../../store/accounts';
import {
  deleteExpiredMails,
  deleteMail,
  takeDueMails,
  takeResetRequests,
  type DueMail,
} from '../../store/mails';

/** Injection token of the mail service, null when none is configured. */
export const MAIL_SERVICE = Symbol('the mail service');

const BATCH = 20;
const RETRY_SECONDS = 5;
const MAX_DELETED = 1_000;
const deliveries = counter('identity_mails_total', 'Mails by outcome of an attempt.', ['outcome']);

/** Turns asked-for resets into mails and takes mails to the mail service until it has them or their time is over. */
@Injectable()
export class DeliverMail {
  constructor(
    private readonly database: Database,
    private readonly mailing: Mailing,
    private readonly personalData: PersonalData,
    @Inject(MAIL_SERVICE) private readonly service: MailService | null,
  ) {}

  async run(): Promise<void> {
    await this.answerResets();
    await deleteExpiredMails(this.database, MAX_DELETED);
    if (this.service === null) return;
    const due = await takeDueMails(this.database, BATCH, RETRY_SECONDS);
    const { service } = this;
    await Promise.all(due.map((mail) => this.deliver(service, mail)));
  }

  private async answerResets(): Promise<void> {
    await this.database.transactions.run(async (db) => {
      for (const { brand, emailIndex } of await takeResetRequests(db, BATCH)) {
        const account = await findAccountByEmail(db, brand, emailIndex);
        if (account && account.status !== 'closed') await this.mailing.sendPasswordReset(db, account);
      }
    });
  }

  private async deliver(service: MailService, { id, personId, wrappedKey, content }: DueMail): Promise<void> {
    try {
      await service.send(id, this.personalData.open({ id: personId, wrappedKey }, content, id) as Mail);
    } catch {
      deliveries.inc({ outcome: 'failed' });
      return; // it is due again later
    }
    deliveries.inc({ outcome: 'sent' });
    await deleteMail(this.database, id);
  }
}
