import { randomInt } from 'node:crypto';
import { formatDecimal } from '@baize/money';
import type {
  PaymentQuery,
  PspReport,
  QueryAnswer,
  StartAnswer,
  StartDeposit,
  StartWithdrawal,
} from '../../domain/psp';
import { NoAnswer } from '../psp-http';
import { isObject, objectAt, textAt, type JsonObject } from '../psp-json';
import { fromTrustly } from './amount';
import { clearingHouseOf } from './clearing-houses';
import { againSuffix, paymentIdOf } from './message-id';
import type { RpcAnswer, TrustlyRpc } from './rpc';

const duplicateMessageId = '637';
const dayMs = 86_400_000;
/** Trustly's ledger is asked by days; clocks and time zones differ by less than one. */
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The calls to Trustly: Deposit, RegisterAccount and AccountPayout, GetWithdrawals and the account ledger. */
export class TrustlyCalls {
  constructor(
    private readonly rpc: TrustlyRpc,
    private readonly notificationUrl: string,
  ) {}

  async startDeposit(deposit: StartDeposit, deadlineMs: number): Promise<StartAnswer> {
    const first = await this.deposit(deposit, deposit.paymentId, deadlineMs);
    if (first.ok || first.code !== duplicateMessageId) return depositAnswer(first);
    // The first order's page never reached us, so nobody can pay it: another order takes its place.
    const again = `${deposit.paymentId}${againSuffix}${randomInt(2 ** 32)}`;
    const second = await this.deposit(deposit, again, deadlineMs);
    if (!second.ok && second.code === duplicateMessageId)
      throw new NoAnswer('a second order whose answer was lost');
    return depositAnswer(second);
  }

  async startWithdrawal(withdrawal: StartWithdrawal, deadlineMs: number): Promise<StartAnswer> {
    const accountId = await this.accountOf(withdrawal, deadlineMs);
    if (typeof accountId !== 'string') return accountId;
    const { paymentId, currency, amount, playerRef } = withdrawal;
    const answer = await this.rpc.call(
      'AccountPayout',
      {
        NotificationURL: this.notificationUrl,
        AccountID: accountId,
        EndUserID: playerRef,
        MessageID: paymentId,
        Amount: formatDecimal(amount, currency),
        Currency: currency,
      },
      deadlineMs,
    );
    if (answer.ok) return { status: 'accepted', pspReference: orderIdOf(answer.data) };
    if (answer.code !== duplicateMessageId) return refused(answer);
    // It was taken by an attempt whose answer was lost; the ledger knows its order.
    const known = await this.ledgerRow(
      { ...withdrawal, kind: 'withdrawal', startedAtMs: Date.now() },
      deadlineMs,
    );
    const pspReference = textAt(known, 'orderid');
    if (pspReference === undefined) throw new NoAnswer('a payout that the ledger does not show yet');
    return { status: 'accepted', pspReference };
  }

  query(payment: PaymentQuery, deadlineMs: number): Promise<QueryAnswer> {
    return payment.kind === 'deposit'
      ? this.findDeposit(payment, deadlineMs)
      : this.findPayout(payment, deadlineMs);
  }

  private deposit(deposit: StartDeposit, messageId: string, deadlineMs: number): Promise<RpcAnswer> {
    const { currency, amount, country, returnUrl, playerRef } = deposit;
    return this.rpc.call(
      'Deposit',
      {
        NotificationURL: this.notificationUrl,
        EndUserID: playerRef,
        MessageID: messageId,
        Attributes: {
          Amount: formatDecimal(amount, currency),
          Currency: currency,
          Locale: 'en_GB',
          SuccessURL: returnUrl,
          FailURL: returnUrl,
          ...(country !== undefined && { Country: country }),
        },
      },
      deadlineMs,
    );
  }

  /** Registering the same account again gives the same id. */
  private async accountOf(withdrawal: StartWithdrawal, deadlineMs: number): Promise<string | StartAnswer> {
    const { destination, playerRef } = withdrawal;
    if ('reference' in destination) return destination.reference;
    const house = clearingHouseOf(destination.iban);
    if (house === undefined)
      return { status: 'refused', code: 'country-not-supported', detail: 'no clearing house for this IBAN' };
    const answer = await this.rpc.call(
      'RegisterAccount',
      { EndUserID: playerRef, ClearingHouse: house, BankNumber: '', AccountNumber: destination.iban },
      deadlineMs,
    );
    if (!answer.ok) return refused(answer);
    const accountId = textAt(answer.data, 'accountid');
    if (accountId === undefined) throw new NoAnswer('an account without an id');
    return accountId;
  }

  /** The ledger has settled orders only: one that it does not show is still open, or was never made. */
  private async findDeposit(payment: PaymentQuery, deadlineMs: number): Promise<QueryAnswer> {
    const row = await this.ledgerRow(payment, deadlineMs);
    if (row !== undefined) {
      const pspReference = textAt(row, 'orderid') ?? payment.pspReference ?? payment.paymentId;
      return report(row, { pspReference, status: 'confirmed' });
    }
    const { pspReference, amount, currency } = payment;
    if (pspReference === undefined) return { found: false };
    return { found: true, pspReference, status: 'pending', amount, currency };
  }

  private async findPayout(payment: PaymentQuery, deadlineMs: number): Promise<QueryAnswer> {
    // a payout is taken from the account when it is accepted, so that the ledger shows it at once
    const orderId = payment.pspReference ?? textAt(await this.ledgerRow(payment, deadlineMs), 'orderid');
    if (orderId === undefined) return { found: false };
    const answer = await this.rpc.call('GetWithdrawals', { OrderID: orderId }, deadlineMs);
    if (!answer.ok) throw new NoAnswer(`GetWithdrawals: ${answer.code}`);
    const row = rowsOf(answer.data).find((each) => textAt(each, 'orderid') === orderId);
    if (row === undefined) return { found: false };
    const state = textAt(row, 'transferstate') ?? '';
    const status = transferStates[state] ?? 'pending';
    return report(row, { pspReference: orderId, status, reason: state.toLowerCase() });
  }

  private async ledgerRow(payment: PaymentQuery, deadlineMs: number): Promise<JsonObject | undefined> {
    const { startedAtMs, currency, kind, paymentId, pspReference } = payment;
    const period = { FromDate: dayOf(startedAtMs - dayMs), ToDate: dayOf(Date.now() + 2 * dayMs) };
    const answer = await this.rpc.call('AccountLedger', { ...period, Currency: currency }, deadlineMs);
    if (!answer.ok) throw new NoAnswer(`AccountLedger: ${answer.code}`);
    return rowsOf(answer.data).find((row) => {
      const money = fromTrustly(textAt(row, 'amount'), textAt(row, 'currency'), { allowNegative: true });
      if (money === undefined || textAt(row, 'accountname')?.includes('FEE')) return false;
      if (kind === 'deposit' ? money.amount <= 0n : money.amount >= 0n) return false;
      const messageId = textAt(row, 'messageid') ?? '';
      return textAt(row, 'orderid') === pspReference || paymentIdOf(messageId) === paymentId;
    });
  }
}

/** https://docs.trustly.com/api/getwithdrawals: all others are on the way. */
const transferStates: Readonly<Record<string, PspReport['status'] | undefined>> = {
  CONFIRMED: 'confirmed',
  BOUNCED: 'reversed',
  RETURNED: 'reversed',
  ERROR: 'failed',
  FAILED: 'failed',
};

function depositAnswer(answer: RpcAnswer): StartAnswer {
  if (!answer.ok) return refused(answer);
  const redirectUrl = textAt(answer.data, 'url');
  if (redirectUrl === undefined) throw new NoAnswer('an order without a page');
  return { status: 'accepted', pspReference: orderIdOf(answer.data), redirectUrl };
}

function orderIdOf(data: unknown): string {
  const orderId = textAt(data, 'orderid');
  if (orderId === undefined) throw new NoAnswer('an order without an id');
  return orderId;
}

function refused({ code, message }: RpcAnswer & { ok: false }): StartAnswer {
  return { status: 'refused', code, detail: /^[A-Z_]{1,80}$/.test(message) ? message : 'refused' };
}

function rowsOf(data: unknown): JsonObject[] {
  const rows = Array.isArray(data) ? data : [];
  return rows.filter((row): row is JsonObject => isObject(row) && objectAt(row) !== undefined);
}

/** The ledger writes payouts with a sign. */
function report(
  row: JsonObject,
  rest: { pspReference: string; status: PspReport['status']; reason?: string },
): QueryAnswer {
  const money = fromTrustly(textAt(row, 'amount')?.replace(/^-/, ''), textAt(row, 'currency'));
  if (money === undefined) throw new NoAnswer('an answer without a readable amount');
  return { found: true, ...money, ...rest };
}
