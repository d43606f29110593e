import type { FreeRoundsDto } from '@baize/contracts';
import type { FreeRounds } from './domain/free-rounds';
import { isoTime } from './session-dto';

/** Free rounds as the API shows them. */
export function freeRoundsDto(rounds: FreeRounds): FreeRoundsDto {
  const { id, playerId, provider, gameId, currency, stake, status, consumed } = rounds;
  return {
    id,
    playerId,
    provider,
    gameId,
    currency,
    rounds: rounds.rounds,
    stake,
    status,
    consumed,
    won: Number(rounds.won),
    createdAt: isoTime(rounds.createdAtMs),
    expiresAt: isoTime(rounds.expiresAtMs),
    ...(rounds.grantedAtMs !== undefined && { grantedAt: isoTime(rounds.grantedAtMs) }),
    ...(rounds.endedAtMs !== undefined && { endedAt: isoTime(rounds.endedAtMs) }),
    ...(rounds.detail !== undefined && { detail: rounds.detail }),
  };
}
