import { ok, type GameDto, type GamePage, type ListGames, type Result } from '@baize/contracts';
import type { Catalogue } from '../../catalogue';
import type { Game } from '../../domain/catalogue';
import { decodeCursor, defaultPageSize, toPage, withinReply } from '../../paging';
import type { ProviderWatch } from '../../provider-watch';
import type { Providers } from '../../providers';

/** The brand's catalogue by name, from memory: the games of its providers, as far as it shows them. */
export class ListGamesUseCase {
  constructor(
    private readonly catalogue: Pick<Catalogue, 'search' | 'isVisible'>,
    private readonly providers: Providers,
    private readonly watch: Pick<ProviderWatch, 'isHidden'>,
  ) {}

  execute({ brand, limit = defaultPageSize, cursor, ...filter }: ListGames): Result<GamePage> {
    const position = decodeCursor(cursor, (text) => text.length <= 200);
    if (!position.ok) return position;
    const after = position.value && { name: position.value.at, id: position.value.id };
    const also = (game: Game) =>
      this.providers.find(brand, game.provider) !== undefined &&
      !this.watch.isHidden(brand, game.provider) &&
      this.catalogue.isVisible(game, brand, filter.country);
    const found = this.catalogue.search(filter, { after, limit: limit + 1, also });
    const items = withinReply(found.slice(0, limit).map(gameDto));
    const { nextCursor } = toPage(found, items.length, ({ name, id }) => ({ at: name, id }), gameDto);
    return ok({ items, ...(nextCursor !== undefined && { nextCursor }) });
  }
}

function gameDto({ enabled: _enabled, ...game }: Game): GameDto {
  return game;
}
