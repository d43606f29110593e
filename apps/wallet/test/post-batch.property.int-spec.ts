import * as fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '@baize/testing';
import { Database } from '@baize/persistence';
import { randomUUID } from 'node:crypto';
import { ReferenceLedger } from '../src/domain/reference/reference-ledger';
import type { Verdict } from '../src/domain/verdict';
import { walletMigrations } from '../src/store/migrations';
import { postBatch } from '../src/store/post-batch';
import { batches, toUnit, type Draw, type Run } from './support/arbitrary-units';
import { grantLease, openPlayer, reserveGrant, setLimits, violations } from './support/ledger';
import { databaseSnapshot, modelSnapshot } from './support/snapshot';

const numRuns = Number(process.env.BAIZE_PROPERTY_RUNS ?? 1_000);
const seed = Number(process.env.BAIZE_PROPERTY_SEED ?? Date.now() % 2 ** 31);

let testDatabase: TestDatabase;
let db: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrations: walletMigrations });
  db = new Database({ url: testDatabase.url, poolSize: 2 });
  process.stdout.write(
    `posting function against reference model: ${numRuns} runs, BAIZE_PROPERTY_SEED=${seed}\n`,
  );
});

afterAll(async () => {
  await db.close();
  await testDatabase.drop();
});

/** One brand, five players and four grants of their own for each run. */
async function prepare(model: ReferenceLedger): Promise<Run> {
  const brand = `b${randomUUID().slice(0, 13)}`;
  const players = [
    await openPlayer(db, { brand, real: 100n }, model),
    await openPlayer(db, { brand, real: 20n }, model),
    await openPlayer(db, { brand, real: 60n, restrictions: 1 }, model),
    await openPlayer(db, { brand, real: 200n }, model),
    await openPlayer(db, { brand, real: 90n, restrictions: 4 }, model),
  ];
  const grants = [
    await reserveGrant(db, { playerId: players[0]!, amount: 80n, required: 300_000n }, model),
    await reserveGrant(db, { playerId: players[0]!, amount: 30n, maxStake: 25n, timeIsUp: true }, model),
    await reserveGrant(
      db,
      { playerId: players[1]!, amount: 50n, maxStake: 25n, required: 10_000_000n },
      model,
    ),
    await reserveGrant(db, { playerId: players[4]!, amount: 10n }, model),
  ];
  const euros = { currency: 'EUR' };
  await setLimits(
    db,
    players[1]!,
    [
      { kind: 'wager', amount: 150n, ...euros },
      { kind: 'stake', amount: 55n, ...euros },
    ],
    model,
  );
  await setLimits(
    db,
    players[3]!,
    [
      { kind: 'loss', amount: 70n, ...euros },
      { kind: 'wager', amount: 300n, ...euros },
    ],
    model,
  );
  await setLimits(db, players[4]!, [{ kind: 'loss', amount: 500n, currency: 'SEK' }], model);
  const rounds = new Map<string, string>();
  const roundId = (name: string) => {
    if (!rounds.has(name)) rounds.set(name, randomUUID());
    return rounds.get(name)!;
  };
  return { brand, players, grants, newId: randomUUID, roundId };
}

function comparable(verdict: Verdict | ReturnType<ReferenceLedger['post']>): unknown {
  if ('refused' in verdict) return verdict;
  const { posted, balance } = verdict;
  return {
    posted: posted.map(({ status, transactionId, balanceAfter }) => ({
      status,
      transactionId,
      balanceAfter,
    })),
    balance,
  };
}

async function runBoth(draws: readonly { leased: boolean; requests: Draw[] }[]): Promise<void> {
  const model = new ReferenceLedger();
  const run = await prepare(model);
  for (const { leased, requests } of draws) {
    await grantLease(db, leased);
    model.state.leased = leased;
    const units = requests.map((draw) => toUnit(draw, run));
    const real = await postBatch(db, units);
    const expected = units.map((unit) => model.post(unit));
    expect(real.map(comparable)).toEqual(expected.map(comparable));
    await replayChangesNothing(units, real);
  }
  expect(await databaseSnapshot(db, run.players)).toEqual(modelSnapshot(model.state));
  expect(await violations(db, run.players)).toEqual([]);

  async function replayChangesNothing(
    units: ReturnType<typeof toUnit>[],
    verdicts: Verdict[],
  ): Promise<void> {
    const first = units.findIndex((_, index) => 'posted' in verdicts[index]!);
    if (first < 0) return;
    const again = {
      ...units[first]!,
      instructions: units[first]!.instructions.map((i) => ({ ...i, id: run.newId() })),
    };
    const [verdict] = await postBatch(db, [again]);
    expect(comparable(verdict!)).toEqual(comparable(model.post(again)));
  }
}

test('the posting function decides as the reference model does', async () => {
  await fc.assert(fc.asyncProperty(batches, runBoth), { numRuns, seed });
}, 600_000);
