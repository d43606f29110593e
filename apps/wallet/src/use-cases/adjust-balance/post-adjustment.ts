import { appendAudit } from '@baize/audit';
import { ok, refuse, type AdjustmentReply, type Result } from '@baize/contracts';
import { activeTraceparent } from '@baize/messaging';
import { Database, storeAnswer, type Db } from '@baize/persistence';
import { tryEach } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { compileAdjustment } from '../../domain/compile';
import { refusal } from '../../domain/refusals';
import {
  findOrphans,
  findRefusal,
  lockAdjustment,
  markDecided,
  type Adjustment,
} from '../../store/adjustments';
import { PostingEngine } from '../../store/posting-engine';

/** Takes an adjustment in posting to its end. Its id is its identity in the ledger, so any number of tries post it once. */
@Injectable()
export class PostAdjustment {
  constructor(
    private readonly database: Database,
    private readonly engine: PostingEngine,
  ) {}

  /**
   * Holds the adjustment while it posts: a refusal is not final for the ledger, so of a request and the sweeper at once
   * one could be refused for want of funds and the other post.
   *
   * @throws PostingFault when there is no verdict; the sweeper goes on with it then
   */
  async execute({ id, brand }: Adjustment): Promise<Result<AdjustmentReply>> {
    return this.database.transactions.run(async (db) => {
      const adjustment = await lockAdjustment(db, brand, id);
      if (adjustment?.status !== 'posting') return decidedBefore(db, id, adjustment?.status === 'posted');
      const answer = await this.post(adjustment);
      await markDecided(db, id, answer.ok ? 'posted' : 'refused');
      await appendAudit(db, {
        ...{ brand, subject: adjustment.playerId, actor: { kind: 'system', id: 'wallet' } },
        action: answer.ok ? 'adjustment.posted' : 'adjustment.refused',
        details: { adjustmentId: id, ...(!answer.ok && { code: answer.error.code }) },
      });
      await storeAnswer(db, id, answer);
      return answer;
    });
  }

  private async post(adjustment: Adjustment): Promise<Result<AdjustmentReply>> {
    const { id, currency, approvedBy, requestedBy, createdAt } = adjustment;
    const actor = approvedBy === null ? requestedBy : `${requestedBy}, approved by ${approvedBy}`;
    const unit = compileAdjustment(
      { ...adjustment, actor, receivedAt: createdAt.toISOString() },
      { newId: uuidv7, traceparent: activeTraceparent() },
    );
    const verdict = await this.engine.post(unit);
    return 'refused' in verdict
      ? refusal(verdict.refused, currency, verdict.balance)
      : ok({ id, status: 'posted' });
  }

  /** Finishes what crashed processes left. */
  async sweep(olderThanMs: number): Promise<void> {
    await tryEach(await findOrphans(this.database, olderThanMs), (orphan) => this.execute(orphan));
  }
}

async function decidedBefore(db: Db, id: string, posted: boolean): Promise<Result<AdjustmentReply>> {
  if (posted) return ok({ id, status: 'posted' });
  const refused = await findRefusal(db, id);
  return refused ?? refuse('wallet.adjustment-already-decided', 'The adjustment was refused before.');
}
