import { ok, refuse, type OpenPlayer, type PlayerOpened, type Result } from '@baize/contracts';
import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { restriction } from '../../domain/instruction';
import { isOurId } from '../../domain/player-id';
import { keepCountry } from '../../store/payments';
import { bitsOf } from '../../store/fence';
import { applyLimits, limitSetOf } from '../../store/limits';

interface AnchorRow {
  brand: string;
  default_currency: string;
}

/** Opens a player's anchor and first wallet. Asked again it changes nothing, but the epoch never goes back. */
@Injectable()
export class OpenPlayerUseCase {
  constructor(private readonly database: Database) {}

  async execute(command: OpenPlayer): Promise<Result<PlayerOpened>> {
    const { playerId, brand, currency, epoch, forbids = [], limits, country } = command;
    if (!isOurId(playerId)) return refuse('request.invalid', 'The player id must be a lower-case UUID.');
    return this.database.transactions.run(async (db) => {
      const [anchor] = await db.query<AnchorRow>(
        `INSERT INTO anchor AS a (player_id, brand, default_currency, epoch, restrictions) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (player_id) DO UPDATE SET epoch = greatest(a.epoch, excluded.epoch),
           restrictions = CASE WHEN a.epoch < excluded.epoch THEN a.restrictions & $6 | excluded.restrictions ELSE a.restrictions END
         RETURNING brand, default_currency`,
        [playerId, brand, currency, epoch, bitsOf(forbids), restriction.hasLimits],
      );
      if (anchor!.brand !== brand || anchor!.default_currency !== currency) {
        return refuse('wallet.player-already-open', 'The player is open with another brand or currency.');
      }
      await db.query(`INSERT INTO wallet (player_id, currency) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
        playerId,
        currency,
      ]);
      if (country !== undefined) await keepCountry(db, playerId, country);
      if (limits) await applyLimits(db, limitSetOf(playerId, limits));
      return ok({ playerId });
    });
  }
}
