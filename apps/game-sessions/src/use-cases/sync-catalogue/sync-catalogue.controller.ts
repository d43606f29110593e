import { Controller } from '@nestjs/common';
import {
  gameSessionsCommands,
  type CatalogueRunDto,
  type Result,
  type SyncCatalogue,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { SyncCatalogueUseCase } from './sync-catalogue';

@Controller()
export class SyncCatalogueController {
  constructor(private readonly useCase: SyncCatalogueUseCase) {}

  @Handles(gameSessionsCommands.syncCatalogue)
  handle({ provider }: SyncCatalogue, { deadline }: RequestContext): Promise<Result<CatalogueRunDto>> {
    return this.useCase.execute(provider, deadline);
  }
}
