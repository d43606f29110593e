import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { RequestClient } from '@baize/messaging';
import { Database } from '@baize/persistence';
import type { Logger } from '@baize/runtime';
import { Catalogue } from './catalogue';
import { Providers } from './providers';
import { Quarantine } from './quarantine';
import { Sessions } from './sessions';
import { EndGameSessionUseCase } from './use-cases/end-game-session/end-game-session';
import { EndGameSessionController } from './use-cases/end-game-session/end-game-session.controller';
import { GetHealthController } from './use-cases/get-health/get-health.controller';
import { GetRoundController } from './use-cases/get-round/get-round.controller';
import { HandleCallbackUseCase } from './use-cases/handle-callback/handle-callback';
import { HandleCallbackController } from './use-cases/handle-callback/handle-callback.controller';
import { ServeCommand } from './use-cases/handle-callback/serve-command';
import { LaunchGameUseCase } from './use-cases/launch-game/launch-game';
import { LaunchGameController } from './use-cases/launch-game/launch-game.controller';
import { ListAuditController } from './use-cases/list-audit/list-audit.controller';
import { ListGamesUseCase } from './use-cases/list-games/list-games';
import { ListGamesController } from './use-cases/list-games/list-games.controller';
import { ListPlayerGameSessionsController } from './use-cases/list-player-game-sessions/list-player-game-sessions.controller';
import { ListProvidersController } from './use-cases/list-providers/list-providers.controller';

/** What a running service is made of. */
export interface GameSessionsParts {
  readonly database: Database;
  readonly providers: Providers;
  readonly catalogue: Catalogue;
  readonly client: RequestClient;
  readonly sessionTtlMs: number;
  readonly log: Logger;
}

@Module({})
export class GameSessionsModule {
  static register(parts: GameSessionsParts): DynamicModule {
    return {
      module: GameSessionsModule,
      controllers: [
        HandleCallbackController,
        LaunchGameController,
        EndGameSessionController,
        GetHealthController,
        ListAuditController,
        ListGamesController,
        ListPlayerGameSessionsController,
        GetRoundController,
        ListProvidersController,
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
  sessionTtlMs,
  log,
}: GameSessionsParts): Provider[] {
  const sessions = new Sessions(database);
  const serveCommand = new ServeCommand(catalogue, sessions, client);
  const quarantine = new Quarantine(database, log);
  const values = [
    database,
    client,
    providers,
    new HandleCallbackUseCase(providers, serveCommand, quarantine, log),
    new LaunchGameUseCase(database, providers, catalogue, client, sessionTtlMs),
    new EndGameSessionUseCase(database, sessions),
    new ListGamesUseCase(catalogue, providers),
  ];
  return values.map((value) => ({ provide: value.constructor, useValue: value }));
}
