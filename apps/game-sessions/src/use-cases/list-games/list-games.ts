import { ok, type GameDto, type GamePage, type ListGames, type Result } from '@baize/contracts';
import type { Catalogue } from '../../catalogue';
import { matches, type Game } from '../../domain/catalogue';
import { decodeCursor, defaultPageSize, toPage } from '../../paging';
import type { Providers } from '../../providers';

/** The brand's catalogue by name, from memory. */
export class ListGamesUseCase {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: Providers,
  ) {}

  execute({ brand, limit = defaultPageSize, cursor, ...filter }: ListGames): Result<GamePage> {
    const after = decodeCursor(cursor, (text) => text.length <= 200);
    if (!after.ok) return after;
    const found: Game[] = [];
    for (const game of this.catalogue.all()) {
      if (after.value && !isAfter(game, after.value)) continue;
      if (!matches(game, filter) || !this.providers.find(brand, game.provider)) continue;
      found.push(game);
      if (found.length > limit) break;
    }
    return ok(toPage(found, limit, ({ name, id }) => ({ at: name, id }), toDto));
  }
}

function isAfter(game: Game, position: { at: string; id: string }): boolean {
  return game.name === position.at ? game.id > position.id : game.name > position.at;
}

function toDto({ enabled: _enabled, ...game }: Game): GameDto {
  return game;
}
