import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '@baize/testing';

/** A mail as Postmark is given it. */
export interface ReceivedMail {
  To: string;
  From: string;
  Subject: string;
  TextBody: string;
  Tag: string;
  Metadata: { id: string };
}

/** Takes mails as Postmark does; the sandbox plays it in a whole platform. */
export class Mailbox {
  readonly mails: ReceivedMail[] = [];
  readonly tokens = new Set<string>();
  /** What it answers; anything but 200 makes the sender come again. */
  status = 200;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Mailbox> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        box.tokens.add(String(request.headers['x-postmark-server-token']));
        const mail = JSON.parse(Buffer.concat(chunks).toString()) as ReceivedMail;
        if (box.status === 200) box.mails.push(mail);
        response.writeHead(box.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ErrorCode: box.status === 200 ? 0 : 500, To: mail.To }));
      });
    });
    const box = new Mailbox(server);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return box;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  mailsTo(address: string, tag: string): ReceivedMail[] {
    return this.mails.filter(({ To, Tag }) => To === address && Tag === tag);
  }

  /** Waits for the nth mail of this kind and gives the token in it. */
  async token(address: string, tag: string, nth = 1): Promise<string> {
    await waitFor(() => this.mailsTo(address, tag).length >= nth, { what: `mail ${tag}` });
    const token = /#token=([A-Za-z0-9_-]{43})\n/.exec(
      this.mailsTo(address, tag)[nth - 1]?.TextBody ?? '',
    )?.[1];
    if (token === undefined) throw new Error('there is no token in the mail');
    return token;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
