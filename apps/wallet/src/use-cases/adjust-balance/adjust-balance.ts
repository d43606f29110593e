import { appendAudit } from '@baize/audit';
import {
  ok,
  refuse,
  type AdjustBalance,
  type AdjustmentReply,
  type ApproveAdjustment,
  type Result,
} from '@baize/contracts';
import { exponentOf } from '@baize/money';
import { claimKey, Database, storeAnswer, type Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { WalletConfig } from '../../config';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { insertAdjustment, lockAdjustment, markApproved, type Adjustment } from '../../store/adjustments';
import { findWallet } from '../../store/wallets';
import { PostAdjustment } from './post-adjustment';

type Answer = Result<AdjustmentReply>;
/** What the first transaction leaves to do. */
type Next = { readonly answer: Answer } | { readonly post: Adjustment };

/** A manual adjustment of real money; above the configured amount a second person approves it. */
@Injectable()
export class AdjustBalanceUseCase {
  constructor(
    private readonly database: Database,
    private readonly postAdjustment: PostAdjustment,
    private readonly config: WalletConfig,
  ) {}

  async adjust(command: AdjustBalance): Promise<Answer> {
    const next = await this.database.transactions.run((db) => this.accept(db, command));
    return 'answer' in next ? next.answer : this.postAdjustment.execute(next.post);
  }

  async approve({ adjustmentId, brand, actor }: ApproveAdjustment): Promise<Answer> {
    if (!isOurId(adjustmentId)) return notFound();
    const approver = `${actor.kind}:${actor.id}`;
    const next = await this.database.transactions.run(async (db): Promise<Next> => {
      const adjustment = await lockAdjustment(db, brand, adjustmentId);
      if (!adjustment) return { answer: notFound() };
      if (adjustment.requestedBy === approver) {
        return {
          answer: refuse('wallet.same-approver', 'Someone else than who asked for it must approve it.'),
        };
      }
      // The same approver again after a lost answer: go on with it, or say again what became of it.
      if (adjustment.approvedBy === approver && adjustment.status !== 'refused') return { post: adjustment };
      if (adjustment.status !== 'awaiting-approval') {
        return { answer: refuse('wallet.adjustment-already-decided', 'The adjustment was decided before.') };
      }
      await appendAudit(db, {
        ...{ brand, subject: adjustment.playerId, actor, action: 'adjustment.approved' },
        details: { adjustmentId, requestedBy: adjustment.requestedBy },
      });
      return { post: await markApproved(db, adjustmentId, approver) };
    });
    return 'answer' in next ? next.answer : this.postAdjustment.execute(next.post);
  }

  /** The first transaction: the key, the adjustment, and the answer where it is final already. */
  private async accept(db: Db, command: AdjustBalance): Promise<Next> {
    const { brand, playerId, amount, reason, actor, idempotency } = command;
    const id = uuidv7();
    const scope = { ...idempotency, brand, operation: 'adjust-balance' };
    const known = await claimKey<AdjustmentReply>(db, scope, id);
    if (known) return { answer: known };
    const final = async (answer: Answer): Promise<Next> => {
      await storeAnswer(db, id, answer);
      return { answer };
    };
    if (amount.amount === 0) return final(refusal('wallet.amount-out-of-range'));
    const found = isOurId(playerId)
      ? await findWallet(db, brand, playerId, amount.currency)
      : { player: false as const };
    if (!found.player) return final(refusal('wallet.player-not-found'));
    if (!found.wallet) return final(refusal('wallet.currency-mismatch'));
    const adjustment = await insertAdjustment(db, {
      ...{ id, brand, playerId, currency: amount.currency, amount: BigInt(amount.amount), reason },
      requestedBy: `${actor.kind}:${actor.id}`,
      status: this.needsApproval(amount) ? 'awaiting-approval' : 'posting',
    });
    await appendAudit(db, {
      ...{ brand, subject: playerId, actor, action: 'adjustment.requested', reason },
      details: { adjustmentId: id, ...amount, needsApproval: adjustment.status !== 'posting' },
    });
    return adjustment.status === 'posting'
      ? { post: adjustment }
      : final(ok({ id, status: 'awaiting-approval' as const }));
  }

  private needsApproval({ amount, currency }: AdjustBalance['amount']): boolean {
    const exponent = exponentOf(currency) ?? 2;
    return BigInt(Math.abs(amount)) > BigInt(this.config.adjustmentApprovalAbove) * 10n ** BigInt(exponent);
  }
}

function notFound(): Answer {
  return refuse('wallet.adjustment-not-found', 'There is no such adjustment.');
}
