import 'reflect-metadata';
import { runBenchmark, type Benchmark } from '../frame/benchmark';
import { printTable, ratioRow, type Outcome } from '../frame/report';
import { build, startBenchPostgres, workFolder } from '../frame/servers';
import { providerNames, type ProviderName } from '../../../apps/sandbox/src/dialects/dialect';
import { ascending, percentile } from '../frame/statistics';
import { runInterleaved } from '../frame/sides';
import { checkLedger } from './check-ledger';
import { between, readCpu } from './readings';
import { Load } from './load';
import type { AskedMovement, Pace } from './movements';
import { readLedger } from './read-ledger';
import { printMemory, printResults, summarise, type MeasuredSlice, type Result } from './results';
import { ServerWork } from './server-work';
import { load, type CallbackSide } from './side';
import { startUsualSide } from './usual-side';

const warmUpSeconds = 4;

async function run(benchmark: Benchmark): Promise<Outcome> {
  build(benchmark, [
    'gateway',
    'game-sessions',
    'identity',
    'wallet',
    'audit',
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
  const platform = await startPlatformSide(benchmark, postgres, folder, provider);
  const usual = await startUsualSide(benchmark, postgres);
  const { inSoftswiss } = platform;
  const sides: CallbackSide[] = inSoftswiss ? [platform, inSoftswiss, usual] : [platform, usual];
  const generator = Load.start(benchmark);
  for (const side of sides) await generator.aim(side.name, side.target, load.connections);

  const work = await ServerWork.connect(benchmark, postgres.url);
  const measured = sides.map((side) => ({
    name: side.name,
    run: async (seconds: number, pace?: Pace): Promise<MeasuredSlice> => {
      const processes = { ...side.processes, 'load generator': generator.pid };
      const before = { cpu: readCpu(processes, postgres.pid), server: await work.read() };
      const slice = await generator.fire(side.name, seconds, pace);
      const answeredAt = performance.now();
      await side.settle();
      const settledSeconds = (performance.now() - answeredAt) / 1_000;
      const cpu = between(before.cpu, readCpu(processes, postgres.pid));
      return { ...slice, settledSeconds, cpu, server: between(before.server, await work.read()) };
    },
  }));
  // Sessions are read at their first call: what is measured is the middle of an evening, not its first minute.
  benchmark.say(`warming up, ${warmUpSeconds} s and a round of each player at least`);
  for (const side of measured) await side.run(warmUpSeconds, { everyPlayer: true });
  const slices = await runInterleaved(measured, {
    seconds: benchmark.seconds,
    onSlice: (side, slice, all) => {
      benchmark.say(`slice ${slice} of ${all}: ${side}`);
    },
  });
  const results = new Map(sides.map(({ name }) => [name, summarise(slices.get(name) ?? [])]));
  printResults(results);
  printMemory(platform);
  const half = await atHalf(benchmark, generator, platform, results.get(platform.name)?.perSecond ?? 0);
  const failures = await check(sides, generator, results);
  return withHalf(outcome(results, { platform, usual, inSoftswiss }), half, failures);
}

/** `--provider <name>`: whose language the platform is spoken to in; the usual way always gets softswiss. */
function takeProvider(args: string[]): ProviderName {
  const at = args.indexOf('--provider');
  const given = at < 0 ? 'softswiss' : args.splice(at, 2)[1];
  const name = providerNames.find((known) => known === given);
  if (!name) throw new Error(`--provider takes one of ${providerNames.join(', ')}`);
  return name;
}

/** How long the results of rounds take when half of what the machine serves at most is asked for. */
async function atHalf(
  benchmark: Benchmark,
  generator: Load,
  platform: CallbackSide,
  peakPerSecond: number,
): Promise<{ perSecond: number; resultP99Ms: number; failed: number }> {
  benchmark.say('half of the load');
  const slice = await generator.fire(platform.name, benchmark.seconds, { perSecond: peakPerSecond / 2 });
  await platform.settle();
  const resultP99Ms = percentile(ascending(slice.resultLatenciesMs), 0.99);
  return { perSecond: slice.answered / slice.seconds, resultP99Ms, failed: slice.failed };
}

function withHalf(
  { figures, ratios }: Outcome,
  { perSecond, resultP99Ms, failed }: { perSecond: number; resultP99Ms: number; failed: number },
  failures: readonly string[],
): Outcome {
  printTable(
    ['at half of the throughput', 'calls/s', 'p99 of results, ms', 'target', ''],
    [['platform', perSecond, resultP99Ms, '< 200', resultP99Ms < 200 ? 'reached' : 'missed']],
  );
  return {
    figures: { ...figures, 'half-callbacks-per-second': perSecond, 'half-result-p99-ms': resultP99Ms },
    ratios,
    failures: failed > 0 ? [...failures, `${failed} calls failed at half of the load`] : failures,
  };
}

/** Compares both ledgers with what the generator was answered. */
async function check(
  sides: readonly CallbackSide[],
  generator: Load,
  results: ReadonlyMap<string, Result>,
): Promise<string[]> {
  const failures: string[] = [];
  const accounts = new Map<CallbackSide, AskedMovement[]>();
  for (const side of sides) accounts.set(side, await generator.account(side.name));
  for (const side of sides) {
    const { failed, failures: refused } = results.get(side.name) ?? { failed: 0, failures: [] };
    if (failed > 0) failures.push(`${side.name}: ${failed} calls failed, such as ${refused.join('; ')}`);
    const sharing = sides.filter(({ databaseUrl }) => databaseUrl === side.databaseUrl);
    if (sharing[0] !== side) continue;
    const asked = sharing.flatMap((one) => accounts.get(one) ?? []);
    const ledger = await readLedger(side.databaseUrl);
    const findings = checkLedger(asked, ledger, side.opening);
    const acknowledged = asked.filter((movement) => movement.acknowledged).length;
    process.stdout.write(
      `${side.name}: ${acknowledged} acknowledged movements, ${ledger.lines.length} in the ledger over ` +
        `${ledger.wallets.length} wallets: ${findings.length === 0 ? 'each exactly once, sums right' : 'WRONG'}\n`,
    );
    failures.push(...findings.map((finding) => `${side.name}: ${finding}`));
  }
  return failures;
}

function outcome(
  results: ReadonlyMap<string, Result>,
  sides: { platform: CallbackSide; usual: CallbackSide; inSoftswiss?: CallbackSide },
): Outcome {
  const { platform, usual, inSoftswiss } = sides;
  const own = results.get(platform.name);
  const other = results.get(usual.name);
  if (!own || !other) throw new Error('a side has no result');
  const ratio = own.perSecond / other.perSecond;
  const reference = inSoftswiss && results.get(inSoftswiss.name);
  const vsSoftswiss = reference && own.perSecond / reference.perSecond;
  printTable(
    ['', 'reached', 'target', ''],
    [
      ratioRow('vs-usual', ratio, 4),
      ...(vsSoftswiss === undefined ? [] : [ratioRow('vs-softswiss', vsSoftswiss, 0.85)]),
      ['p99-ms', own.p99Ms, '< 50', own.p99Ms < 50 ? 'reached' : 'missed'],
    ],
  );
  return {
    figures: {
      'callbacks-per-second': own.perSecond,
      'usual-callbacks-per-second': other.perSecond,
      'p50-ms': own.p50Ms,
      'p99-ms': own.p99Ms,
    },
    ratios: { 'vs-usual': ratio, ...(vsSoftswiss !== undefined && { 'vs-softswiss': vsSoftswiss }) },
  };
}

const args = process.argv.slice(2);
const provider = takeProvider(args);
void runBenchmark('callbacks', 20, run, args);
