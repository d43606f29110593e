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
import { GetStatementController } from './use-cases/get-statement/get-statement.controller';
import { ListHouseAccountsController } from './use-cases/list-house-accounts/list-house-accounts.controller';
import { ListWalletsController } from './use-cases/list-wallets/list-wallets.controller';
import { OpenWalletController } from './use-cases/open-wallet/open-wallet.controller';
import { TransferHouseFundsController } from './use-cases/transfer-house-funds/transfer-house-funds.controller';

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
    GetStatementController,
    ListHouseAccountsController,
    ListWalletsController,
    OpenWalletController,
    TransferHouseFundsController,
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
