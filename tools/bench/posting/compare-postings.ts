import { join } from 'node:path';
import { Database } from '@baize/persistence';
import { register, type MetricValue } from 'prom-client';
import { uuidv7 } from 'uuidv7';
import { compileMovements } from '../../../apps/wallet/src/domain/compile';
import { PostingEngine } from '../../../apps/wallet/src/store/posting-engine';
import { verifyAccounts } from '../../../apps/wallet/src/store/verify/verify-accounts';
import type { Benchmark } from '../frame/benchmark';
import { printTable, ratioRow, type Outcome } from '../frame/report';
import { createDatabase, startBenchPostgres, workFolder } from '../frame/servers';
import { runInterleaved, type Side } from '../frame/sides';
import { openHandwritten } from './handwritten';
import { hasPgbench, runPgbench, writeScripts } from './pgbench';
import { openTypeOrm } from './typeorm';
import { drive, inFlight, perSecond, players, prepareLedger, type Post, type Slice } from './workload';

const connections = 2;

interface OpenSide {
  readonly post: Post;
  close(): Promise<void>;
}

function openEngine(databaseUrl: string): OpenSide {
  const engine = new PostingEngine({ databaseUrl, connections });
  return {
    post: async (command) => {
      const verdict = await engine.post(compileMovements(command, { newId: uuidv7 }));
      if ('refused' in verdict) throw new Error(verdict.refused);
    },
    close: () => engine.stop(),
  };
}

/** Actions per call of the posting function so far; a win is two, itself and the closing of its round. */
async function meanBatch(): Promise<number> {
  const metric = await register.getSingleMetric('wallet_posting_batch_actions')?.get();
  const value = (suffix: string) =>
    (metric?.values as (MetricValue<string> & { metricName?: string })[]).find(({ metricName }) =>
      metricName?.endsWith(suffix),
    )?.value ?? 0;
  return value('_sum') / Math.max(1, value('_count'));
}

/** Compares the usual ways to post with the wallet's; every side has a ledger of its own on one PostgreSQL. */
export async function comparePostings(benchmark: Benchmark): Promise<Outcome> {
  const folder = workFolder(benchmark);
  const server = await startBenchPostgres(benchmark, folder);
  const opened: Record<string, { side: OpenSide; ids: string[]; url: string }> = {};
  const sides: Side<Slice>[] = [];
  for (const name of ['typeorm', 'handwritten', 'wallet'] as const) {
    benchmark.say(`preparing ${name}`);
    const url = await createDatabase(server, name);
    const ids = await prepareLedger(url);
    const side =
      name === 'wallet'
        ? openEngine(url)
        : name === 'typeorm'
          ? await openTypeOrm(url)
          : openHandwritten(url);
    opened[name] = { side, ids, url };
    sides.push({ name, run: (seconds) => drive(side.post, ids, seconds) });
    sides.push({ name: `${name}-hot`, run: (seconds) => drive(side.post, ids.slice(0, 1), seconds) });
  }
  const { wallet } = opened;
  const warmUp = await drive(wallet!.side.post, wallet!.ids, 1);
  // A win takes two actions, so requests are two thirds of the actions.
  const batchSize = Math.max(1, Math.round((await meanBatch()) * (2 / 3)));
  benchmark.say(`warmed up with ${warmUp.postings} postings, ${batchSize} per batch`);
  if (hasPgbench()) {
    const scripts = writeScripts(join(folder, 'pgbench'), wallet!.ids, batchSize);
    const options = { scripts, clients: connections, batchSize };
    sides.push({ name: 'pgbench', run: (seconds) => runPgbench(wallet!.url, { ...options, seconds }) });
  }
  const results = await runInterleaved(sides, {
    seconds: benchmark.seconds,
    sliceSeconds: 2,
    onSlice: (side, slice, slices) => benchmark.say(`${side} (${slice}/${slices})`),
  });
  const rate = (name: string): number => perSecond(results.get(name) ?? []);
  const failures: string[] = [];
  for (const [name, { side, url }] of Object.entries(opened)) {
    await side.close();
    benchmark.say(`verifying the ledger of ${name}`);
    failures.push(...(await unbalanced(name, url)));
  }
  printRates(rate, results.has('pgbench'));
  const ratios: Record<string, number> = {
    'vs-typeorm': rate('wallet') / rate('typeorm'),
    'vs-typeorm-hot': rate('wallet-hot') / rate('typeorm-hot'),
    'vs-handwritten': rate('wallet') / rate('handwritten'),
    ...(results.has('pgbench') ? { 'vs-pgbench': rate('wallet') / rate('pgbench') } : {}),
  };
  printRatios(ratios);
  process.stdout.write(
    `${inFlight} in flight, ${connections} connections and ${batchSize} requests per call; pgbench makes the same calls. What is` +
      ' missing to it goes into Node: compiling, hashing, encoding and decoding share the cores with PostgreSQL.\n',
  );
  const figures = {
    'postings-per-second': rate('wallet'),
    'postings-per-second-hot': rate('wallet-hot'),
    'postings-per-second-typeorm': rate('typeorm'),
    'postings-per-second-typeorm-hot': rate('typeorm-hot'),
    'postings-per-second-handwritten': rate('handwritten'),
    'requests-per-batch': batchSize,
    ...(results.has('pgbench') ? { 'postings-per-second-pgbench': rate('pgbench') } : {}),
  };
  return { figures, ratios, failures };
}

async function unbalanced(name: string, url: string): Promise<string[]> {
  const database = new Database({ url, poolSize: 1, statementTimeoutMs: 60_000 });
  const problems: string[] = [];
  for await (const { findings } of verifyAccounts(database)) {
    problems.push(...findings.map(({ where, problem }) => `${name}: ${where}: ${problem}`));
  }
  await database.close();
  return problems;
}

function printRates(rate: (side: string) => number, pgbench: boolean): void {
  printTable(
    ['side', `${players.toLocaleString('en-US')} players, postings/s`, 'one hot player, postings/s'],
    [
      ...['typeorm', 'handwritten', 'wallet'].map((name) => [name, rate(name), rate(`${name}-hot`)]),
      ...(pgbench ? [['pgbench', rate('pgbench'), '']] : []),
    ],
  );
}

function printRatios(ratios: Record<string, number>): void {
  const targets: Record<string, number> = {
    'vs-typeorm': 18,
    'vs-typeorm-hot': 50,
    'vs-handwritten': 5,
    'vs-pgbench': 0.65,
  };
  printTable(
    ['ratio', 'measured', 'target', ''],
    Object.entries(ratios).map(([name, ratio]) => ratioRow(name, ratio, targets[name]!)),
  );
}
