import { request } from 'undici';
import type { Mail } from '../../domain/mails';

/** The party that delivers mails. */
export interface MailService {
  /** @throws when it did not take the mail; it may be sent again, so a mail can come twice. */
  send(id: string, mail: Mail): Promise<void>;
}

export interface PostmarkOptions {
  /** Such as `https://api.postmarkapp.com`. */
  readonly url: string;
  readonly token: string;
  readonly from: string;
  readonly timeoutMs: number;
}

/** `POST /email` of Postmark (https://postmarkapp.com/developer/api/email-api). */
export class Postmark implements MailService {
  constructor(private readonly options: PostmarkOptions) {}

  async send(id: string, { to, subject, text, tag }: Mail): Promise<void> {
    const { url, token, from, timeoutMs } = this.options;
    const response = await request(`${url}/email`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'x-postmark-server-token': token,
      },
      body: JSON.stringify({
        From: from,
        To: to,
        Subject: subject,
        TextBody: text,
        Tag: tag,
        Metadata: { id },
      }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    // the answer quotes the address: it is read, so that the connection is free, and not shown
    await response.body.dump();
    if (response.statusCode !== 200) throw new Error(`the mail service answered ${response.statusCode}`);
  }
}
