import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeptAnswer } from './answers';
import { triggerOf } from './book';
import type { PspDesk } from './desk';
import type { PspEvent, PspPayment } from './payment';
import type { WireNotification } from './webhooks';
import { need, newDigits, newId, PspUnits, sendAnswer, type PspAccess, type PspWire } from './wire';

interface LinkForm {
  readonly amount?: { value?: unknown; currency?: unknown };
  readonly merchantAccount?: unknown;
  readonly reference?: unknown;
  readonly shopperReference?: unknown;
  readonly returnUrl?: unknown;
}
interface TransferForm {
  readonly amount?: { value?: unknown; currency?: unknown };
  readonly balanceAccountId?: unknown;
  readonly reference?: unknown;
  readonly counterparty?: { card?: { cardIdentification?: { storedPaymentMethodId?: unknown } } };
}
type Ask = FastifyRequest<{
  Params: { id: string };
  Querystring: Record<string, string>;
  Body: (LinkForm & TransferForm) | null;
}>;

const foreignKey = randomBytes(32);
const eventCodes: Readonly<Record<PspEvent, { eventCode: string; success: string }>> = {
  pending: { eventCode: 'PENDING', success: 'true' },
  paid: { eventCode: 'AUTHORISATION', success: 'true' },
  declined: { eventCode: 'AUTHORISATION', success: 'false' },
  reversed: { eventCode: 'CHARGEBACK', success: 'true' },
};
const transferStates: Readonly<Record<PspEvent, string>> = {
  pending: 'authorised',
  paid: 'booked',
  declined: 'failed',
  reversed: 'returned',
};

/** Adyen: pay by link for deposits, transfers for withdrawals. */
export class Adyen implements PspWire {
  private readonly units = new PspUnits({ CLP: 2, CVE: 0, IDR: 0, ISK: 2 });
  private readonly apiKey: string;
  private readonly merchantAccount: string;
  private readonly standardKey: Buffer;
  private readonly transferKey: Buffer;

  constructor(private readonly access: PspAccess) {
    this.apiKey = need(access, 'apiKey');
    this.merchantAccount = need(access, 'merchantAccount');
    this.standardKey = Buffer.from(need(access, 'hmacKeyHex'), 'hex');
    this.transferKey = Buffer.from(need(access, 'transferHmacKeyHex'), 'hex');
  }

  encode(payment: PspPayment, event: PspEvent, id: string, forged: boolean): WireNotification {
    return payment.kind === 'deposit'
      ? this.standard(payment, event, forged)
      : this.transferNotice(payment, event, id, forged);
  }

  isHeard(status: number): boolean {
    return status >= 200 && status < 300;
  }

  serve(app: FastifyInstance, desk: PspDesk, pageUrl: (page: string) => string): void {
    const guarded =
      (work: (ask: Ask) => Promise<KeptAnswer> | KeptAnswer) =>
      async (ask: Ask, reply: FastifyReply): Promise<FastifyReply> =>
        sendAnswer(reply, await this.answer(ask, desk, work));
    app.post(
      '/adyen/v72/paymentLinks',
      guarded((ask) => this.createLink(ask, desk, pageUrl)),
    );
    app.get(
      '/adyen/v72/paymentLinks/:id',
      guarded((ask) => {
        const payment = desk.book.atPage(ask.params.id);
        return payment?.kind === 'deposit' ? ok(this.link(payment, pageUrl)) : failure(404, '905');
      }),
    );
    app.post(
      '/adyen/btl/v4/transfers',
      guarded((ask) => this.createTransfer(ask, desk)),
    );
    app.get(
      '/adyen/btl/v4/transfers/:id',
      guarded((ask) => {
        const payment = desk.book.get(ask.params.id);
        return payment?.kind === 'withdrawal' ? ok(this.transfer(payment)) : failure(404, '30_112');
      }),
    );
    app.get(
      '/adyen/btl/v4/transfers',
      guarded((ask) => {
        const payment = desk.book.of(ask.query.reference ?? '');
        return ok({ data: payment?.kind === 'withdrawal' ? [this.transfer(payment)] : [] });
      }),
    );
  }

  private async answer(
    ask: Ask,
    desk: PspDesk,
    work: (ask: Ask) => Promise<KeptAnswer> | KeptAnswer,
  ): Promise<KeptAnswer> {
    if (ask.headers['x-api-key'] !== this.apiKey) return failure(401, '000');
    if (ask.method === 'GET') return work(ask);
    const key = ask.headers['idempotency-key']?.toString();
    const request = `${ask.url}\n${JSON.stringify(ask.body)}`;
    const answer = await desk.answers.once(key, request, async () => work(ask));
    return answer === 'conflict' ? failure(422, '704') : answer;
  }

  private createLink(
    { body }: Ask,
    desk: PspDesk,
    pageUrl: (page: string) => string,
  ): Promise<KeptAnswer> | KeptAnswer {
    const money = this.money(body?.amount);
    const reference = textOf(body?.reference);
    if (money === undefined) return failure(422, '137');
    if (body?.merchantAccount !== this.merchantAccount) return failure(403, '901');
    if (reference === '') return failure(422, '130');
    if (triggerOf(money.asked) === 'refused') return failure(422, '167');
    const ids = {
      id: newDigits(),
      page: newId('PL', 16),
      reference,
      instrument: newId('', 16).toUpperCase(),
    };
    const who = { payer: textOf(body.shopperReference), returnUrl: textOf(body.returnUrl) };
    return desk.start({ psp: 'adyen', kind: 'deposit', ...ids, ...money, ...who }, (payment) =>
      this.link(payment, pageUrl),
    );
  }

  private createTransfer({ body }: Ask, desk: PspDesk): Promise<KeptAnswer> | KeptAnswer {
    const money = this.money(body?.amount);
    const reference = textOf(body?.reference);
    const instrument = textOf(body?.counterparty?.card?.cardIdentification?.storedPaymentMethodId);
    if (money === undefined || reference === '' || textOf(body?.balanceAccountId) === '')
      return failure(422, '30_000');
    // only tokens of its own: sixteen upper-case letters and digits
    if (!/^[A-Z0-9]{16}$/.test(instrument)) return failure(422, '30_081');
    if (triggerOf(money.asked) === 'refused') return failure(422, '30_028');
    const ids = { id: newId('', 16).toUpperCase(), page: newId('TRPAGE'), reference, instrument };
    return desk.start(
      { psp: 'adyen', kind: 'withdrawal', ...ids, ...money, payer: '', returnUrl: '' },
      (payment) => this.transfer(payment),
    );
  }

  private money(amount: LinkForm['amount']): { asked: bigint; currency: string } | undefined {
    const [value, currency] = [amount?.value, amount?.currency];
    if (typeof value !== 'number' || typeof currency !== 'string') return undefined;
    const asked = this.units.from(value, currency);
    return asked === undefined ? undefined : { asked, currency };
  }

  private amount(payment: PspPayment, amount: bigint): { value: number; currency: string } {
    return { value: this.units.to(amount, payment.currency), currency: payment.currency };
  }

  private link(payment: PspPayment, pageUrl: (page: string) => string): object {
    const { status, page, reference } = payment;
    const paid = status === 'paid' || status === 'reversed';
    return {
      id: page,
      amount: this.amount(payment, paid ? payment.moved : payment.asked),
      merchantAccount: this.merchantAccount,
      reference,
      url: pageUrl(page),
      // a link stays open after a declined card, until it expires
      status: paid ? 'completed' : status === 'expired' || status === 'declined' ? 'expired' : 'active',
    };
  }

  private transfer(payment: PspPayment): object {
    const { id, reference, status, moved, asked } = payment;
    const states = {
      open: 'received',
      paid: 'booked',
      declined: 'failed',
      expired: 'failed',
      reversed: 'returned',
    };
    return {
      id,
      reference,
      category: 'card',
      direction: 'outgoing',
      amount: this.amount(payment, status === 'open' ? asked : moved || asked),
      status: states[status],
      reason: status === 'declined' ? 'refusedByCounterpartyBank' : 'approved',
    };
  }

  private standard(payment: PspPayment, event: PspEvent, forged: boolean): WireNotification {
    const { id, reference, instrument, asked, moved } = payment;
    const { eventCode, success } = eventCodes[event];
    const amount = this.amount(payment, event === 'paid' || event === 'reversed' ? moved : asked);
    const [pspReference, originalReference] = event === 'reversed' ? [`9${id.slice(1)}`, id] : [id, ''];
    const signed = [
      pspReference,
      originalReference,
      this.merchantAccount,
      reference,
      amount.value,
      amount.currency,
      eventCode,
      success,
    ].join(':');
    const key = forged ? foreignKey : this.standardKey;
    const hmacSignature = createHmac('sha256', key).update(signed).digest('base64');
    const token = { 'recurring.recurringDetailReference': instrument, cardSummary: '4242' };
    const NotificationRequestItem = {
      additionalData: { hmacSignature, ...(event === 'paid' && token) },
      amount,
      eventCode,
      eventDate: new Date().toISOString(),
      merchantAccountCode: this.merchantAccount,
      merchantReference: reference,
      originalReference,
      paymentMethod: 'visa',
      pspReference,
      reason: success === 'true' ? '' : 'Refused',
      success,
    };
    const body = JSON.stringify({ live: 'false', notificationItems: [{ NotificationRequestItem }] });
    return { url: this.access.callbackUrl, headers: { 'content-type': 'application/json' }, body };
  }

  private transferNotice(
    payment: PspPayment,
    event: PspEvent,
    id: string,
    forged: boolean,
  ): WireNotification {
    const data = {
      ...this.transfer(payment),
      status: transferStates[event],
      eventId: id,
      updatedAt: new Date().toISOString(),
    };
    const body = JSON.stringify({ type: 'balancePlatform.transfer.updated', environment: 'test', data });
    const key = forged ? foreignKey : this.transferKey;
    const hmacsignature = createHmac('sha256', key).update(body).digest('base64');
    return {
      url: this.access.callbackUrl,
      headers: { 'content-type': 'application/json', hmacsignature, protocol: 'HmacSHA256' },
      body,
    };
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const ok = (body: object): KeptAnswer => ({ status: 200, body });
function failure(status: number, errorCode: string): KeptAnswer {
  return { status, body: { status, errorCode, message: 'refused', errorType: 'validation' } };
}
