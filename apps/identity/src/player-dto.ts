import type { PlayerDto } from '@baize/contracts';
import type { PersonalData } from './crypto/personal-data';
import type { Profile, StoredPlayer } from './store/players';

/** A player as callers see it, opened. */
export function playerDtoOf(stored: StoredPlayer, personalData: PersonalData): PlayerDto {
  const person = { id: stored.personId, wrappedKey: stored.wrappedKey };
  const opened = personalData.open(person, stored.profile, stored.id) as Profile;
  const { device: _device, ...profile } = opened;
  const { id, brand, status, kycLevel, country, currency, consents, createdAt } = stored;
  return {
    ...{ id, brand, status, kycLevel, ...profile, country, currency, consents },
    createdAt: createdAt.toISOString(),
  };
}
