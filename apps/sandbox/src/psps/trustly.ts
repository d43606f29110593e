import { randomUUID } from 'node:crypto';
import { formatDecimal, parseDecimal } from '@baize/money';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readObject } from '../dialects/read-json';
import type { KeptAnswer } from './answers';
import { triggerOf, type NewPayment } from './book';
import type { PspDesk } from './desk';
import type { PspEvent, PspPayment } from './payment';
import { TrustlySignatures } from './trustly-signature';
import type { WireNotification } from './webhooks';
import { need, newDigits, sendAnswer, type PspAccess, type PspWire } from './wire';

type Data = Readonly<Record<string, unknown>>;
interface Call {
  readonly method?: unknown;
  readonly params?: { Signature?: unknown; UUID?: unknown; Data?: unknown };
}
/** The result of a method, or Trustly's code and name of an error. */
type Outcome = { data: unknown; lostUntilMs?: number } | { code: number; message: string };

const methods: Readonly<Record<PspPayment['kind'], Readonly<Record<PspEvent, string | undefined>>>> = {
  deposit: { pending: 'pending', paid: 'credit', declined: 'cancel', reversed: 'debit' },
  // a payout that comes back is told in the same words as one that never left
  withdrawal: {
    pending: undefined,
    paid: 'payoutconfirmation',
    declined: 'payoutfailed',
    reversed: undefined,
  },
};
const states = {
  open: 'EXECUTING',
  paid: 'CONFIRMED',
  declined: 'FAILED',
  expired: 'FAILED',
  reversed: 'RETURNED',
};
const ibanPattern = /^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/;
const mostAccounts = 20_000;

/** Trustly: JSON-RPC with signatures in both directions. */
export class Trustly implements PspWire {
  private readonly signatures: TrustlySignatures;
  private readonly accounts = new Map<string, string>();

  constructor(private readonly access: PspAccess) {
    this.signatures = new TrustlySignatures(
      need(access, 'TEST_ONLY_privateKeyPem'),
      need(access, 'merchantPublicKeyPem'),
    );
  }

  encode(payment: PspPayment, event: PspEvent, id: string, forged: boolean): WireNotification | undefined {
    const method = methods[payment.kind][event];
    if (method === undefined) return undefined;
    const uuid = randomUUID();
    const amount = event === 'paid' || event === 'reversed' ? payment.moved : payment.asked;
    const data = {
      notificationid: `${payment.id}${id.padStart(6, '0')}`,
      orderid: payment.id,
      messageid: payment.reference,
      enduserid: payment.payer,
      amount: formatDecimal(amount, payment.currency),
      currency: payment.currency,
      timestamp: timestamp(Date.now()),
    };
    const signature = this.signatures.sign(method, uuid, data, forged);
    return {
      url: this.access.callbackUrl,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method, params: { signature, uuid, data }, version: '1.1' }),
    };
  }

  /** Trustly takes for heard only what the merchant signed. */
  isHeard(status: number, body: string): boolean {
    if (status !== 200) return false;
    const result = readObject(body)?.result as Record<string, unknown> | undefined;
    const [method, uuid, signature] = [result?.method, result?.uuid, result?.signature].map(textOf);
    if (!method || !uuid || !signature || (result?.data as Data | undefined)?.status !== 'OK') return false;
    return this.signatures.isMerchants(method, uuid, result?.data, signature);
  }

  serve(app: FastifyInstance, desk: PspDesk, pageUrl: (page: string) => string): void {
    app.post('/trustly/api/1', async (ask: FastifyRequest<{ Body: Call | null }>, reply) =>
      sendAnswer(reply, await this.answer(ask.body ?? {}, desk, pageUrl)),
    );
  }

  private async answer(call: Call, desk: PspDesk, pageUrl: (page: string) => string): Promise<KeptAnswer> {
    const [method, uuid, signature] = [call.method, call.params?.UUID, call.params?.Signature].map(textOf);
    const data = (call.params?.Data ?? {}) as Data;
    if (!method || !uuid)
      return { status: 200, body: { version: '1.1', error: { name: 'JSONRPCError', code: 400 } } };
    const outcome = this.signatures.isMerchants(method, uuid, data, signature ?? '')
      ? await this.work(method, data, desk, pageUrl)
      : { code: 636, message: 'ERROR_UNABLE_TO_VERIFY_RSA_SIGNATURE' };
    if ('data' in outcome) {
      const result = {
        signature: this.signatures.sign(method, uuid, outcome.data),
        uuid,
        method,
        data: outcome.data,
      };
      const { lostUntilMs } = outcome;
      return {
        status: 200,
        body: { version: '1.1', result },
        ...(lostUntilMs !== undefined && { lostUntilMs }),
      };
    }
    const inner = { signature: this.signatures.sign(method, uuid, outcome), uuid, method, data: outcome };
    return {
      status: 200,
      body: { version: '1.1', error: { name: 'JSONRPCError', ...outcome, error: inner } },
    };
  }

  private async work(
    method: string,
    data: Data,
    desk: PspDesk,
    pageUrl: (page: string) => string,
  ): Promise<Outcome> {
    const { username, password } = this.access.credentials;
    if (data.Username !== username || data.Password !== password)
      return { code: 616, message: 'ERROR_INVALID_CREDENTIALS' };
    switch (method) {
      case 'Deposit':
        return this.deposit(data, desk, pageUrl);
      case 'RegisterAccount':
        return this.register(data);
      case 'AccountPayout':
        return this.payout(data, desk);
      case 'GetWithdrawals': {
        const payment = desk.book.get(textOf(data.OrderID));
        return { data: payment?.kind === 'withdrawal' ? [withdrawalRow(payment)] : [] };
      }
      case 'AccountLedger':
        return { data: ledger(desk, textOf(data.FromDate), textOf(data.ToDate), data.Currency) };
      default:
        return { code: 602, message: 'ERROR_FUNCTION_ACCESS_DENIED' };
    }
  }

  private async deposit(data: Data, desk: PspDesk, pageUrl: (page: string) => string): Promise<Outcome> {
    const attributes = (data.Attributes ?? {}) as Data;
    const ids = { id: newDigits(10), page: `trustly-${randomUUID()}`, instrument: newDigits(10) };
    const fresh = this.orderOf(data, attributes, { ...ids, returnUrl: textOf(attributes.SuccessURL) });
    if ('code' in fresh) return fresh;
    return this.take({ kind: 'deposit', ...fresh }, desk, (payment) => ({
      orderid: payment.id,
      url: pageUrl(payment.page),
    }));
  }

  private async payout(data: Data, desk: PspDesk): Promise<Outcome> {
    const instrument = textOf(data.AccountID);
    if (![...this.accounts.values()].includes(instrument))
      return { code: 633, message: 'ERROR_ACCOUNT_NOT_FOUND' };
    const ids = { id: newDigits(10), page: `trustly-${randomUUID()}`, instrument, returnUrl: '' };
    const fresh = this.orderOf(data, data, ids);
    if ('code' in fresh) return fresh;
    return this.take({ kind: 'withdrawal', ...fresh }, desk, (payment) => ({
      orderid: payment.id,
      result: '1',
    }));
  }

  private orderOf<Ids>(data: Data, money: Data, ids: Ids) {
    const [reference, currency] = [textOf(data.MessageID), textOf(money.Currency)];
    const amount = parseDecimal(textOf(money.Amount), currency);
    if (!amount.ok || amount.value === 0n) return { code: 615, message: 'ERROR_INVALID_AMOUNT' };
    if (reference === '') return { code: 623, message: 'ERROR_INVALID_PARAMETERS' };
    const payer = textOf(data.EndUserID);
    return { psp: 'trustly' as const, reference, asked: amount.value, currency, payer, ...ids };
  }

  private async take(
    fresh: NewPayment,
    desk: PspDesk,
    result: (payment: PspPayment) => object,
  ): Promise<Outcome> {
    if (triggerOf(fresh.asked) === 'refused') return { code: 638, message: 'ERROR_ENDUSER_IS_BLOCKED' };
    if (desk.book.of(fresh.reference) !== undefined)
      return { code: 637, message: 'ERROR_DUPLICATE_MESSAGE_ID' };
    // a second order stands in for one whose page got lost: its payer has not paid before seeing it
    const sure = fresh.reference.includes('.again-') ? { early: false } : {};
    const { body, lostUntilMs } = await desk.start(fresh, result, sure);
    return { data: body, ...(lostUntilMs !== undefined && { lostUntilMs }) };
  }

  /** The same account gets the same id. */
  private register(data: Data): Outcome {
    const iban = textOf(data.AccountNumber);
    if (!ibanPattern.test(iban) || textOf(data.ClearingHouse) === '')
      return { code: 623, message: 'ERROR_INVALID_BANK_ACCOUNT_NUMBER' };
    let accountid = this.accounts.get(iban);
    if (accountid === undefined) {
      accountid = newDigits(10);
      this.accounts.set(iban, accountid);
      const [oldest] = this.accounts.keys();
      if (this.accounts.size > mostAccounts && oldest !== undefined) this.accounts.delete(oldest);
    }
    return {
      data: {
        accountid,
        clearinghouse: textOf(data.ClearingHouse),
        bank: 'Sandbox Bank',
        descriptor: `***${iban.slice(-4)}`,
      },
    };
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '000+00');
}

function withdrawalRow(payment: PspPayment): object {
  const { id, status, currency, createdAtMs, instrument, moved, asked } = payment;
  return {
    reference: `TR${id}`,
    orderid: id,
    datestamp: timestamp(createdAtMs),
    transferstate: states[status],
    amount: formatDecimal(status === 'open' ? asked : moved || asked, currency),
    currency,
    accountid: instrument,
  };
}

/** What moved the merchant's account: settled deposits, and payouts from when they were accepted. */
function ledger(desk: PspDesk, from: string, to: string, currency: unknown): object[] {
  return desk.book.all().flatMap((payment) => {
    const { kind, status, moved, asked, id, reference, payer } = payment;
    const atMs = kind === 'deposit' ? payment.settledAtMs : payment.createdAtMs;
    const day = atMs === undefined ? '' : new Date(atMs).toISOString().slice(0, 10);
    const isThere = kind === 'withdrawal' || status === 'paid' || status === 'reversed';
    if (!isThere || day < from || day >= to || (currency !== null && currency !== payment.currency))
      return [];
    const amount = kind === 'deposit' ? moved : -(moved || asked);
    return [
      {
        userid: payer,
        datestamp: timestamp(atMs ?? 0),
        orderid: id,
        accountname: 'SUSPENSE_ACCOUNT_CLIENT_FUNDS_SANDBOX',
        messageid: reference,
        transactiontype:
          kind === 'deposit' ? 'User deposit of client funds' : 'User withdrawal of client funds',
        currency: payment.currency,
        amount: formatDecimal(amount, payment.currency),
      },
    ];
  });
}
