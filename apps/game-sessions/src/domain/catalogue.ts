import { createHash } from 'node:crypto';
import type { GameDto } from '@baize/contracts';

/** A game of the catalogue; one that is not offered keeps its id, so that rounds and late wins still find it. */
export interface Game extends GameDto {
  /** Not removed by its provider, and not switched off. */
  readonly enabled: boolean;
}

/** What a list says of one game. What it leaves out stays as it is known. */
export type ListedGame = Pick<Game, 'providerGameId' | 'name'> & Partial<GameFacts>;
export type GameFacts = Omit<GameDto, 'id' | 'provider' | 'providerGameId'>;

/** The facts that lists and imports may tell, in the order in which differences are shown. */
export const gameFacts = [
  'name',
  'category',
  'rtpBasisPoints',
  'rtpProfiles',
  'volatility',
  'currencies',
  'blockedCountries',
  'devices',
  'languages',
  'jurisdictions',
  'features',
  'liveTable',
  'demoAvailable',
] as const satisfies readonly (keyof GameFacts)[];

/** The id of a game that comes for the first time: the same in every installation, whenever it comes (RFC 9562, version 5). */
export function idOfGame(provider: string, providerGameId: string): string {
  const bytes = createHash('sha1')
    .update(catalogueNamespace)
    .update(`${provider}\n${providerGameId}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const catalogueNamespace = Buffer.from('6f0c1b0e9d1f4b0c8a5d2f6f4a3b7c11', 'hex');

/** What a launch asks of a game. */
export interface WantedPlay {
  readonly mode: 'real' | 'demo';
  readonly country: string;
  readonly currency: string;
  readonly device: string | undefined;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** Why a player cannot launch a game, or undefined when nothing stands against it. */
export function launchObstacle(game: Game, wanted: WantedPlay): string | undefined {
  if (!game.enabled) return 'The game is not offered at present.';
  if (wanted.mode === 'demo' && !game.demoAvailable) return 'The game has no demo mode.';
  if (game.blockedCountries.includes(wanted.country))
    return 'The game is not offered in the country of the player.';
  if (wanted.mode === 'real' && !game.currencies.includes(wanted.currency))
    return `The game cannot be played in ${wanted.currency}.`;
  if (wanted.device !== undefined && !game.devices.includes(wanted.device))
    return `The game does not run on a ${wanted.device}.`;
  if (!isTableOpen(game, wanted.nowMs)) return 'The table is closed at this time of the day.';
  return undefined;
}

/** Hours are UTC; a table that closes before it opens is open over midnight. */
function isTableOpen({ liveTable }: Pick<Game, 'liveTable'>, nowMs: number): boolean {
  const { opensAt, closesAt } = liveTable ?? {};
  if (opensAt === undefined || closesAt === undefined || opensAt === closesAt) return true;
  const now = new Date(nowMs).toISOString().slice(11, 16);
  return opensAt < closesAt ? opensAt <= now && now < closesAt : opensAt <= now || now < closesAt;
}
