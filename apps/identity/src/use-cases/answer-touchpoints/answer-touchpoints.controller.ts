import {
  fenceQueries,
  ok,
  type AskRestrictionSequence,
  type ListRestrictions,
  type RestrictionPage,
  type RestrictionSequence,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { listChanges, newestSequence } from '../../store/fences';
import { recordQuestion } from '../../store/touchpoints';

const defaultLimit = 200;

/** What touchpoints ask; always of the primary database. */
@Controller()
export class AnswerTouchpointsController {
  constructor(private readonly database: Database) {}

  /**
   * The process is written down before the answer is read: whoever waits for everybody with a lease either finds it
   * there, or has committed a change that this answer holds already.
   */
  @Handles(fenceQueries.askRestrictionSequence)
  async ask(question: AskRestrictionSequence): Promise<Result<RestrictionSequence>> {
    await recordQuestion(this.database, question);
    return ok({ sequence: await newestSequence(this.database) });
  }

  @Handles(fenceQueries.listRestrictions)
  async list({ after, limit = defaultLimit }: ListRestrictions): Promise<Result<RestrictionPage>> {
    return ok({ items: await listChanges(this.database, after, limit) });
  }
}
