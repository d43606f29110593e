import { Controller } from '@nestjs/common';
import { gameSessionsCommands, type GamesImported, type ImportGames, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Catalogue } from '../../catalogue';
import { importGames } from './import-games';

@Controller()
export class ImportGamesController {
  constructor(
    private readonly database: Database,
    private readonly catalogue: Catalogue,
  ) {}

  @Handles(gameSessionsCommands.importGames)
  async handle(request: ImportGames): Promise<Result<GamesImported>> {
    const imported = await importGames(this.database, request);
    if (imported.ok) await this.catalogue.refresh();
    return imported;
  }
}
