import { Database } from '@baize/persistence';
import { createTestDatabase, type TestDatabase } from '@baize/testing';
import type { PostingUnit } from '../../src/domain/instruction';
import { walletMigrations } from '../../src/store/migrations';
import { outcomeOf, postEach } from './calls';
import { openPlayer, violations } from './ledger';

/**
 * Gives each test of a file a player with 10.00 on the file's own database, and finds the ledger's invariants unbroken
 * after each. `outcomes` posts units one after the other and answers their outcomes and the real money at the end.
 */
export function useLedger(beforeEachTest: (ledger: { db: Database; player: string; url: string }) => void) {
  let testDatabase: TestDatabase;
  let db: Database;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({ migrations: walletMigrations });
    db = new Database({ url: testDatabase.url, poolSize: 4 });
  });
  beforeEach(async () => {
    beforeEachTest({ db, url: testDatabase.url, player: await openPlayer(db, { real: 1_000n }) });
  });
  afterEach(async () => {
    expect(await violations(db)).toEqual([]);
  });
  afterAll(async () => {
    await db.close();
    await testDatabase.drop();
  });

  return async (...units: PostingUnit[]): Promise<[...string[], bigint]> => {
    const verdicts = await postEach(db, ...units);
    return [...verdicts.map(outcomeOf), verdicts[verdicts.length - 1]!.balance.real];
  };
}
