import { accountCommands, accountEvents, accountQueries } from './accounts';
import { auditQueries } from './audit';
import type {
  BroadcastContract,
  EventContract,
  HintContract,
  RequestContract,
  ServiceName,
} from './contract';
import { exclusionCommands, exclusionQueries } from './exclusions';
import { fenceQueries, restrictionChanged, touchpointCommands } from './fence';
import { gameSessionsCommands, gameSessionsQueries } from './game-sessions';
import { gameSessionsEvents } from './game-sessions-events';
import { identityCommands, identityEvents, identityQueries } from './identity';
import { paymentCommands, paymentQueries } from './payments';
import { paymentEvents } from './payments-events';
import { ledgerCommands, ledgerHints, ledgerQueries } from './ledger';
import { providerCommands, providerQueries } from './providers';
import { roundCommands, roundQueries } from './rounds';
import { geoCommands, geoEvents } from './geo';
import { kycCommands, kycEvents, kycQueries } from './kyc';
import { screeningCommands, screeningQueries } from './screening';
import { staffCommands, staffQueries } from './staff';
import { walletCommands, walletQueries } from './wallet';
import { walletEvents } from './wallet-events';

/** Every request/reply subject. The broker's permissions and the AsyncAPI document are generated from it. */
export const requestContracts: readonly RequestContract<object, object>[] = [
  ...Object.values(walletCommands),
  ...Object.values(walletQueries),
  ...Object.values(paymentCommands),
  ...Object.values(paymentQueries),
  ...Object.values(ledgerCommands),
  ...Object.values(ledgerQueries),
  ...Object.values(gameSessionsCommands),
  ...Object.values(gameSessionsQueries),
  ...Object.values(roundCommands),
  ...Object.values(roundQueries),
  ...Object.values(providerCommands),
  ...Object.values(providerQueries),
  ...Object.values(identityCommands),
  ...Object.values(identityQueries),
  ...Object.values(geoCommands),
  ...Object.values(kycCommands),
  ...Object.values(kycQueries),
  ...Object.values(screeningCommands),
  ...Object.values(screeningQueries),
  ...auditQueries,
  ...Object.values(accountCommands),
  ...Object.values(accountQueries),
  ...Object.values(staffCommands),
  ...Object.values(staffQueries),
  ...Object.values(exclusionCommands),
  ...Object.values(exclusionQueries),
  ...Object.values(fenceQueries),
  ...Object.values(touchpointCommands),
];

/** Every published event. */
export const eventContracts: readonly EventContract<object>[] = [
  ...Object.values(walletEvents),
  ...Object.values(paymentEvents),
  ...Object.values(gameSessionsEvents),
  ...Object.values(identityEvents),
  ...Object.values(accountEvents),
  ...Object.values(kycEvents),
  ...Object.values(geoEvents),
];

/** Every hint. */
export const hintContracts: readonly HintContract[] = [...Object.values(ledgerHints)];
/** Everything that is told to every process at once. */
export const broadcastContracts: readonly BroadcastContract<object>[] = [restrictionChanged];

/** The services that publish events, each with a stream of its own. */
export const publishingServices: readonly ServiceName[] = [
  ...new Set(eventContracts.map((contract) => contract.service)),
];
