import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeptAnswer } from './answers';
import { triggerOf } from './book';
import type { PspDesk } from './desk';
import type { PspEvent, PspPayment } from './payment';
import { StripeObjects } from './stripe-objects';
import type { WireNotification } from './webhooks';
import { need, newId, sendAnswer, type PspAccess, type PspWire } from './wire';

type Form = URLSearchParams;
type Ask = FastifyRequest<{
  Params: { id: string };
  Querystring: Record<string, string>;
  Body: Form | undefined;
}>;

const eventTypes: Readonly<Record<PspPayment['kind'], Readonly<Record<PspEvent, string>>>> = {
  deposit: {
    pending: 'payment_intent.processing',
    paid: 'payment_intent.succeeded',
    declined: 'payment_intent.payment_failed',
    reversed: 'charge.dispute.created',
  },
  withdrawal: {
    pending: 'payout.created',
    paid: 'payout.paid',
    declined: 'payout.failed',
    reversed: 'payout.failed',
  },
};

/** Stripe: Checkout and payment intents for deposits, payouts for withdrawals. */
export class Stripe implements PspWire {
  private readonly objects = new StripeObjects();
  private readonly secretKey: string;
  private readonly webhookSecret: string;

  constructor(private readonly access: PspAccess) {
    this.secretKey = need(access, 'secretKey');
    this.webhookSecret = need(access, 'webhookSecret');
  }

  encode(payment: PspPayment, event: PspEvent, id: string, forged: boolean): WireNotification {
    const seconds = Math.floor(Date.now() / 1_000);
    const body = JSON.stringify({
      id: `evt_${payment.id}_${id}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: seconds,
      livemode: false,
      type: eventTypes[payment.kind][event],
      data: this.objects.eventData(payment, event),
    });
    const key = forged ? 'whsec_of_somebody_else' : this.webhookSecret;
    const signature = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
    return {
      url: this.access.callbackUrl,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': `t=${seconds},v1=${signature}`,
      },
      body,
    };
  }

  isHeard(status: number): boolean {
    return status >= 200 && status < 300;
  }

  serve(app: FastifyInstance, desk: PspDesk, pageUrl: (page: string) => string): void {
    const { objects } = this;
    const guarded =
      (work: (ask: Ask) => Promise<KeptAnswer> | KeptAnswer) =>
      async (ask: Ask, reply: FastifyReply): Promise<FastifyReply> =>
        sendAnswer(reply, await this.answer(ask, desk, work));
    const found = (
      payment: PspPayment | undefined,
      kind: PspPayment['kind'],
      body: (one: PspPayment) => object,
    ) => (payment?.kind === kind ? { status: 200, body: body(payment) } : missing());
    app.post(
      '/v1/checkout/sessions',
      guarded((ask) => this.createSession(ask, desk, pageUrl)),
    );
    app.get(
      '/v1/checkout/sessions/:id',
      guarded((ask) =>
        found(desk.book.atPage(ask.params.id), 'deposit', (one) => objects.session(one, pageUrl, true)),
      ),
    );
    app.post(
      '/v1/payment_intents',
      guarded((ask) => this.createIntent(ask, desk, pageUrl)),
    );
    app.get(
      '/v1/payment_intents/search',
      guarded((ask) => {
        const reference = /^metadata\['paymentId'\]:'([\w-]+)'$/.exec(ask.query.query ?? '')?.[1];
        const payment = reference === undefined ? undefined : desk.book.of(reference);
        const data = payment?.kind === 'deposit' ? [objects.intent(payment)] : [];
        return {
          status: 200,
          body: { object: 'search_result', url: '/v1/payment_intents/search', has_more: false, data },
        };
      }),
    );
    app.get(
      '/v1/payment_intents/:id',
      guarded((ask) => found(desk.book.get(ask.params.id), 'deposit', (one) => objects.intent(one))),
    );
    app.post(
      '/v1/payouts',
      guarded((ask) => this.createPayout(ask, desk)),
    );
    app.get(
      '/v1/payouts/:id',
      guarded((ask) => found(desk.book.get(ask.params.id), 'withdrawal', (one) => objects.payout(one))),
    );
    app.get(
      '/v1/payouts',
      guarded((ask) => this.listPayouts(ask, desk)),
    );
  }

  private async answer(
    ask: Ask,
    desk: PspDesk,
    work: (ask: Ask) => Promise<KeptAnswer> | KeptAnswer,
  ): Promise<KeptAnswer> {
    if (ask.headers.authorization !== `Bearer ${this.secretKey}`)
      return failure(401, 'invalid_request_error', 'invalid_api_key', 'Invalid API Key provided');
    if (ask.method === 'GET') return work(ask);
    const key = ask.headers['idempotency-key'];
    const request = `${ask.url}\n${ask.body?.toString() ?? ''}`;
    const answer = await desk.answers.once(key?.toString(), request, async () => work(ask));
    if (answer === 'conflict')
      return failure(
        400,
        'idempotency_error',
        'idempotency_key_in_use',
        'Keys for idempotent requests can only be used with the same parameters',
      );
    return answer;
  }

  private createSession({ body: form }: Ask, desk: PspDesk, pageUrl: (page: string) => string) {
    const reference = form?.get('client_reference_id') ?? '';
    const price = 'line_items[0][price_data]';
    const money = this.objects.money(form?.get(`${price}[unit_amount]`), form?.get(`${price}[currency]`));
    const returnUrl = form?.get('success_url') ?? '';
    if (reference === '' || form?.get('mode') !== 'payment' || !URL.canParse(returnUrl))
      return invalid('parameter_missing');
    if (money === undefined) return invalid('parameter_invalid_integer');
    if (triggerOf(money.asked) === 'refused') return invalid('amount_too_large');
    const ids = { id: newId('pi_'), page: newId('cs_test_'), reference };
    const instrument = newId('pm_', 16);
    return desk.start(
      { psp: 'stripe', kind: 'deposit', ...ids, ...money, payer: reference, instrument, returnUrl },
      (payment) => this.objects.session(payment, pageUrl),
    );
  }

  private createIntent({ body: form }: Ask, desk: PspDesk, pageUrl: (page: string) => string) {
    const money = this.objects.money(form?.get('amount'), form?.get('currency'));
    const [reference, instrument] = [
      form?.get('metadata[paymentId]') ?? '',
      form?.get('payment_method') ?? '',
    ];
    if (money === undefined || reference === '' || form?.get('confirm') !== 'true')
      return invalid('parameter_missing');
    if (!instrument.startsWith('pm_')) return invalid('resource_missing');
    if (triggerOf(money.asked) === 'refused')
      return failure(402, 'card_error', 'card_declined', 'Your card was declined.');
    const ids = { id: newId('pi_'), page: newId('pm_page_'), reference };
    const returnUrl = form.get('return_url') ?? '';
    return desk.start(
      { psp: 'stripe', kind: 'deposit', ...ids, ...money, payer: reference, instrument, returnUrl },
      (payment) => this.objects.intent(payment, pageUrl),
    );
  }

  private createPayout({ body: form }: Ask, desk: PspDesk) {
    const money = this.objects.money(form?.get('amount'), form?.get('currency'));
    const [reference, instrument] = [form?.get('metadata[paymentId]') ?? '', form?.get('destination') ?? ''];
    if (money === undefined || reference === '') return invalid('parameter_missing');
    // only what Stripe itself named can be paid out to
    if (!/^(pm|card|ba)_/.test(instrument)) return invalid('resource_missing');
    if (triggerOf(money.asked) === 'refused') return invalid('balance_insufficient');
    const ids = { id: newId('po_'), page: newId('po_page_'), reference };
    return desk.start(
      { psp: 'stripe', kind: 'withdrawal', ...ids, ...money, payer: reference, instrument, returnUrl: '' },
      (payment) => this.objects.payout(payment),
    );
  }

  private listPayouts({ query }: Ask, desk: PspDesk): KeptAnswer {
    const since = Number(query['created[gte]'] ?? 0) * 1_000;
    const payouts = desk.book
      .all()
      .filter(({ kind, createdAtMs }) => kind === 'withdrawal' && createdAtMs >= since)
      .reverse();
    const start = payouts.findIndex(({ id }) => id === query.starting_after) + 1;
    const limit = Math.min(100, Number(query.limit ?? 10));
    const data = payouts.slice(start, start + limit).map((payout) => this.objects.payout(payout));
    return {
      status: 200,
      body: { object: 'list', url: '/v1/payouts', has_more: start + limit < payouts.length, data },
    };
  }
}

function failure(status: number, type: string, code: string, message: string): KeptAnswer {
  return { status, body: { error: { type, code, message } } };
}
const invalid = (code: string): KeptAnswer => failure(400, 'invalid_request_error', code, code);
const missing = (): KeptAnswer => failure(404, 'invalid_request_error', 'resource_missing', 'No such object');
