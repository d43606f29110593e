import { ok, paymentEvents, type PaymentReply, type RequestWithdrawal, type Result } from '@baize/contracts';
import { Database, oncePerKey, type Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { isInRange } from '../../domain/payment-amount';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { Instruments, mask } from '../../payments/instruments';
import { PaymentRules } from '../../payments/payment-settings';
import { PaymentRunner } from '../../payments/payment-runner';
import { PaymentSaga } from '../../payments/payment-saga';
import { postPayment } from '../../store/payment-postings';
import { countPayments, insertPayment, lockPlayer } from '../../store/payments';
import { playerEvent } from '../../store/player-events';
import { findWallet } from '../../store/wallets';
import { destinationReference } from './destination';

type Answer = Result<PaymentReply>;

/** Locks the funds of a withdrawal, in one transaction with its key and its answer. The worker takes it from there. */
@Injectable()
export class RequestWithdrawalUseCase {
  constructor(
    private readonly database: Database,
    private readonly runner: PaymentRunner,
    private readonly saga: PaymentSaga,
    private readonly rules: PaymentRules,
    private readonly instruments: Instruments,
  ) {}

  execute(command: RequestWithdrawal): Promise<Answer> {
    return this.database.transactions.run(async (db) => {
      const { brand, idempotency } = command;
      const scope = { ...idempotency, brand, operation: 'request-withdrawal' };
      return oncePerKey<PaymentReply>(db, scope, (id) => this.reserve(db, id, command));
    });
  }

  /** No restriction forbids it: it is the player's own money. */
  private async reserve(db: Db, id: string, command: RequestWithdrawal): Promise<Answer> {
    const { brand, playerId, method } = command;
    const { currency } = command.amount;
    const amount = BigInt(command.amount.amount);
    const { minWithdrawal: min, maxWithdrawal: max } = this.rules.amounts;
    if (!isInRange(amount, currency, { min, max })) return refusal('wallet.amount-out-of-range');
    const reference = destinationReference(method, command.destination);
    if (reference === undefined) return refusal('wallet.invalid-destination');
    const player = isOurId(playerId) ? await lockPlayer(db, brand, playerId) : undefined;
    if (!player) return refusal('wallet.player-not-found');
    const found = await findWallet(db, brand, playerId, currency);
    if (!found.player || !found.wallet) return refusal('wallet.currency-mismatch');
    if (found.wallet.real < 0n) return refusal('wallet.debt-outstanding', currency, found.wallet);
    const { country } = player;
    const fresh = { id, brand, playerId, kind: 'withdrawal' as const, amount, currency, method, country };
    const choice = this.runner.choose({ ...fresh, wantedPsp: null, tried: [] });
    if ('none' in choice && choice.none === 'unsupported')
      return refusal('wallet.payment-method-unsupported');
    const actor = `${command.actor.kind}:${command.actor.id}`;
    const verdict = await postPayment(db, { ...fresh, psp: null }, 'withdrawal-reserve', {
      ...{ actor, source: 'withdrawal' },
    });
    if ('refused' in verdict) return refusal(verdict.refused, currency, verdict.balance);
    const payment = await insertPayment(
      db,
      {
        ...fresh,
        ...{ state: 'reserved', wantedPsp: null, psp: null },
        ...this.instruments.keep(brand, { reference, masked: mask(reference) }),
      },
      [
        { state: 'requested', reason: 'requested', actor },
        { state: 'reserved', reason: 'funds are locked', actor: 'system:wallet' },
      ],
      this.rules.timing,
    );
    const ordinal = await countPayments(db, playerId, 'withdrawal', null);
    const data = { ...this.saga.event(payment), transactionId: verdict.transactionId, ordinal };
    await this.saga.tell(db, payment, playerEvent(paymentEvents.withdrawalRequested, data));
    return ok({ id, status: 'pending' });
  }
}
