import { ok, paymentCommands, type Done, type Result, type SetHold } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { lookAtReviews } from '../../store/due-payments';
import { setHold } from '../../store/holds';
import { lockPlayer } from '../../store/payments';

/** Under the player's lock: a withdrawal is submitted before the hold is there, or is held by it. */
@Controller()
export class SetHoldController {
  constructor(private readonly database: Database) {}

  @Handles(paymentCommands.setHold)
  async handle({ playerId, brand, ...hold }: SetHold): Promise<Result<Done>> {
    if (!isOurId(playerId)) return refusal('wallet.player-not-found');
    return this.database.transactions.run(async (db) => {
      if (!(await lockPlayer(db, brand, playerId))) return refusal('wallet.player-not-found');
      await setHold(db, playerId, hold);
      if (!hold.held) await lookAtReviews(db, playerId);
      return ok({});
    });
  }
}
