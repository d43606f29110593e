import { ok, type AdjustmentReply, type Result } from '@baize/contracts';
import { activeTraceparent } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { compileAdjustment } from '../../domain/compile';
import { refusal } from '../../domain/refusals';
import { findOrphans, markDecided, type Adjustment } from '../../store/adjustments';
import { storeAnswer } from '../../store/idempotency';
import { PostingEngine } from '../../store/posting-engine';

/** Takes an adjustment in posting to its end. Its id is its identity in the ledger, so any number of tries post it once. */
@Injectable()
export class PostAdjustment {
  constructor(
    private readonly database: Database,
    private readonly engine: PostingEngine,
  ) {}

  /** @throws PostingFault when there is no verdict; the sweeper goes on with it then */
  async execute(adjustment: Adjustment): Promise<Result<AdjustmentReply>> {
    const { id, currency, approvedBy, requestedBy, createdAt } = adjustment;
    const actor = approvedBy === null ? requestedBy : `${requestedBy}, approved by ${approvedBy}`;
    const unit = compileAdjustment(
      { ...adjustment, actor, receivedAt: createdAt.toISOString() },
      { newId: uuidv7, traceparent: activeTraceparent() },
    );
    const verdict = await this.engine.post(unit);
    const answer: Result<AdjustmentReply> =
      'refused' in verdict
        ? refusal(verdict.refused, currency, verdict.balance)
        : ok({ id, status: 'posted' });
    await this.database.transactions.run(async (db) => {
      await markDecided(db, id, answer.ok ? 'posted' : 'refused');
      await storeAnswer(db, id, answer);
    });
    return answer;
  }

  /** Finishes what crashed processes left. */
  async sweep(olderThanMs: number): Promise<void> {
    for (const orphan of await findOrphans(this.database, olderThanMs)) await this.execute(orphan);
  }
}
