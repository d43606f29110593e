import { appendAudit } from '@baize/audit';
import { ok, paymentCommands, type DecideMismatch, type PaymentReply, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { statusOf, type Payment } from '../../domain/payment';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { PaymentSaga } from '../../payments/payment-saga';
import { recordDecision } from '../../store/holds';
import { openConfirmation } from '../../store/mismatches';
import { lockPayment } from '../../store/payments';

/** People end a deposit that a PSP confirmed for another amount: as the PSP says, or without a credit. */
@Controller()
export class DecideMismatchController {
  constructor(
    private readonly database: Database,
    private readonly saga: PaymentSaga,
  ) {}

  @Handles(paymentCommands.decideMismatch)
  async handle(command: DecideMismatch): Promise<Result<PaymentReply>> {
    const { paymentId, brand } = command;
    if (!isOurId(paymentId)) return refusal('wallet.payment-not-found');
    return this.database.transactions.run(async (db) => {
      const payment = await lockPayment(db, brand, paymentId);
      if (payment?.kind !== 'deposit') return refusal('wallet.payment-not-found');
      if (payment.state !== 'mismatched') return refusal('wallet.payment-not-in-review');
      const decided = await this.decide(db, payment, command);
      return decided.ok ? ok({ id: paymentId, status: statusOf(decided.value.state) }) : decided;
    });
  }

  private async decide(db: Db, payment: Payment, command: DecideMismatch): Promise<Result<Payment>> {
    const { decision, reason, actor } = command;
    const source = { actor: `${actor.kind}:${actor.id}`, text: `${decision}ed: ${reason}` };
    const reported = await openConfirmation(db, payment.id);
    if (decision === 'accept' && reported?.currency !== payment.currency)
      return refusal('wallet.currency-mismatch');
    await recordDecision(db, payment.id, { decision, covers: ['mismatch'], reason, actor: source.actor });
    await appendAudit(db, {
      ...{
        brand: payment.brand,
        subject: payment.playerId,
        actor,
        action: `deposit-mismatch.${decision}`,
        reason,
      },
      details: {
        paymentId: payment.id,
        reported: reported ? `${reported.amount} ${reported.currency}` : 'nothing',
      },
    });
    return ok(
      decision === 'accept' && reported
        ? await this.saga.confirm(db, payment, source, { amount: reported.amount })
        : await this.saga.fail(db, payment, 'failed', source),
    );
  }
}
