import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, waitFor } from '@baize/testing';
import type { TestDatabase } from '@baize/testing';
import { Database, addToOutbox, migrate, sqlMigrations } from './index';

const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
writeFileSync(join(folder, '0002-tallies.sql'), 'INSERT INTO tally VALUES (1, 0), (2, 0)');
writeFileSync(
  join(folder, '0001-tally.sql'),
  'CREATE TABLE tally (id int PRIMARY KEY, value bigint NOT NULL)',
);
const migrations = sqlMigrations(folder);
const placed = { type: 'wallet.event.bet-placed.v1' };

describe('persistence', () => {
  let test: TestDatabase;
  let db: Database;

  beforeAll(async () => {
    test = await createTestDatabase({ migrations });
    db = new Database({ url: test.url });
  });
  afterAll(async () => {
    await db.close();
    await test.drop();
  });

  it('migrates once when six processes start at the same time', async () => {
    const empty = await createTestDatabase({ migrations: [] });
    const runs = await Promise.all(Array.from({ length: 6 }, () => migrate(empty.url, migrations)));
    expect(runs.flat()).toEqual(migrations.map((migration) => migration.name));
    await empty.drop();
  });

  it('returns bigint columns as bigint and runs named statements', async () => {
    const text = 'SELECT $1::bigint AS amount, count(*) AS n';
    const rows = await db.query<{ amount: bigint; n: bigint }>({
      name: 'exact',
      text,
      values: ['9007199254740993'],
    });
    expect(rows).toEqual([{ amount: 9007199254740993n, n: 1n }]);
  });

  it('commits all of a transaction or nothing, and calls back after commits only', async () => {
    let commits = 0;
    db.transactions.afterCommit(() => (commits += 1));
    const failing = db.transactions.run(async (tx) => {
      await tx.query('UPDATE tally SET value = 99');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await db.transactions.run((tx) => tx.query('UPDATE tally SET value = value + 1 WHERE id = 1'));
    const rows = await db.query<{ value: bigint }>('SELECT value FROM tally ORDER BY id');
    expect(rows.map((row) => row.value)).toEqual([1n, 0n]);
    expect(commits).toBe(1);
  });

  it('tries a deadlock again', async () => {
    let attempts = 0;
    let both: () => void;
    const bothLocked = new Promise<void>((resolve) => (both = resolve));
    let locked = 0;
    const take = (first: number, second: number) =>
      db.transactions.run(async (tx) => {
        attempts += 1;
        await tx.query('UPDATE tally SET value = value + 1 WHERE id = $1', [first]);
        if ((locked += 1) === 2) both();
        await bothLocked;
        await tx.query('UPDATE tally SET value = value + 1 WHERE id = $1', [second]);
      });
    const before = await db.query<{ sum: string }>('SELECT sum(value) FROM tally');
    await Promise.all([take(1, 2), take(2, 1)]);
    const after = await db.query<{ sum: string }>('SELECT sum(value) FROM tally');
    expect(Number(after[0]?.sum) - Number(before[0]?.sum)).toBe(4);
    expect(attempts).toBeGreaterThan(2);
  });

  it('reports a lost session and frees its lock', async () => {
    const session = await db.session();
    const [row] = await session.query<{ pid: number }>(
      'SELECT pg_backend_pid() AS pid, pg_advisory_lock(77)',
    );
    const lost = new Promise<void>((resolve) => session.onLost(resolve));
    await db.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    await lost;
    await waitFor(
      async () =>
        (await db.query<{ free: boolean }>('SELECT pg_try_advisory_lock(77) AS free'))[0]?.free === true,
    );
    await session.close();
  });

  it('numbers events per key in order and gives them ids in the order of commits', async () => {
    const add = (keys: string[]) =>
      db.transactions.run((tx) =>
        addToOutbox(
          tx,
          keys.map((partitionKey) => ({ contract: placed, subject: 's', partitionKey, data: { n: 1 } })),
        ),
      );
    await add(['a', 'b', 'a']);
    await Promise.all(Array.from({ length: 8 }, (_, i) => add(i % 2 ? ['a', 'b'] : ['b', 'a'])));
    const rows = await db.query<{ partition_key: string; sequence: bigint }>(
      'SELECT partition_key, sequence FROM outbox_pending ORDER BY id',
    );
    const of = (key: string) => rows.filter((row) => row.partition_key === key).map((row) => row.sequence);
    expect(of('a')).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n]);
    expect(of('b')).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
  });

  it('refuses an event that the broker could not carry', async () => {
    const data = { text: 'x'.repeat(300_000) };
    const add = addToOutbox(db, [{ contract: placed, subject: 's', partitionKey: 'a', data }]);
    await expect(add).rejects.toThrow(RangeError);
  });
});
