import { identityQueries, refuse, type GetPlayer, type PlayerDto, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { PersonalData } from '../../crypto/personal-data';
import { playerDtoOf } from '../../player-dto';
import { findPlayer } from '../../store/players';

@Controller()
export class GetPlayerController {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  @Handles(identityQueries.getPlayer)
  async handle({ playerId, brand }: GetPlayer): Promise<Result<PlayerDto>> {
    const stored = await findPlayer(this.database, playerId, brand);
    if (!stored) return refuse('identity.player-not-found', 'There is no such player.');
    return { ok: true, value: playerDtoOf(stored, this.personalData) };
  }
}
