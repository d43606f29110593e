import { appendAudit } from '@baize/audit';
import { ok, paymentCommands, type PaymentReply, type Result, type ReviewWithdrawal } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { statusOf, type Payment } from '../../domain/payment';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { PaymentRunner } from '../../payments/payment-runner';
import { PaymentSaga } from '../../payments/payment-saga';
import { PaymentWorker } from '../../payments/payment-worker';
import { approvalsOf, recordDecision } from '../../store/holds';
import { lockPayment } from '../../store/payments';

/** People decide on a withdrawal: an approval covers the reasons that they saw, what is raised later it does not. */
@Controller()
export class ReviewWithdrawalController {
  constructor(
    private readonly database: Database,
    private readonly saga: PaymentSaga,
    private readonly runner: PaymentRunner,
    private readonly worker: PaymentWorker,
  ) {}

  @Handles(paymentCommands.reviewWithdrawal)
  async handle(command: ReviewWithdrawal): Promise<Result<PaymentReply>> {
    const { paymentId, brand } = command;
    if (!isOurId(paymentId)) return refusal('wallet.payment-not-found');
    const decided = await this.database.transactions.run(async (db) => {
      const payment = await lockPayment(db, brand, paymentId);
      if (payment?.kind !== 'withdrawal') return refusal('wallet.payment-not-found');
      if (payment.state !== 'review') return refusal('wallet.payment-not-in-review');
      return this.decide(db, payment, command);
    });
    if (!decided.ok) return decided;
    const next = decided.value;
    if (next.state === 'submitted') this.worker.hurry(next.id, () => this.runner.start(next, true));
    return ok({ id: next.id, status: statusOf(next.state) });
  }

  private async decide(db: Db, payment: Payment, command: ReviewWithdrawal): Promise<Result<Payment>> {
    const { decision, reason, actor } = command;
    const by = `${actor.kind}:${actor.id}`;
    const approvals = await approvalsOf(db, payment.id);
    const covers = payment.reviewReasons;
    const hasSaidSo = approvals.some(
      (one) => one.actor === by && covers.every((why) => one.covers.includes(why)),
    );
    if (decision === 'approve' && hasSaidSo && this.runner.approversNeeded(payment) > 1)
      return refusal('wallet.same-approver');
    await recordDecision(db, payment.id, { decision, covers, reason, actor: by });
    await appendAudit(db, {
      ...{ brand: payment.brand, subject: payment.playerId, actor, action: `withdrawal.${decision}`, reason },
      details: { paymentId: payment.id, covers: covers.join(', ') },
    });
    if (decision === 'approve') return ok(await this.runner.check(db, payment));
    return ok(await this.saga.fail(db, payment, 'failed', { actor: by, text: `rejected: ${reason}` }));
  }
}
