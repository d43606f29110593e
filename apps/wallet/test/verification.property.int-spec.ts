import { randomUUID } from 'node:crypto';
import { Database } from '@baize/persistence';
import { createTestDatabase, startPostgres, type PrivateServer, type TestDatabase } from '@baize/testing';
import * as fc from 'fast-check';
import { insertTransfer } from '../src/store/house-accounts';
import { walletMigrations } from '../src/store/migrations';
import { postBatch } from '../src/store/post-batch';
import { bet, call, rollback, win } from './support/calls';
import { openPlayer } from './support/ledger';
import { SealedLedger } from './support/sealed-ledger';
import { tampering } from './support/tampering';

jest.setTimeout(180_000);

const numRuns = Math.min(Number(process.env.BAIZE_PROPERTY_RUNS ?? 60), 1_000);
const seed = Number(process.env.BAIZE_PROPERTY_SEED ?? Date.now() % 2 ** 31);

let postgres: PrivateServer;
let testDatabase: TestDatabase;
let ledger: SealedLedger;
let db: Database;
const players: string[] = [];

// A server of its own: nothing else holds back the horizon behind which is sealed.
beforeAll(async () => {
  postgres = await startPostgres();
  testDatabase = await createTestDatabase({ migrations: walletMigrations, serverUrl: postgres.url });
  db = new Database({ url: testDatabase.url, poolSize: 4 });
  ledger = new SealedLedger(db);
  process.stdout.write(`verification: ${numRuns} runs, BAIZE_PROPERTY_SEED=${seed}\n`);
  for (let i = 0; i < 4; i += 1) players.push(await openPlayer(db, { real: 10_000n }));
  for (let round = 0; round < 6; round += 1) {
    await postBatch(
      db,
      players.flatMap((player) => aRound(player, `r${round}`)),
    );
    await ledger.seal();
  }
  await insertTransfer(db, {
    ...{
      id: randomUUID(),
      brand: 'demo',
      currency: 'EUR',
      amount: 30n,
      reason: 'fees',
      actor: 'client:operator',
    },
    ...{ from: { account: 'games', party: 'acme' }, to: { account: 'fees', party: 'acme' } },
  });
  await ledger.seal();
});
afterAll(async () => {
  await db.close();
  await testDatabase.drop();
  await postgres.stop();
});

/** Bets, a zero bet, wins and a rollback: lines with entries and without. */
function aRound(player: string, providerRoundId: string) {
  const id = (name: string) => `${providerRoundId}-${name}`;
  return [
    call(player, [bet(id('b'), 100)], { providerRoundId }),
    call(player, [bet(id('zero'), 0)], { providerRoundId }),
    call(player, [win(id('w'), 70)], { providerRoundId }),
    call(player, [rollback(id('x'), id('w'), 'win')], { providerRoundId }),
  ];
}

const lines = 25;
/** Neither the first nor the last line of its account. */
const line = fc.record({ player: fc.nat({ max: 3 }), sequence: fc.integer({ min: 2, max: lines - 1 }) });

test('a ledger that nobody touched is found whole, with seals over every line', async () => {
  expect(await ledger.findings()).toEqual([]);
  const [count] = await db.query<{ lines: bigint; sealed: bigint; checkpoints: bigint }>(
    `SELECT (SELECT count(*) FROM journal) AS lines, (SELECT count(*) FROM seal_checkpoint) AS checkpoints,
       (SELECT sum(last_sequence - first_sequence + 1)::bigint FROM journal_seal) AS sealed`,
  );
  expect(count).toMatchObject({ lines: BigInt(lines * 4), sealed: BigInt(lines * 4) });
  expect(Number(count!.checkpoints)).toBeGreaterThanOrEqual(6);
});

test.each(Object.entries(tampering))('finds %s', async (_, { do: tamper, found, alone }) => {
  const findings = await ledger.findingsAfter((at) => tamper(at, { player: players[1]!, sequence: 10 }));
  const checks = [...new Set(findings.map(({ check }) => check))];
  expect(checks).toEqual(expect.arrayContaining(found));
  if (alone) expect(checks).toEqual(found);
});

test('finds whatever was done, wherever it was done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(tampering)), line, async (kind, target) => {
      const { do: tamper, found } = tampering[kind]!;
      const findings = await ledger.findingsAfter((at) =>
        tamper(at, { ...target, player: players[target.player]! }),
      );
      const checks = new Set<string>(findings.map(({ check }) => check));
      expect(found.filter((check) => !checks.has(check))).toEqual([]);
    }),
    { numRuns, seed },
  );
});

test('a seal hangs on the one before it', async () => {
  const anew = tampering['a word of a line edited, with its own seal made anew']!;
  const findings = await ledger.findingsAfter((at) => anew.do(at, { player: players[1]!, sequence: 10 }));
  expect(findings).toContainEqual({
    ...{ check: 'seals', where: `${players[1]!} EUR` },
    problem: 'the seal of the lines from 14 to 17 is not the one of its chain',
  });
});

test('needs no log to find what was sealed anew: nobody could sign it', async () => {
  const anew = tampering['the same, with new digests that nobody could sign']!;
  const findings = await ledger.findingsAfter((at) => anew.do(at, { player: players[2]!, sequence: 7 }), []);
  expect(findings.map(({ problem }) => problem)).toContain('none of the keys signed it');
});

test('without the checkpoints kept elsewhere a cut end cannot be known, with them it is', async () => {
  const cut = tampering['the newest of everything cut off, checkpoints included']!;
  expect(await ledger.findingsAfter((at) => cut.do(at, { player: players[0]!, sequence: 5 }), [])).toEqual(
    [],
  );
  const [forged] = ledger.kept.map((one) => ({ ...one, number: 999n }));
  expect(await ledger.findings(db, [...ledger.kept, forged!])).toEqual([]);
});

test('seals while postings go on and several seal at once, without a gap or a double', async () => {
  const player = await openPlayer(db, { real: 1_000_000n });
  let done = false;
  const posting = Promise.all(
    Array.from({ length: 3 }, async (_, poster) => {
      for (let i = 0; i < 150; i += 1) await postBatch(db, [call(player, [bet(`p${poster}-${i}`, 1)])]);
    }),
  ).finally(() => (done = true));
  const sealing = Promise.all(
    Array.from({ length: 3 }, async () => {
      const other = new SealedLedger(db);
      Object.assign(other, { signer: ledger.signer, kept: ledger.kept });
      for (const isDone = () => done; !isDone();) await other.seal();
    }),
  );
  await Promise.all([posting, sealing]);
  expect(await ledger.findings()).toEqual([]);
  await ledger.seal();
  expect(await ledger.findings()).toEqual([]);
  const [sealed] = await db.query<{ last: bigint; segments: bigint }>(
    `SELECT max(last_sequence) AS last, count(*) AS segments FROM journal_seal WHERE player_id = $1`,
    [player],
  );
  expect(sealed!.last).toBe(451n);
  expect(Number(sealed!.segments)).toBeGreaterThan(3);
});
