import { Controller } from '@nestjs/common';
import { appendAudit } from '@baize/audit';
import {
  gameSessionsCommands,
  gameSessionsQueries,
  ok,
  refuse,
  type GameVisibility,
  type GetGameVisibility,
  type Result,
  type SetGameVisibility,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Catalogue } from '../../catalogue';
import { Providers } from '../../providers';
import { bumpCatalogue, loadVisibility, lockCatalogue, saveVisibility } from '../../store/games';

/** Where a brand shows a game. */
@Controller()
export class SetGameVisibilityController {
  constructor(
    private readonly database: Database,
    private readonly catalogue: Catalogue,
    private readonly providers: Providers,
  ) {}

  @Handles(gameSessionsCommands.setGameVisibility)
  async set({ brand, gameId, rules, actor }: SetGameVisibility): Promise<Result<GameVisibility>> {
    if (!this.has(brand, gameId)) return notFound;
    const markets = rules.map(({ market }) => market ?? '');
    if (new Set(markets).size < markets.length)
      return refuse('request.invalid', 'A market has two rules.', {
        errors: [{ path: '/rules', message: 'has two rules for a market' }],
      });
    await this.database.transactions.run(async (db) => {
      await lockCatalogue(db);
      await saveVisibility(db, { brand, gameId }, rules);
      await bumpCatalogue(db);
      const hidden = rules.filter(({ visible }) => !visible).map(({ market }) => market ?? '*');
      const shown = rules.filter(({ visible }) => visible).map(({ market }) => market ?? '*');
      const details = { hidden, shown };
      await appendAudit(db, { brand, subject: gameId, actor, action: 'game-visibility.set', details });
    });
    await this.catalogue.refresh();
    return ok({ gameId, rules });
  }

  @Handles(gameSessionsQueries.getGameVisibility)
  async get({ brand, gameId }: GetGameVisibility): Promise<Result<GameVisibility>> {
    if (!this.has(brand, gameId)) return notFound;
    const all = await loadVisibility(this.database);
    const rules = all
      .filter((rule) => rule.brand === brand && rule.gameId === gameId)
      .map(({ market, visible }) => ({ visible, ...(market !== undefined && { market }) }));
    return ok({ gameId, rules });
  }

  /** Hidden games and those that are not offered now are found too: their rules can be changed. */
  private has(brand: string, gameId: string): boolean {
    const game = this.catalogue.find(gameId);
    return game !== undefined && this.providers.find(brand, game.provider) !== undefined;
  }
}

const notFound = refuse('game-sessions.game-not-found', 'The brand has no such game.');
