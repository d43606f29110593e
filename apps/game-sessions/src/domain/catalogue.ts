import type { GameDto, ListGames } from '@baize/contracts';

/** A game of the catalogue; a disabled one keeps its id, so that rounds and late wins still find it. */
export interface Game extends GameDto {
  readonly enabled: boolean;
}

export type GameFilter = Omit<ListGames, 'brand' | 'limit' | 'cursor'>;

/** Whether a listed game passes every given filter. */
export function matches(game: Game, filter: GameFilter): boolean {
  return (
    game.enabled &&
    (filter.provider === undefined || game.provider === filter.provider) &&
    (filter.category === undefined || game.category === filter.category) &&
    (filter.country === undefined || !game.blockedCountries.includes(filter.country)) &&
    (filter.currency === undefined || game.currencies.includes(filter.currency)) &&
    (filter.device === undefined || game.devices.includes(filter.device)) &&
    (filter.q === undefined || game.name.toLowerCase().includes(filter.q.toLowerCase()))
  );
}

/** Why a player cannot launch a game, or undefined when nothing stands against it. */
export function launchObstacle(
  game: Game,
  wanted: { mode: 'real' | 'demo'; country: string; currency: string; device: string | undefined },
): string | undefined {
  if (!game.enabled) return 'The game is not offered at present.';
  if (wanted.mode === 'demo' && !game.demoAvailable) return 'The game has no demo mode.';
  if (game.blockedCountries.includes(wanted.country))
    return 'The game is not offered in the country of the player.';
  if (wanted.mode === 'real' && !game.currencies.includes(wanted.currency))
    return `The game cannot be played in ${wanted.currency}.`;
  if (wanted.device !== undefined && !game.devices.includes(wanted.device))
    return `The game does not run on a ${wanted.device}.`;
  return undefined;
}
