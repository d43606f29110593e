import type { Statement, StatementLine } from '@baize/contracts';
import { Database } from '@baize/persistence';
import { createTestDatabase, type TestDatabase } from '@baize/testing';
import * as fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { walletMigrations } from '../src/store/migrations';
import { postBatch } from '../src/store/post-batch';
import { GetStatementController } from '../src/use-cases/get-statement/get-statement.controller';
import { call, win } from './support/calls';
import { openPlayer, violations } from './support/ledger';

const numRuns = Math.min(Number(process.env.BAIZE_PROPERTY_RUNS ?? 40), 2_000);
const seed = Number(process.env.BAIZE_PROPERTY_SEED ?? Date.now() % 2 ** 31);

let testDatabase: TestDatabase;
let db: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrations: walletMigrations });
  db = new Database({ url: testDatabase.url, poolSize: 12 });
  process.stdout.write(`statements: ${numRuns} runs, BAIZE_PROPERTY_SEED=${seed}\n`);
});
afterAll(async () => {
  await db.close();
  await testDatabase.drop();
});

async function readAll(playerId: string, period: { from?: string; to?: string }, limit: number) {
  const controller = new GetStatementController(db);
  const pages: Statement[] = [];
  for (let cursor: string | undefined; ;) {
    const query = { playerId, brand: 'demo', audience: 'operator' as const, ...period, limit, cursor };
    const answer = await controller.handle(query);
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    pages.push(answer.value);
    cursor = answer.value.nextCursor;
    if (cursor === undefined) break;
  }
  return { ...pages[0]!, items: pages.flatMap(({ items }) => items) };
}

function expectToAddUp({ openingBalance, closingBalance, items }: Statement): void {
  let balance = openingBalance;
  for (const line of items) {
    balance += line.amount;
    expect(line.balanceAfter).toBe(balance);
  }
  expect(balance).toBe(closingBalance);
}

/** A period begins with the first line of its time or later: a definition that later lines cannot change. */
async function expectDefinedPlace(player: string, at: string): Promise<void> {
  const [place] = await db.query<{ found: bigint; defined: bigint }>(
    `SELECT sequence_before($1, 'EUR', $2) AS found, coalesce(min(sequence) FILTER (WHERE created_at >= $2) - 1, max(sequence))
       AS defined FROM journal WHERE player_id = $1`,
    [player, at],
  );
  expect(place!.found).toBe(place!.defined);
}

/** Transactions that wait after they began: later lines then have earlier times. */
async function postDisorderly(player: string, count: number, isDone: () => boolean): Promise<void> {
  for (let i = 0; i < count && !isDone(); i += 1) {
    await db.transactions.run(async (transaction) => {
      await transaction.query(`SELECT pg_sleep($1::float8)`, [Math.random() * 0.02]);
      const unit = call(player, [{ ...win(randomUUID(), 1 + i), award: 'promo' }], {
        providerRoundId: undefined,
      });
      await postBatch(transaction, [unit]);
    });
  }
}

test('statements add up under concurrent postings, and adjacent periods share all lines between them', async () => {
  const player = await openPlayer(db, { real: 500n });
  let done = false;
  const posting = Promise.all(Array.from({ length: 6 }, () => postDisorderly(player, 60, () => done)));
  let read = 0;
  const reading = (async () => {
    for (const isDone = () => done; !isDone();) {
      const statement = await readAll(player, {}, 1 + (read % 7));
      expectToAddUp(statement);
      read += 1;
    }
  })();
  await posting;
  done = true;
  await reading;
  expect(read).toBeGreaterThan(3);

  const rows = await db.query<{ id: string; at: Date }>(
    `SELECT id, created_at AS at FROM journal WHERE player_id = $1 ORDER BY sequence`,
    [player],
  );
  expect(rows.length).toBe(361);
  // otherwise nothing of the difficulty was tested
  const disordered = rows.filter(({ at }, i) => i > 0 && at < rows[i - 1]!.at).length;
  expect(disordered).toBeGreaterThan(20);

  const [first, last] = [rows[0]!.at.getTime(), rows[rows.length - 1]!.at.getTime()];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: first - 50, max: last + 50 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 20, max: 400 }),
      async (moments, limit) => {
        const cuts = [first - 1_000, ...moments.sort((a, b) => a - b), last + 1_000].map((ms) =>
          new Date(ms).toISOString(),
        );
        const lines: StatementLine[] = [];
        let opening = 0;
        for (const cut of cuts) await expectDefinedPlace(player, cut);
        for (let i = 1; i < cuts.length; i += 1) {
          const statement = await readAll(player, { from: cuts[i - 1], to: cuts[i] }, limit);
          expectToAddUp(statement);
          expect(statement.openingBalance).toBe(opening);
          opening = statement.closingBalance;
          lines.push(...statement.items);
        }
        expect(lines.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      },
    ),
    { numRuns, seed },
  );
  expect(await violations(db, [player])).toEqual([]);
});

test('the first page of a wallet costs the same however long its account is', async () => {
  const player = await openPlayer(db, { real: 1n });
  await db.query(
    `INSERT INTO journal (id, player_id, currency, sequence, kind, brand, provider, provider_tx_id, amount, real, bonus,
       locked, forfeited, wagered, balance_after, actor, received_at, created_at)
     SELECT gen_random_uuid(), $1, 'EUR', n, 'win', 'demo', 'acme', n::text, 1, 1, 0, 0, 0, 0, n, 'system', now(),
       now() - (60000 - n) * interval '1 minute'
     FROM generate_series(2, 60000) n`,
    [player],
  );
  await db.query(`UPDATE wallet SET sequence = 60000, real = 60000 WHERE player_id = $1`, [player]);
  const [plan] = await db.query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)
     SELECT sequence_before('${player}', 'EUR', now() - interval '20 days'),
       (SELECT count(*) FROM (SELECT * FROM journal WHERE player_id = '${player}' AND currency = 'EUR' AND sequence > 30000
          AND sequence <= 60000 ORDER BY sequence LIMIT 50) page)`,
  );
  const root = plan!['QUERY PLAN'][0]!.Plan;
  // some 17 halvings and a page of 50 lines: a scan of the account would touch thousands
  expect(root['Shared Hit Blocks']! + root['Shared Read Blocks']!).toBeLessThan(400);
  const [line] = await db.query<{ at: Date }>(
    `SELECT created_at AS at FROM journal WHERE player_id = $1 AND sequence = 59001`,
    [player],
  );
  const { openingBalance, closingBalance } = await readAll(player, { from: line!.at.toISOString() }, 1_000);
  expect(closingBalance - openingBalance).toBe(1_000);
});
