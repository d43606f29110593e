import { Database } from '@baize/persistence';
import { type DynamicModule, Module } from '@nestjs/common';
import { WalletConfig } from './config';
import { Instruments } from './payments/instruments';
import { PaymentRunner } from './payments/payment-runner';
import { PaymentSaga } from './payments/payment-saga';
import { PaymentRules } from './payments/payment-settings';
import { PaymentWorker } from './payments/payment-worker';
import { PspDesk } from './payments/psp-desk';
import type { Payments } from './payments/payments';
import { PostingEngine } from './store/posting-engine';
import { AdjustBalanceUseCase } from './use-cases/adjust-balance/adjust-balance';
import { AdjustBalanceController } from './use-cases/adjust-balance/adjust-balance.controller';
import { PostAdjustment } from './use-cases/adjust-balance/post-adjustment';
import { CancelWithdrawalController } from './use-cases/cancel-withdrawal/cancel-withdrawal.controller';
import { ApplyLimitsController } from './use-cases/apply-limits/apply-limits.controller';
import { ApplyRestrictionController } from './use-cases/apply-restriction/apply-restriction.controller';
import { GetBalanceController } from './use-cases/get-balance/get-balance.controller';
import { GetHealthController } from './use-cases/get-health/get-health.controller';
import { ListAuditController } from './use-cases/list-audit/list-audit.controller';
import { HandlePaymentCallbackUseCase } from './use-cases/handle-payment-callback/handle-payment-callback';
import { HandlePaymentCallbackController } from './use-cases/handle-payment-callback/handle-payment-callback.controller';
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
import { ReadPaymentsController } from './use-cases/read-payments/read-payments.controller';
import { RequestDepositUseCase } from './use-cases/request-deposit/request-deposit';
import { RequestDepositController } from './use-cases/request-deposit/request-deposit.controller';
import { RequestWithdrawalUseCase } from './use-cases/request-withdrawal/request-withdrawal';
import { RequestWithdrawalController } from './use-cases/request-withdrawal/request-withdrawal.controller';
import { DecideMismatchController } from './use-cases/review-payment/decide-mismatch.controller';
import { ReviewWithdrawalController } from './use-cases/review-payment/review-withdrawal.controller';
import { SetHoldController } from './use-cases/set-hold/set-hold.controller';

/** What the module is given by the process that runs it. */
export interface WalletResources {
  readonly config: WalletConfig;
  readonly database: Database;
  readonly engine: PostingEngine;
  readonly payments: Payments;
}

@Module({
  controllers: [
    AdjustBalanceController,
    CancelWithdrawalController,
    DecideMismatchController,
    ApplyLimitsController,
    ApplyRestrictionController,
    GetBalanceController,
    GetHealthController,
    ListAuditController,
    HandlePaymentCallbackController,
    ListTransactionsController,
    OpenPlayerController,
    PostMovementsController,
    GetStatementController,
    ListHouseAccountsController,
    ListWalletsController,
    OpenWalletController,
    TransferHouseFundsController,
    ReadPaymentsController,
    RequestDepositController,
    RequestWithdrawalController,
    ReviewWithdrawalController,
    SetHoldController,
  ],
  providers: [
    AdjustBalanceUseCase,
    HandlePaymentCallbackUseCase,
    OpenPlayerUseCase,
    PostAdjustment,
    PostMovementsUseCase,
    RequestDepositUseCase,
    RequestWithdrawalUseCase,
  ],
})
export class WalletModule {
  static register({ config, database, engine, payments }: WalletResources): DynamicModule {
    return {
      module: WalletModule,
      providers: [
        { provide: WalletConfig, useValue: config },
        { provide: Database, useValue: database },
        { provide: PostingEngine, useValue: engine },
        { provide: PaymentRules, useValue: payments.rules },
        { provide: Instruments, useValue: payments.instruments },
        { provide: PspDesk, useValue: payments.desk },
        { provide: PaymentSaga, useValue: payments.saga },
        { provide: PaymentRunner, useValue: payments.runner },
        { provide: PaymentWorker, useValue: payments.worker },
      ],
    };
  }
}
