import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { RequestClient } from '@baize/messaging';
import { Database } from '@baize/persistence';
import type { Logger } from '@baize/runtime';
import { Catalogue } from './catalogue';
import { FreeRoundLog } from './free-round-log';
import { FreeRoundOrders } from './free-round-orders';
import type { ProviderGate } from './provider-gate';
import { Providers, roundPolicyOf } from './providers';
import { Quarantine } from './quarantine';
import { ProviderWatch } from './provider-watch';
import type { RoundResolver } from './round-resolver';
import { Sessions } from './sessions';
import { CancelFreeRoundsController } from './use-cases/cancel-free-rounds/cancel-free-rounds.controller';
import { DecideCatalogueRunController } from './use-cases/decide-catalogue-run/decide-catalogue-run.controller';
import { DiscardQuarantinedController } from './use-cases/discard-quarantined/discard-quarantined.controller';
import { ApplySessionLimitsController } from './use-cases/apply-session-limits/apply-session-limits.controller';
import { ApplyRestrictionController } from './use-cases/apply-restriction/apply-restriction.controller';
import { EndGameSessionUseCase } from './use-cases/end-game-session/end-game-session';
import { EndGameSessionController } from './use-cases/end-game-session/end-game-session.controller';
import { GetGameController } from './use-cases/get-game/get-game.controller';
import { GetGameSessionController } from './use-cases/get-game-session/get-game-session.controller';
import { GetHealthController } from './use-cases/get-health/get-health.controller';
import { GetProviderQualityController } from './use-cases/get-provider-quality/get-provider-quality.controller';
import { GrantFreeRoundsUseCase } from './use-cases/grant-free-rounds/grant-free-rounds';
import { GrantFreeRoundsController } from './use-cases/grant-free-rounds/grant-free-rounds.controller';
import { HandleCallbackUseCase } from './use-cases/handle-callback/handle-callback';
import { HandleCallbackController } from './use-cases/handle-callback/handle-callback.controller';
import { ServeCommand } from './use-cases/handle-callback/serve-command';
import { ImportGamesController } from './use-cases/import-games/import-games.controller';
import { LaunchGameUseCase } from './use-cases/launch-game/launch-game';
import { LaunchGameController } from './use-cases/launch-game/launch-game.controller';
import { ListAuditController } from './use-cases/list-audit/list-audit.controller';
import { ListCatalogueChangesController } from './use-cases/list-catalogue-changes/list-catalogue-changes.controller';
import { ListCatalogueRunsController } from './use-cases/list-catalogue-runs/list-catalogue-runs.controller';
import { ListFreeRoundsController } from './use-cases/list-free-rounds/list-free-rounds.controller';
import { ListGamesUseCase } from './use-cases/list-games/list-games';
import { ListGamesController } from './use-cases/list-games/list-games.controller';
import { ListPlayerGameSessionsController } from './use-cases/list-player-game-sessions/list-player-game-sessions.controller';
import { ListProvidersController } from './use-cases/list-providers/list-providers.controller';
import { SetGameVisibilityController } from './use-cases/set-game-visibility/set-game-visibility.controller';
import type { SyncCatalogueUseCase } from './use-cases/sync-catalogue/sync-catalogue';
import { SyncCatalogueController } from './use-cases/sync-catalogue/sync-catalogue.controller';

import { ListQuarantinedController } from './use-cases/list-quarantined/list-quarantined.controller';
import { ListRoundsController } from './use-cases/list-rounds/list-rounds.controller';
import { ReplayQuarantinedUseCase } from './use-cases/replay-quarantined/replay-quarantined';
import { ReplayQuarantinedController } from './use-cases/replay-quarantined/replay-quarantined.controller';
import { ResolveRoundUseCase } from './use-cases/resolve-round/resolve-round';
import { ResolveRoundController } from './use-cases/resolve-round/resolve-round.controller';
import { ProviderHealthController } from './use-cases/set-breaker/provider-health.controller';
import { SetBreakerUseCase } from './use-cases/set-breaker/set-breaker';

const catalogueControllers = [
  ListGamesController,
  GetGameController,
  SyncCatalogueController,
  DecideCatalogueRunController,
  ImportGamesController,
  SetGameVisibilityController,
  ListCatalogueRunsController,
  ListCatalogueChangesController,
];

/** What a running service is made of. */
export interface GameSessionsParts {
  readonly database: Database;
  readonly providers: Providers;
  readonly catalogue: Catalogue;
  readonly client: RequestClient;
  readonly gate: ProviderGate;
  readonly syncCatalogue: SyncCatalogueUseCase;
  readonly resolver: RoundResolver;
  /** Whole units of any currency. */
  readonly settledWinMaxUnits: number;
  readonly watch: ProviderWatch;
  readonly freeRoundOrders: FreeRoundOrders;
  readonly sessions: Sessions;
  readonly log: Logger;
}

@Module({})
export class GameSessionsModule {
  static register(parts: GameSessionsParts): DynamicModule {
    return {
      module: GameSessionsModule,
      controllers: [
        ApplyRestrictionController,
        ApplySessionLimitsController,
        HandleCallbackController,
        LaunchGameController,
        EndGameSessionController,
        GetHealthController,
        ListAuditController,
        GetGameSessionController,
        ListPlayerGameSessionsController,
        ListRoundsController,
        ResolveRoundController,
        ProviderHealthController,
        GetProviderQualityController,
        ListQuarantinedController,
        ReplayQuarantinedController,
        DiscardQuarantinedController,
        ListProvidersController,
        ...catalogueControllers,
        GrantFreeRoundsController,
        CancelFreeRoundsController,
        ListFreeRoundsController,
      ],
      providers: useCases(parts),
    };
  }
}

function useCases({
  database,
  providers,
  catalogue,
  client,
  gate,
  syncCatalogue,
  resolver,
  settledWinMaxUnits,
  watch,
  freeRoundOrders,
  sessions,
  log,
}: GameSessionsParts): Provider[] {
  const serveCommand = new ServeCommand(catalogue, sessions, client, new FreeRoundLog(database));
  const quarantine = new Quarantine(database, log);
  const values = [
    database,
    client,
    sessions,
    providers,
    catalogue,
    syncCatalogue,
    freeRoundOrders,
    new GrantFreeRoundsUseCase(database, catalogue, freeRoundOrders, client),
    new LaunchGameUseCase(database, catalogue, { known: providers, gate }, client, sessions),
    watch,
    new HandleCallbackUseCase(providers, serveCommand, quarantine, watch, log),
    new EndGameSessionUseCase(database, sessions),
    new ListGamesUseCase(catalogue, providers, watch),
    new ResolveRoundUseCase(database, resolver, roundPolicyOf, settledWinMaxUnits),
    new SetBreakerUseCase(database, watch),
    new ReplayQuarantinedUseCase(database, providers, (...call) => serveCommand.execute(...call)),
  ];
  return values.map((value) => ({ provide: value.constructor, useValue: value }));
}
