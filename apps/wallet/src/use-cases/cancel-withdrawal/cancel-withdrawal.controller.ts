import { ok, paymentCommands, type CancelWithdrawal, type PaymentReply, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { statusOf } from '../../domain/payment';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { PaymentRules } from '../../payments/payment-settings';
import { PaymentSaga } from '../../payments/payment-saga';
import { lockPayment } from '../../store/payments';

/** Gives the funds back until submission, where the player's market allows it. Asked again it says the same. */
@Controller()
export class CancelWithdrawalController {
  constructor(
    private readonly database: Database,
    private readonly saga: PaymentSaga,
    private readonly rules: PaymentRules,
  ) {}

  @Handles(paymentCommands.cancelWithdrawal)
  async handle({ paymentId, brand, ownerId, actor }: CancelWithdrawal): Promise<Result<PaymentReply>> {
    if (!isOurId(paymentId)) return refusal('wallet.payment-not-found');
    return this.database.transactions.run(async (db) => {
      const payment = await lockPayment(db, brand, paymentId);
      const isTheirs = ownerId === undefined || payment?.playerId === ownerId;
      if (payment?.kind !== 'withdrawal' || !isTheirs) return refusal('wallet.payment-not-found');
      if (payment.state === 'cancelled') return ok({ id: paymentId, status: 'cancelled' as const });
      if (payment.country !== null && this.rules.noCancelCountries.includes(payment.country))
        return refusal('wallet.cancel-not-allowed');
      if (payment.state !== 'reserved' && payment.state !== 'review')
        return refusal('wallet.payment-not-cancellable');
      const by = `${actor.kind}:${actor.id}`;
      const next = await this.saga.fail(db, payment, 'cancelled', {
        actor: by,
        text: `cancelled by ${actor.kind}`,
      });
      return ok({ id: paymentId, status: statusOf(next.state) });
    });
  }
}
