import { RequestClient } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { type DynamicModule, Module } from '@nestjs/common';
import { AskRegister } from './ask-register';
import { IdentityConfig } from './config';
import { GeoDatabase } from './adapters/geo/geo-database';
import { NetworkSet } from './adapters/geo/network-set';
import { KycVendors } from './adapters/kyc/kyc-vendors';
import { NationalRegisters } from './adapters/national-register/national-registers';
import { BlindIndex } from './crypto/blind-index';
import { Passwords } from './crypto/passwords';
import { DeliverRestrictions } from './deliver-restrictions';
import { PersonalData } from './crypto/personal-data';
import { Vault } from './crypto/vault';
import { KycSaga } from './kyc-saga';
import { Screening } from './screening';
import { Postmark } from './adapters/postmark/postmark';
import { LoginGuard } from './login-guard';
import { Mailing } from './mailing';
import { SecondFactor } from './second-factor';
import { readStaff, Staff } from './staff';
import { ChangeConsentsController } from './use-cases/change-consents/change-consents.controller';
import { ChangePasswordController } from './use-cases/change-password/change-password.controller';
import { ChangeProfileController } from './use-cases/change-profile/change-profile.controller';
import { CloseAccountController } from './use-cases/close-account/close-account.controller';
import { DeliverMail, MAIL_SERVICE } from './use-cases/deliver-mail/deliver-mail';
import { ErasePersons } from './use-cases/erase-persons/erase-persons';
import { ExportPersonalDataController } from './use-cases/export-personal-data/export-personal-data.controller';
import { ManagePlayerSessionsController } from './use-cases/manage-player-sessions/manage-player-sessions.controller';
import { ManageTotpController } from './use-cases/manage-totp/manage-totp.controller';
import { ResetPasswordController } from './use-cases/reset-password/reset-password.controller';
import { StaffSessionController } from './use-cases/staff-session/staff-session.controller';
import { VerifyEmailController } from './use-cases/verify-email/verify-email.controller';
import { LimitSets } from './limit-sets';
import { AnswerTouchpointsController } from './use-cases/answer-touchpoints/answer-touchpoints.controller';
import { AuthenticateSessionController } from './use-cases/authenticate-session/authenticate-session.controller';
import { CheckLocationController } from './use-cases/check-location/check-location.controller';
import { CheckEligibilityController } from './use-cases/check-eligibility/check-eligibility.controller';
import { CreateSessionUseCase } from './use-cases/create-session/create-session';
import { CreateSessionController } from './use-cases/create-session/create-session.controller';
import { DecideScreeningCaseController } from './use-cases/decide-screening-case/decide-screening-case.controller';
import { EndSessionController } from './use-cases/end-session/end-session.controller';
import { ExcludePersonUseCase } from './use-cases/exclude-person/exclude-person';
import { ExcludePersonController } from './use-cases/exclude-person/exclude-person.controller';
import { ExpireRestrictions } from './use-cases/expire-restrictions/expire-restrictions';
import { ExpireSessions } from './use-cases/expire-sessions/expire-sessions';
import { GetKycController } from './use-cases/get-kyc/get-kyc.controller';
import { HandleKycCallbackController } from './use-cases/handle-kyc-callback/handle-kyc-callback.controller';
import { OrderKycCheckController } from './use-cases/order-kyc-check/order-kyc-check.controller';
import { SetRiskBandController } from './use-cases/set-risk-band/set-risk-band.controller';
import { SweepKyc } from './use-cases/sweep-kyc/sweep-kyc';
import { GetHealthController } from './use-cases/get-health/get-health.controller';
import { GetPlayerController } from './use-cases/get-player/get-player.controller';
import { ListAuditController } from './use-cases/list-audit/list-audit.controller';
import { ListScreeningCasesController } from './use-cases/list-screening-cases/list-screening-cases.controller';
import { ListScreeningListsController } from './use-cases/list-screening-lists/list-screening-lists.controller';
import { LiftExclusionUseCase } from './use-cases/lift-exclusion/lift-exclusion';
import { LiftExclusionController } from './use-cases/lift-exclusion/lift-exclusion.controller';
import { LinkPlayersUseCase } from './use-cases/link-players/link-players';
import { LinkPlayersController } from './use-cases/link-players/link-players.controller';
import { ListExclusionsController } from './use-cases/list-exclusions/list-exclusions.controller';
import { ListLimitsController } from './use-cases/list-limits/list-limits.controller';
import { RefreshSessionController } from './use-cases/refresh-session/refresh-session.controller';
import { OpenWallet } from './use-cases/register-player/open-wallet';
import { CompleteRegistration } from './use-cases/register-player/complete-registration';
import { RegisterPlayerUseCase } from './use-cases/register-player/register-player';
import { RegisterPlayerController } from './use-cases/register-player/register-player.controller';
import { SweepRegistrations } from './use-cases/register-player/sweep-registrations';
import { ScreenNameController } from './use-cases/screen-name/screen-name.controller';
import { RecheckRegisters } from './use-cases/recheck-registers/recheck-registers';
import { ScreenPlayers } from './use-cases/screen-players/screen-players';

import { SetLimitUseCase } from './use-cases/set-limit/set-limit';
import { SetLimitController } from './use-cases/set-limit/set-limit.controller';

/** What the module is given by the process that runs it. */
export interface IdentityResources {
  readonly config: IdentityConfig;
  readonly database: Database;
  /** Other services. */
  readonly services: RequestClient;
}

@Module({
  controllers: [
    AnswerTouchpointsController,
    AuthenticateSessionController,
    ChangeConsentsController,
    ChangePasswordController,
    ChangeProfileController,
    CheckEligibilityController,
    CloseAccountController,
    CheckLocationController,
    CreateSessionController,
    DecideScreeningCaseController,
    EndSessionController,
    ExportPersonalDataController,
    ExcludePersonController,
    GetHealthController,
    GetKycController,
    HandleKycCallbackController,
    OrderKycCheckController,
    SetRiskBandController,
    GetPlayerController,
    ListAuditController,
    ListScreeningCasesController,
    ListScreeningListsController,
    ScreenNameController,
    ManagePlayerSessionsController,
    ManageTotpController,
    LiftExclusionController,
    LinkPlayersController,
    ListExclusionsController,
    ListLimitsController,
    SetLimitController,
    RefreshSessionController,
    RegisterPlayerController,
    ResetPasswordController,
    StaffSessionController,
    VerifyEmailController,
  ],
  providers: [
    AskRegister,
    CompleteRegistration,
    CreateSessionUseCase,
    DeliverMail,
    ErasePersons,
    ExpireSessions,
    LoginGuard,
    Mailing,
    DeliverRestrictions,
    ExcludePersonUseCase,
    ExpireRestrictions,
    ExpireSessions,
    LiftExclusionUseCase,
    LimitSets,
    SetLimitUseCase,
    LinkPlayersUseCase,
    OpenWallet,
    RecheckRegisters,
    KycSaga,
    SweepKyc,
    RegisterPlayerUseCase,
    Screening,
    ScreenPlayers,
    SecondFactor,
    SweepRegistrations,
  ],
})
export class IdentityModule {
  static register({ config, database, services }: IdentityResources): DynamicModule {
    const personalData = new PersonalData(new BlindIndex(keyOf(config.identityIndexKey)), vaultOf(config));
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
        { provide: Staff, useValue: new Staff(readStaff(config.identityStaff)) },
        { provide: MAIL_SERVICE, useValue: mailServiceOf(config) },
        { provide: GeoDatabase, useValue: new GeoDatabase(hostingNetworksOf(config)) },
        { provide: KycVendors, useValue: new KycVendors(config.kycVendors) },
        { provide: NationalRegisters, useValue: new NationalRegisters(config.nationalRegisters) },
      ],
    };
  }
}

/** The master key, and during a change of keys the other one. */
export function vaultOf(config: Pick<IdentityConfig, 'identityMasterKey' | 'identityOtherMasterKey'>): Vault {
  const { identityMasterKey, identityOtherMasterKey: other } = config;
  return new Vault(keyOf(identityMasterKey), other === undefined ? undefined : keyOf(other));
}

function keyOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

function mailServiceOf({ mailUrl, mailToken, mailFrom }: IdentityConfig): Postmark | null {
  if (mailUrl === undefined) return null;
  return new Postmark({ url: mailUrl, token: mailToken, from: mailFrom, timeoutMs: 5_000 });
}

function hostingNetworksOf({ hostingNetworksFile: file }: IdentityConfig): NetworkSet {
  try {
    return file === undefined ? new NetworkSet([]) : NetworkSet.read(file);
  } catch (error) {
    throw new Error(`HOSTING_NETWORKS_FILE: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}
