import { identityQueries, refuse, type GetPlayer, type PlayerDto, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { PersonalData } from '../../crypto/personal-data';
import { findPlayer, type Profile } from '../../store/players';

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
    const person = { id: stored.personId, wrappedKey: stored.wrappedKey };
    const { device: _device, ...profile } = this.personalData.open(
      person,
      stored.profile,
      stored.id,
    ) as Profile;
    const { id, status, kycLevel, country, currency, consents, createdAt } = stored;
    return {
      ok: true,
      value: {
        ...{ id, brand, status, kycLevel, ...profile, country, currency, consents },
        createdAt: createdAt.toISOString(),
      },
    };
  }
}
