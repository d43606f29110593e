import 'reflect-metadata';
import { runBenchmark, type Benchmark } from '../frame/benchmark';
import { printTable, ratioRow, type Outcome } from '../frame/report';
import { build, startBenchPostgres, workFolder } from '../frame/servers';
import { runInterleaved } from '../frame/sides';
import { ascending, percentile } from '../frame/statistics';
import { checkLedger } from './check-ledger';
import { addCpu, cpuBetween, readCpu, type CpuReading } from './cpu';
import { Load } from './load';
import type { LoadSlice } from './movements';
import { readLedger } from './read-ledger';
import { load, type CallbackSide } from './side';
import { startUsualSide } from './usual-side';

const warmUpSeconds = 4;

interface MeasuredSlice extends LoadSlice {
  /** From the last answer until all that follows from the calls was done, such as publishing their events. */
  readonly settledSeconds: number;
  readonly cpu: CpuReading;
}

interface Result {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly failures: readonly string[];
  /** The longest of its slices. */
  readonly settledSeconds: number;
  /** Microseconds per call, by process. */
  readonly cpuMicros: CpuReading;
}

async function run(benchmark: Benchmark): Promise<Outcome> {
  build(benchmark, [
    'gateway',
    'game-sessions',
    'identity',
    'wallet',
    'contracts',
    'messaging',
    'money',
    'persistence',
    'runtime',
  ]);
  // Not before the build: it imports the libs.
  const { startPlatformSide } = await import('./platform-side');
  const folder = workFolder(benchmark);
  const postgres = await startBenchPostgres(benchmark, folder);
  const platform = await startPlatformSide(benchmark, postgres, folder);
  const usual = await startUsualSide(benchmark, postgres);
  const sides = [platform, usual];
  const generator = Load.start(benchmark);
  for (const side of sides) await generator.aim(side.name, side.target, load.connections);

  const measured = sides.map((side) => ({
    name: side.name,
    run: async (seconds: number): Promise<MeasuredSlice> => {
      const processes = { ...side.processes, 'load generator': generator.pid };
      const before = readCpu(processes, postgres.pid);
      const slice = await generator.fire(side.name, seconds);
      const answeredAt = performance.now();
      await side.settle();
      const settledSeconds = (performance.now() - answeredAt) / 1_000;
      return { ...slice, settledSeconds, cpu: cpuBetween(before, readCpu(processes, postgres.pid)) };
    },
  }));
  benchmark.say(`warming up, ${warmUpSeconds} s each`);
  for (const side of measured) await side.run(warmUpSeconds);
  const slices = await runInterleaved(measured, {
    seconds: benchmark.seconds,
    onSlice: (side, slice, all) => {
      benchmark.say(`slice ${slice} of ${all}: ${side}`);
    },
  });
  const results = new Map(sides.map(({ name }) => [name, summarise(slices.get(name) ?? [])]));
  printResults(results);
  printMemory(platform);
  const failures = await check(sides, generator, results);
  return { ...outcome(results, platform, usual), failures };
}

function summarise(slices: readonly MeasuredSlice[]): Result {
  const seconds = slices.reduce((sum, slice) => sum + slice.seconds, 0);
  const answered = slices.reduce((sum, slice) => sum + slice.answered, 0);
  const latencies = ascending(slices.flatMap((slice) => slice.latenciesMs));
  const cpu = addCpu(slices.map((slice) => slice.cpu));
  return {
    perSecond: answered / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    failed: slices.reduce((sum, slice) => sum + slice.failed, 0),
    settledSeconds: Math.max(...slices.map((slice) => slice.settledSeconds)),
    failures: slices.flatMap((slice) => slice.failures).slice(0, 5),
    cpuMicros: Object.fromEntries(
      Object.entries(cpu).map(([name, used]) => [name, (used / Math.max(1, answered)) * 1_000_000]),
    ),
  };
}

function printResults(results: ReadonlyMap<string, Result>): void {
  printTable(
    [
      `signed bets and wins, ${load.connections} connections`,
      'calls/s',
      'p50 ms',
      'p99 ms',
      'failed',
      'settled after s',
    ],
    [...results].map(([name, { perSecond, p50Ms, p99Ms, failed, settledSeconds }]) => [
      ...[name, perSecond, p50Ms, p99Ms, failed, settledSeconds],
    ]),
  );
  const processes = [...new Set([...results.values()].flatMap(({ cpuMicros }) => Object.keys(cpuMicros)))];
  const sum = (cpu: CpuReading): number => Object.values(cpu).reduce((all, micros) => all + micros, 0);
  printTable(
    ['CPU per call, µs', ...results.keys()],
    [
      ...processes.map((name) => [
        name,
        ...[...results.values()].map(({ cpuMicros }) => cpuMicros[name] ?? '-'),
      ]),
      ['all', ...[...results.values()].map(({ cpuMicros }) => sum(cpuMicros))],
    ],
  );
}

function printMemory({ idleBytes }: CallbackSide): void {
  printTable(
    ['idle, resident', 'MB', 'target'],
    Object.entries(idleBytes).map(([name, bytes]) => [
      name,
      bytes / 1_000_000,
      name === 'nats' ? '' : '< 130',
    ]),
  );
}

/** Compares both ledgers with what the generator was answered. */
async function check(
  sides: readonly CallbackSide[],
  generator: Load,
  results: ReadonlyMap<string, Result>,
): Promise<string[]> {
  const failures: string[] = [];
  for (const side of sides) {
    const asked = await generator.account(side.name);
    const ledger = await readLedger(side.databaseUrl);
    const findings = checkLedger(asked, ledger, side.opening);
    const acknowledged = asked.filter(({ transactionId }) => transactionId).length;
    process.stdout.write(
      `${side.name}: ${acknowledged} acknowledged movements, ${ledger.lines.length} in the ledger over ` +
        `${ledger.wallets.length} wallets: ${findings.length === 0 ? 'each exactly once, sums right' : 'WRONG'}\n`,
    );
    const { failed, failures: refused } = results.get(side.name) ?? { failed: 0, failures: [] };
    if (failed > 0) failures.push(`${side.name}: ${failed} calls failed, such as ${refused.join('; ')}`);
    failures.push(...findings.map((finding) => `${side.name}: ${finding}`));
  }
  return failures;
}

function outcome(results: ReadonlyMap<string, Result>, platform: CallbackSide, usual: CallbackSide): Outcome {
  const own = results.get(platform.name);
  const other = results.get(usual.name);
  if (!own || !other) throw new Error('a side has no result');
  const ratio = own.perSecond / other.perSecond;
  printTable(
    ['', 'reached', 'target', ''],
    [ratioRow('vs-usual', ratio, 4), ['p99-ms', own.p99Ms, '< 50', own.p99Ms < 50 ? 'reached' : 'missed']],
  );
  return {
    figures: {
      'callbacks-per-second': own.perSecond,
      'usual-callbacks-per-second': other.perSecond,
      'p50-ms': own.p50Ms,
      'p99-ms': own.p99Ms,
    },
    ratios: { 'vs-usual': ratio },
  };
}

void runBenchmark('callbacks', 20, run);
