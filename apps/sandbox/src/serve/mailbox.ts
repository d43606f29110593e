import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const maxMails = 2_000;

/** A mail as Postmark is given it (https://postmarkapp.com/developer/api/email-api). */
interface PostedMail {
  readonly From: string;
  readonly To: string;
  readonly Subject: string;
  readonly TextBody: string;
  readonly Tag?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
}

/** Plays the mail service: takes mails in Postmark's form and shows the newest of an address to who has the token. */
export class SandboxMailbox {
  private readonly mails: (PostedMail & { receivedAt: string })[] = [];

  constructor(private readonly token: string | undefined) {}

  serve(app: FastifyInstance): void {
    app.post<{ Body: Partial<PostedMail> | null }>('/email', (request, reply) => {
      if (!this.isKnown(request)) {
        return reply.code(401).send({ ErrorCode: 10, Message: 'Bad or missing Server API token.' });
      }
      const mail = request.body;
      if (!isMail(mail)) return reply.code(422).send({ ErrorCode: 300, Message: 'Invalid email request.' });
      // sent again under the same id after a lost answer: one mail
      const id = mail.Metadata?.id;
      const isKnown = id !== undefined && this.mails.some(({ Metadata }) => Metadata?.id === id);
      const receivedAt = new Date().toISOString();
      if (!isKnown) this.mails.push({ ...mail, receivedAt });
      if (this.mails.length > maxMails) this.mails.shift();
      return reply.send({
        To: mail.To,
        SubmittedAt: receivedAt,
        MessageID: id ?? '',
        ErrorCode: 0,
        Message: 'OK',
      });
    });
    app.get<{ Querystring: { to?: string } }>('/mails', (request, reply) => {
      if (!this.isKnown(request)) {
        return reply.code(401).send({ ErrorCode: 10, Message: 'Bad or missing Server API token.' });
      }
      const { to } = request.query;
      const found = this.mails.filter((mail) => to === undefined || mail.To === to).reverse();
      return reply.send({ items: found.slice(0, 200) });
    });
  }

  private isKnown({ headers }: FastifyRequest): boolean {
    const given = Buffer.from(String(headers['x-postmark-server-token']));
    const expected = Buffer.from(this.token ?? '');
    return expected.length > 0 && given.length === expected.length && timingSafeEqual(given, expected);
  }
}

function isMail(mail: Partial<PostedMail> | null): mail is PostedMail {
  return [mail?.From, mail?.To, mail?.Subject, mail?.TextBody].every((field) => typeof field === 'string');
}
