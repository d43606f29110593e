import { appendAudit } from '@baize/audit';
import { kycCommands, refuse, type Done, type Result, type SetRiskBand } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { fireRiskBand, withFile } from '../../kyc';
import { findPlayer } from '../../store/players';

@Controller()
export class SetRiskBandController {
  constructor(private readonly database: Database) {}

  @Handles(kycCommands.setRiskBand)
  async handle({ playerId, brand, band, reason, actor }: SetRiskBand): Promise<Result<Done>> {
    const player = await findPlayer(this.database, playerId, brand);
    if (!player) return refuse('identity.player-not-found', 'There is no such player.');
    await this.database.transactions.run(async (db) => {
      await withFile(db, playerId, (file) => fireRiskBand(db, file, band));
      await appendAudit(db, {
        subject: playerId,
        brand,
        actor,
        reason,
        action: 'risk-band.set',
        details: { band },
      });
    });
    return { ok: true, value: {} };
  }
}
