import { randomUUID } from 'node:crypto';
import { Database } from '@baize/persistence';
import { createTestDatabase, waitFor, type TestDatabase } from '@baize/testing';
import { linkGroups, lockGroup } from './fences';
import { migrations } from './migrations';

describe('persons that are the same one', () => {
  let testDatabase: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({ migrations });
    database = new Database({ url: testDatabase.url, poolSize: 4 });
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  const person = async (): Promise<string> => {
    const id = randomUUID();
    await database.query('INSERT INTO person (id) VALUES ($1)', [id]);
    return id;
  };
  const isWaiting = async () => {
    const [row] = await database.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row!.n > 0n;
  };

  it.each([0, 1])('are locked together, also by who waited while they became one (%i)', async (which) => {
    const pair = [await person(), await person()].sort();
    let waited: Promise<readonly string[]> | undefined;
    await database.transactions.run(async (db) => {
      await linkGroups(db, pair[0]!, pair[1]!);
      waited = database.transactions.run(async (other) => (await lockGroup(other, pair[which]!)).personIds);
      await waitFor(isWaiting, { what: 'somebody who waits' });
    });
    expect([...(await waited!)].sort()).toEqual(pair);
  });
});
