import { RequestClient } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { type DynamicModule, Module } from '@nestjs/common';
import { IdentityConfig } from './config';
import { BlindIndex } from './crypto/blind-index';
import { Passwords } from './crypto/passwords';
import { PersonalData } from './crypto/personal-data';
import { Vault } from './crypto/vault';
import { Screening } from './screening';
import { AuthenticateSessionController } from './use-cases/authenticate-session/authenticate-session.controller';
import { CheckEligibilityController } from './use-cases/check-eligibility/check-eligibility.controller';
import { CreateSessionUseCase } from './use-cases/create-session/create-session';
import { CreateSessionController } from './use-cases/create-session/create-session.controller';
import { DecideScreeningCaseController } from './use-cases/decide-screening-case/decide-screening-case.controller';
import { EndSessionController } from './use-cases/end-session/end-session.controller';
import { ExpireSessions } from './use-cases/expire-sessions/expire-sessions';
import { GetHealthController } from './use-cases/get-health/get-health.controller';
import { GetPlayerController } from './use-cases/get-player/get-player.controller';
import { ListAuditController } from './use-cases/list-audit/list-audit.controller';
import { ListScreeningCasesController } from './use-cases/list-screening-cases/list-screening-cases.controller';
import { ListScreeningListsController } from './use-cases/list-screening-lists/list-screening-lists.controller';
import { RefreshSessionController } from './use-cases/refresh-session/refresh-session.controller';
import { CompleteRegistration } from './use-cases/register-player/complete-registration';
import { RegisterPlayerUseCase } from './use-cases/register-player/register-player';
import { RegisterPlayerController } from './use-cases/register-player/register-player.controller';
import { SweepRegistrations } from './use-cases/register-player/sweep-registrations';
import { ScreenNameController } from './use-cases/screen-name/screen-name.controller';
import { ScreenPlayers } from './use-cases/screen-players/screen-players';

/** What the module is given by the process that runs it. */
export interface IdentityResources {
  readonly config: IdentityConfig;
  readonly database: Database;
  /** Other services. */
  readonly services: RequestClient;
}

@Module({
  controllers: [
    AuthenticateSessionController,
    CheckEligibilityController,
    CreateSessionController,
    DecideScreeningCaseController,
    EndSessionController,
    GetHealthController,
    GetPlayerController,
    ListAuditController,
    ListScreeningCasesController,
    ListScreeningListsController,
    RefreshSessionController,
    RegisterPlayerController,
    ScreenNameController,
  ],
  providers: [
    CompleteRegistration,
    CreateSessionUseCase,
    ExpireSessions,
    RegisterPlayerUseCase,
    Screening,
    ScreenPlayers,
    SweepRegistrations,
  ],
})
export class IdentityModule {
  static register({ config, database, services }: IdentityResources): DynamicModule {
    const keyOf = (base64: string) => Buffer.from(base64, 'base64');
    const personalData = new PersonalData(
      new BlindIndex(keyOf(config.identityIndexKey)),
      new Vault(keyOf(config.identityMasterKey)),
    );
    const passwords = new Passwords({
      memoryKib: config.passwordMemoryKib,
      passes: config.passwordPasses,
      lanes: config.passwordLanes,
    });
    return {
      module: IdentityModule,
      providers: [
        { provide: IdentityConfig, useValue: config },
        { provide: Database, useValue: database },
        { provide: RequestClient, useValue: services },
        { provide: PersonalData, useValue: personalData },
        { provide: Passwords, useValue: passwords },
      ],
    };
  }
}
