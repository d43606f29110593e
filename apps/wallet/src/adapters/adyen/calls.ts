// From their own files: the package's index loads every API of Adyen's, which costs each start more than a second.
import Client from '@adyen/api-library/lib/src/client';
import { EnvironmentEnum } from '@adyen/api-library/lib/src/config';
import { PaymentLinksApi } from '@adyen/api-library/lib/src/services/checkout/paymentLinksApi';
import { TransfersApi } from '@adyen/api-library/lib/src/services/transfers/transfersApi';
import { PaymentLinkRequest } from '@adyen/api-library/lib/src/typings/checkout/paymentLinkRequest';
import { TransferInfo } from '@adyen/api-library/lib/src/typings/transfers/transferInfo';
import type {
  PaymentQuery,
  PspReport,
  QueryAnswer,
  StartAnswer,
  StartDeposit,
  StartWithdrawal,
} from '../../domain/psp';
import { askTwice, NoAnswer } from '../psp-http';
import { fromAdyen, toAdyen } from './amount';
import { adyenHttp, AdyenRefusal } from './http';
import { transferStatus } from './transfer-status';

export interface AdyenAccount {
  readonly checkoutBase: URL;
  readonly transfersBase: URL;
  readonly apiKey: string;
  readonly merchantAccount: string;
  readonly balanceAccountId: string;
}

const clockSlackMs = 300_000;
const notRepresentable = {
  status: 'refused',
  code: 'amount-not-representable',
  detail: 'Adyen cannot move this amount in this currency',
} as const;

/** The calls to Adyen's APIs, through its official client: pay by link for deposits, transfers for withdrawals. */
export class AdyenCalls {
  constructor(private readonly account: AdyenAccount) {}

  async startDeposit(deposit: StartDeposit, deadlineMs: number): Promise<StartAnswer> {
    const amount = toAdyen(deposit);
    if (amount === undefined) return notRepresentable;
    const request = Object.assign(new PaymentLinkRequest(), {
      amount,
      merchantAccount: this.account.merchantAccount,
      reference: deposit.paymentId,
      shopperReference: deposit.playerRef,
      returnUrl: deposit.returnUrl,
      reusable: false,
      // the token is what a later withdrawal is paid to
      storePaymentMethodMode: PaymentLinkRequest.StorePaymentMethodModeEnum.Enabled,
      recurringProcessingModel: PaymentLinkRequest.RecurringProcessingModelEnum.CardOnFile,
      ...(deposit.country !== undefined && { countryCode: deposit.country }),
    });
    return refusable(deadlineMs, async (timeoutMs) => {
      const link = await this.links(timeoutMs).paymentLinks(request, keyOf(deposit.paymentId));
      if (!link.id || !link.url) throw new NoAnswer('a payment link without id or url');
      return { status: 'accepted', pspReference: link.id, redirectUrl: link.url };
    });
  }

  async startWithdrawal(withdrawal: StartWithdrawal, deadlineMs: number): Promise<StartAnswer> {
    const amount = toAdyen(withdrawal);
    if (amount === undefined) return notRepresentable;
    const { destination, paymentId, playerRef } = withdrawal;
    if (!('reference' in destination))
      return {
        status: 'refused',
        code: 'destination-not-supported',
        detail: 'paid out to a stored payment method only',
      };
    const request = Object.assign(new TransferInfo(), {
      amount,
      balanceAccountId: this.account.balanceAccountId,
      category: TransferInfo.CategoryEnum.Card,
      counterparty: {
        card: {
          cardIdentification: { storedPaymentMethodId: destination.reference },
          cardHolder: { reference: playerRef },
        },
      },
      reference: paymentId,
      description: 'Withdrawal',
    });
    return refusable(deadlineMs, async (timeoutMs) => {
      const { id, status, reason } = await this.transfers(timeoutMs).transferFunds(request, keyOf(paymentId));
      if (transferStatus(status) === 'failed')
        return { status: 'refused', code: reason ?? status, detail: 'the transfer was refused' };
      if (!id) throw new NoAnswer('a transfer without an id');
      return { status: 'accepted', pspReference: id };
    });
  }

  query(payment: PaymentQuery, deadlineMs: number): Promise<QueryAnswer> {
    return askTwice(deadlineMs, async (timeoutMs) => {
      try {
        return payment.kind === 'deposit'
          ? await this.findDeposit(payment, timeoutMs)
          : await this.findTransfer(payment, timeoutMs);
      } catch (error) {
        if (!(error instanceof AdyenRefusal)) throw error;
        if (error.status === 404) return { found: false };
        throw new NoAnswer(`HTTP ${error.status}`);
      }
    });
  }

  /** A link can be asked; the payment behind it, which has another id, is told by webhooks only. */
  private async findDeposit(payment: PaymentQuery, timeoutMs: number): Promise<QueryAnswer> {
    const { pspReference } = payment;
    // Links cannot be searched. One whose address never reached us reached nobody: it cannot be paid.
    if (pspReference === undefined) return { found: false };
    if (!pspReference.startsWith('PL')) throw new NoAnswer('only a payment link can be asked');
    const link = await this.links(timeoutMs).getPaymentLink(pspReference);
    const state: string = link.status;
    const status = state === 'completed' ? 'confirmed' : state === 'expired' ? 'failed' : 'pending';
    return report(link.amount, { pspReference, status, reason: state });
  }

  private async findTransfer(payment: PaymentQuery, timeoutMs: number): Promise<QueryAnswer> {
    const { pspReference, paymentId, startedAtMs } = payment;
    const transfers = this.transfers(timeoutMs);
    const found =
      pspReference === undefined
        ? await transfers
            .getAllTransfers(
              new Date(startedAtMs - clockSlackMs),
              new Date(Date.now() + clockSlackMs),
              undefined,
              undefined,
              this.account.balanceAccountId,
              undefined,
              paymentId,
            )
            .then(({ data }) => data?.find(({ reference }) => reference === paymentId))
        : await transfers.getTransfer(pspReference);
    if (found?.id === undefined) return { found: false };
    const { id, amount, status, reason } = found;
    return report(amount, { pspReference: id, status: transferStatus(status), reason: reason ?? status });
  }

  private links(timeoutMs: number): PaymentLinksApi {
    return new PaymentLinksApi(this.client(this.account.checkoutBase, timeoutMs));
  }

  private transfers(timeoutMs: number): TransfersApi {
    return new TransfersApi(this.client(this.account.transfersBase, timeoutMs));
  }

  /** The environment only chooses a host, which ours replaces. */
  private client(base: URL, timeoutMs: number): Client {
    const { apiKey } = this.account;
    return new Client({ apiKey, environment: EnvironmentEnum.TEST }, adyenHttp(base, apiKey, timeoutMs));
  }
}

function keyOf(paymentId: string): { idempotencyKey: string } {
  return { idempotencyKey: `baize-${paymentId}` };
}

function refusable(
  deadlineMs: number,
  send: (timeoutMs: number) => Promise<StartAnswer>,
): Promise<StartAnswer> {
  return askTwice(deadlineMs, async (timeoutMs) => {
    try {
      return await send(timeoutMs);
    } catch (error) {
      if (!(error instanceof AdyenRefusal)) throw error;
      return { status: 'refused', code: error.code, detail: error.message };
    }
  });
}

function report(
  amount: { value: number; currency: string },
  rest: { pspReference: string; status: PspReport['status']; reason: string },
): QueryAnswer {
  const money = fromAdyen(amount.value, amount.currency);
  if (money === undefined) throw new NoAnswer('an answer without a readable amount');
  return { found: true, ...money, ...rest };
}
