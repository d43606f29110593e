import { randomUUID } from 'node:crypto';
import type { Funds, PaymentLine, PlatformPayment } from '../pay/compare-payments';
import { OperatorCallFailed, type LineItem, type OperatorClient } from './operator-client';

interface MoneyBody {
  readonly amount: number;
  readonly currency: string;
}
export interface DepositBody {
  readonly amount: MoneyBody;
  readonly method: string;
  readonly psp: string;
  readonly returnUrl: string;
}
export interface WithdrawalBody {
  readonly amount: MoneyBody;
  readonly method: string;
  readonly destination: { readonly iban: string } | { readonly reference: string };
}
interface PaymentItem {
  readonly id: string;
  readonly playerId: string;
  readonly kind: 'deposit' | 'withdrawal';
  readonly status: string;
  readonly amount: MoneyBody;
  readonly psp?: string;
  readonly pspReference?: string;
}
/** Payments over the operator's API. A definite refusal is an answer; everything else is asked again. */
export class PaymentsClient {
  constructor(private readonly operator: OperatorClient) {}

  deposit(
    playerId: string,
    body: DepositBody,
  ): Promise<{ id: string; redirectUrl?: string } | { refused: string }> {
    return this.start(`/v1/players/${playerId}/deposits`, body);
  }

  withdraw(playerId: string, body: WithdrawalBody): Promise<{ id: string } | { refused: string }> {
    return this.start(`/v1/players/${playerId}/withdrawals`, body);
  }

  /** Too late is an answer too. */
  async cancel(id: string): Promise<void> {
    await refusable(this.operator.call('POST', `/v1/withdrawals/${id}/cancel`, {}));
  }

  /** It may have left the review meanwhile. */
  async approve(id: string): Promise<void> {
    const body = { decision: 'approve', reason: 'sandbox' };
    await refusable(this.operator.call('POST', `/v1/withdrawals/${id}/reviews`, body));
  }

  async find(id: string): Promise<PlatformPayment | undefined> {
    try {
      return paymentOf(await this.operator.call<PaymentItem>('GET', `/v1/payments/${id}`));
    } catch (error) {
      if (error instanceof OperatorCallFailed && error.status === 404) return undefined;
      throw error;
    }
  }

  async paymentsOf(playerId: string): Promise<PlatformPayment[]> {
    return (await this.operator.items<PaymentItem>(`/v1/players/${playerId}/payments`)).map(paymentOf);
  }

  /** The whole account, oldest line first. */
  async lines(playerId: string): Promise<PaymentLine[]> {
    const items = await this.operator.items<LineItem>(`/v1/players/${playerId}/transactions`);
    return items.reverse().map(lineOf);
  }

  async funds(playerId: string, currency: string): Promise<Funds> {
    const path = `/v1/players/${playerId}/balance?currency=${currency}`;
    const { real, bonus, locked, total } = await this.operator.call<Record<keyof Funds, number>>('GET', path);
    return { real: BigInt(real), bonus: BigInt(bonus), locked: BigInt(locked), total: BigInt(total) };
  }

  /** One key for all attempts: an answer that got lost is asked for, not paid for again. */
  private start<T extends { id: string }>(path: string, body: object): Promise<T | { refused: string }> {
    return refusable(this.operator.call<T>('POST', path, body, randomUUID()));
  }
}

async function refusable<T>(call: Promise<T>): Promise<T | { refused: string }> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof OperatorCallFailed) return { refused: error.message };
    throw error;
  }
}

function paymentOf({ amount, ...item }: PaymentItem): PlatformPayment {
  return { ...item, amount: BigInt(amount.amount), currency: amount.currency };
}

function lineOf({ kind, sequence, amount, balanceAfter, funds, providerTxId }: LineItem): PaymentLine {
  const { real, bonus, locked } = funds;
  return {
    kind,
    sequence,
    amount: BigInt(amount),
    balanceAfter: BigInt(balanceAfter),
    funds: { real: BigInt(real), bonus: BigInt(bonus), locked: BigInt(locked) },
    ...(providerTxId !== undefined && { providerTxId }),
  };
}
