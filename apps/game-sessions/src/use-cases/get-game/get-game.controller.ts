import { Controller } from '@nestjs/common';
import { gameSessionsQueries, ok, refuse, type GameDto, type GetGame, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Catalogue } from '../../catalogue';
import type { Game } from '../../domain/catalogue';
import { ProviderWatch } from '../../provider-watch';
import { Providers } from '../../providers';

/** One game that the brand shows. */
@Controller()
export class GetGameController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: Providers,
    private readonly watch: ProviderWatch,
  ) {}

  @Handles(gameSessionsQueries.getGame)
  handle({ brand, gameId }: GetGame): Result<GameDto> {
    const game = this.catalogue.find(gameId);
    if (!game?.enabled || !this.isShown(brand, game))
      return refuse('game-sessions.game-not-found', 'The brand has no such game.');
    const { enabled: _enabled, ...shown } = game;
    return ok(shown);
  }

  private isShown(brand: string, game: Game): boolean {
    return (
      this.providers.find(brand, game.provider) !== undefined &&
      !this.watch.isHidden(brand, game.provider) &&
      this.catalogue.isVisible(game, brand)
    );
  }
}
