import { Database } from '@baize/persistence';
import { type DynamicModule, Module } from '@nestjs/common';
import { WalletConfig } from './config';
import { PostingEngine } from './store/posting-engine';
import { AdjustBalanceUseCase } from './use-cases/adjust-balance/adjust-balance';
import { AdjustBalanceController } from './use-cases/adjust-balance/adjust-balance.controller';
import { PostAdjustment } from './use-cases/adjust-balance/post-adjustment';
import { GetBalanceController } from './use-cases/get-balance/get-balance.controller';
import { GetHealthController } from './use-cases/get-health/get-health.controller';
import { ListAuditController } from './use-cases/list-audit/list-audit.controller';
import { ListTransactionsController } from './use-cases/list-transactions/list-transactions.controller';
import { OpenPlayerUseCase } from './use-cases/open-player/open-player';
import { OpenPlayerController } from './use-cases/open-player/open-player.controller';
import { PostMovementsUseCase } from './use-cases/post-movements/post-movements';
import { PostMovementsController } from './use-cases/post-movements/post-movements.controller';

/** What the module is given by the process that runs it. */
export interface WalletResources {
  readonly config: WalletConfig;
  readonly database: Database;
  readonly engine: PostingEngine;
}

@Module({
  controllers: [
    AdjustBalanceController,
    GetBalanceController,
    GetHealthController,
    ListAuditController,
    ListTransactionsController,
    OpenPlayerController,
    PostMovementsController,
  ],
  providers: [AdjustBalanceUseCase, OpenPlayerUseCase, PostAdjustment, PostMovementsUseCase],
})
export class WalletModule {
  static register({ config, database, engine }: WalletResources): DynamicModule {
    return {
      module: WalletModule,
      providers: [
        { provide: WalletConfig, useValue: config },
        { provide: Database, useValue: database },
        { provide: PostingEngine, useValue: engine },
      ],
    };
  }
}
