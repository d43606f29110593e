import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { request } from 'undici';
import { Adyen } from './adyen';
import { serveControl } from './control';
import { PspDesk } from './desk';
import { payPage } from './page';
import { pspNames, type PspName, type PspPayment } from './payment';
import { Stripe } from './stripe';
import { Trustly } from './trustly';
import type { SendWebhook } from './webhooks';
import type { PspAccess, PspWire } from './wire';

const wires: Readonly<Record<PspName, (access: PspAccess) => PspWire>> = {
  stripe: (access) => new Stripe(access),
  adyen: (access) => new Adyen(access),
  trustly: (access) => new Trustly(access),
};
/** PSPs wait longer; whoever needs more than this is better asked again. */
const webhookPatienceMs = 10_000;

export type PspAccesses = Readonly<Record<string, PspAccess | undefined>>;

/** All the PSPs that the sandbox plays, and the pages at which payers decide. */
export class Psps {
  private readonly houses = new Map<PspName, { desk: PspDesk; wire: PspWire }>();

  constructor(accesses: PspAccesses, send: SendWebhook = sendByHttp) {
    for (const name of pspNames) {
      const access = accesses[name];
      if (access === undefined) continue;
      const wire = wires[name](access);
      this.houses.set(name, { wire, desk: new PspDesk(name, wire, send) });
    }
  }

  private desks(): PspDesk[] {
    return [...this.houses.values()].map(({ desk }) => desk);
  }
  private desk(name: string): PspDesk | undefined {
    return this.desks().find(({ psp }) => psp === name);
  }

  /** `publicUrl`: where the payer's browser reaches the pages. */
  serve(app: FastifyInstance, publicUrl: () => string): void {
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 16_384 },
      (_request, body, done) => done(null, new URLSearchParams(body.toString())),
    );
    for (const { desk, wire } of this.houses.values())
      wire.serve(app, desk, (page) => `${publicUrl()}/pay/${desk.psp}/${page}`);
    this.servePages(app);
    serveControl(app, this.desks());
  }

  stop(): void {
    for (const desk of this.desks()) desk.stop();
  }

  private servePages(app: FastifyInstance): void {
    const pay = '/pay/:psp/:page';
    const find = (psp: string, page: string): PspPayment | undefined => {
      const payment = this.desk(psp)?.book.atPage(page);
      return payment?.kind === 'deposit' ? payment : undefined;
    };
    app.get<{ Params: { psp: string; page: string } }>(pay, async ({ params }, reply) =>
      sendPage(reply, find(params.psp, params.page)),
    );
    app.post<{ Params: { psp: string; page: string }; Body: unknown }>(
      pay,
      async ({ params, body }, reply) => {
        const payment = find(params.psp, params.page);
        const desk = this.desk(params.psp);
        const outcome = outcomeOf(body);
        if (payment === undefined || desk === undefined) return sendPage(reply, undefined);
        if (outcome === undefined)
          return reply.code(422).send({ error: 'action is approve, decline or timeout' });
        // the payer does not wait for the merchant to hear of it
        void desk.settle(payment, outcome);
        return sendPage(reply, payment);
      },
    );
  }
}

const outcomes: Readonly<Record<string, 'paid' | 'declined' | 'expired' | undefined>> = {
  approve: 'paid',
  decline: 'declined',
  timeout: 'expired',
};
function outcomeOf(body: unknown): 'paid' | 'declined' | 'expired' | undefined {
  const action =
    body instanceof URLSearchParams ? body.get('action') : (body as { action?: unknown } | null)?.action;
  return typeof action === 'string' && Object.hasOwn(outcomes, action) ? outcomes[action] : undefined;
}

function sendPage(reply: FastifyReply, payment: PspPayment | undefined): FastifyReply {
  if (payment === undefined) return reply.code(404).type('text/plain').send('There is no such payment.');
  const nonce = randomBytes(16).toString('base64');
  return reply
    .headers({
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .type('text/html; charset=utf-8')
    .send(payPage(payment, nonce));
}

/** Undefined when no whole answer came. */
const sendByHttp: SendWebhook = async ({ url, headers, body }) => {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { ...headers },
      body,
      signal: AbortSignal.timeout(webhookPatienceMs),
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  } catch {
    return undefined;
  }
};
