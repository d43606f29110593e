import { addToOutbox, pruneKeys, type Database } from '@baize/persistence';
import { Chores, type Logger } from '@baize/runtime';
import { sessionEnded } from './domain/session-ended';
import type { FreeRoundOrders } from './free-round-orders';
import type { ProviderWatch } from './provider-watch';
import { failLostRuns } from './store/catalogue-runs';
import { pruneStrayUses } from './store/free-round-uses';
import { pruneQuarantined, pruneStrangers } from './store/quarantine';
import { endExpiredSessions, endIdleSessions } from './store/sessions';
import type { EndStuckRoundsUseCase } from './use-cases/end-stuck-rounds/end-stuck-rounds';
import type { SyncCatalogueUseCase } from './use-cases/sync-catalogue/sync-catalogue';

const sessionsAtOnce = 200;
const rowsAtOnce = 1_000;
/** Of 64 KiB at most: 1.3 GB. One a second, for 30 days, would be 170. */
const strangersKept = 20_000;

const choreIntervalMs = 15_000;
/** How long one provider may take to hand out its list of games. */
const listTimeoutMs = 60_000;

export interface ChoreParts {
  readonly database: Database;
  readonly watch: ProviderWatch;
  readonly endStuckRounds: EndStuckRoundsUseCase;
  readonly freeRoundOrders: FreeRoundOrders;
  readonly syncCatalogue: SyncCatalogueUseCase;
  readonly log: Logger;
}

/**
 * What has to happen now and then, in bounded steps; every replica may do it. Apart, so that a provider that is slow
 * delays nothing but what is asked of providers.
 */
export function choresOf(parts: ChoreParts, catalogueEveryMs: number): Chores[] {
  const { database, watch, endStuckRounds, freeRoundOrders, syncCatalogue, log } = parts;
  const own = {
    'end expired sessions': () => inSteps(sessionsAtOnce, () => endExpired(database)),
    'end idle sessions': () => inSteps(sessionsAtOnce, () => endIdle(database)),
    'end free rounds': () => freeRoundOrders.endOverdue(),
    'forget stray uses of free rounds': () => inSteps(rowsAtOnce, () => pruneStrayUses(database, rowsAtOnce)),
    'forget quarantined calls': () => inSteps(rowsAtOnce, () => pruneQuarantined(database, rowsAtOnce)),
    'end runs of the catalogue that were cut off': () => failLostRuns(database),
    'forget strangers': () => inSteps(rowsAtOnce, () => pruneStrangers(database, strangersKept, rowsAtOnce)),
    'forget idempotency keys': () => inSteps(rowsAtOnce, () => pruneKeys(database, rowsAtOnce)),
    'forget what was seen of providers': () => watch.prune(),
  };
  const lists = { 'fetch lists of games': () => syncCatalogue.executeAll(catalogueEveryMs, listTimeoutMs) };
  return [
    new Chores(own, choreIntervalMs, log),
    // waits for the wallet
    new Chores({ 'end stuck rounds': () => endStuckRounds.execute() }, choreIntervalMs, log),
    new Chores({ 'settle free rounds': () => freeRoundOrders.settleAll() }, choreIntervalMs, log),
    // Of many replicas one fetches each list when its time has come.
    new Chores(lists, Math.min(choreIntervalMs, catalogueEveryMs), log),
  ];
}

async function inSteps(atOnce: number, step: () => Promise<number>): Promise<void> {
  while ((await step()) === atOnce);
}

/** Marks sessions whose time is over and tells of it; calls check the time themselves and do not wait for this. */
export function endExpired(database: Database): Promise<number> {
  return database.transactions.run(async (db) => {
    const ended = await endExpiredSessions(db, sessionsAtOnce);
    await addToOutbox(
      db,
      ended.map((session) => sessionEnded(session, 'expired', new Date(session.expiresAtMs))),
    );
    return ended.length;
  });
}

/** Ends sessions that nobody plays in. Bets may still slip into one until it is done: they are play. */
export function endIdle(database: Database): Promise<number> {
  return database.transactions.run(async (db) => {
    const ended = await endIdleSessions(db, sessionsAtOnce);
    await addToOutbox(
      db,
      ended.map((session) => sessionEnded(session, 'idle', new Date(session.endedAtMs ?? Date.now()))),
    );
    return ended.length;
  });
}
