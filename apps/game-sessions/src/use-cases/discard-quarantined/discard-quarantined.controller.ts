import { appendAudit } from '@baize/audit';
import {
  ok,
  providerCommands,
  refuse,
  type DiscardQuarantined,
  type QuarantinedCallbackDto,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { isUuid } from '../../paging';
import { findQuarantined, markDiscarded } from '../../store/quarantine';

@Controller()
export class DiscardQuarantinedController {
  constructor(private readonly database: Database) {}

  @Handles(providerCommands.discardQuarantined)
  handle({ id, brand, form, actor }: DiscardQuarantined): Promise<Result<QuarantinedCallbackDto>> {
    return this.database.transactions.run(async (db) => {
      const found = isUuid(id) ? await findQuarantined(db, id, brand) : undefined;
      if (!found) return refuse('game-sessions.callback-not-found', 'There is no such quarantined callback.');
      const discarded = await markDiscarded(db, id, brand, { by: actor.id, reason: form.reason });
      if (!discarded) return refuse('game-sessions.callback-decided', 'It was replayed or discarded before.');
      const details = { provider: found.shown.provider, bodySha256: found.shown.bodySha256 };
      const action = 'quarantined-callback.discarded';
      await appendAudit(db, { subject: id, actor, action, brand, reason: form.reason, details });
      return ok(discarded);
    });
  }
}
