import 'reflect-metadata';
import { runBenchmark, type Benchmark } from '../frame/benchmark';
import { childrenOf, residentBytes } from '../frame/machine';
import { printTable, type Outcome } from '../frame/report';
import { build, startBenchPostgres, workFolder } from '../frame/servers';
import { ascending, percentile } from '../frame/statistics';
import { Load } from '../callbacks/load';
import type { Pace } from '../callbacks/movements';
import { load } from '../callbacks/side';
import { Api } from './api';
import { fillAccount, leastLines, measureStatement, type StatementFigures } from './statement';
import type { WaitingDeposit, WebhookTimes } from './webhooks';

const perSecond = 100;
const warmUpSeconds = 3;
/** These players only deposit; the others play meanwhile. */
const depositors = 999;
const turns = 3;
const targets = { visibleMs: 500, firstPageMs: 100, growthMb: 100 };

/** Webhooks while bets and wins are played. */
interface Beside {
  readonly times: WebhookTimes;
  readonly callbacksPerSecond: number;
}

interface Figures {
  readonly alone: WebhookTimes;
  readonly atHalf: Beside;
  readonly atPeak: Beside;
  readonly statement: StatementFigures;
}

async function run(benchmark: Benchmark): Promise<Outcome> {
  const services = ['gateway', 'game-sessions', 'identity', 'wallet', 'sandbox'];
  build(benchmark, [...services, 'audit', 'contracts', 'messaging', 'money', 'persistence', 'runtime']);
  // Not before the build: it imports the libs.
  const { startPlatformSide } = await import('../callbacks/platform-side');
  const { asService } = await import('../callbacks/open-players');
  const { checkBalances, startDeposits, tellAll } = await import('./webhooks');
  const folder = workFolder(benchmark);
  const postgres = await startBenchPostgres(benchmark, folder);
  const platform = await startPlatformSide(benchmark, postgres, folder, 'softswiss', {
    also: ['sandbox'],
  });
  const { demo, gatewayUrl, access, target } = platform;
  const [operator] = demo.clients;
  if (!operator) throw new Error('the demo has no client');
  const api = await Api.open(gatewayUrl, operator);
  benchmark.atEnd(() => api.close());
  const payers = target.playerIds.slice(0, depositors);
  const reader = target.playerIds[depositors] ?? '';
  const generator = Load.start(benchmark);
  const players = {
    playerIds: target.playerIds.slice(depositors + 1),
    sessions: target.sessions?.slice(depositors + 1),
  };
  await generator.aim('platform', { ...target, ...players }, load.connections);

  const way = { perSecond, secret: demo.psps.stripe.webhookSecret, brand: demo.brand };
  /** Each time other players, and just before: a deposit that waits for a minute is asked about. */
  const start = (turn: number, seconds: number): Promise<WaitingDeposit[]> => {
    const count = perSecond * seconds;
    benchmark.say(`starting ${count} deposits`);
    const players = payers.slice((turn * depositors) / turns, ((turn + 1) * depositors) / turns);
    return asService(access, 'gateway', (client) =>
      startDeposits(client, players, { count, opening: load.openingBalance, brand: demo.brand }),
    );
  };
  const all = await start(0, warmUpSeconds);
  benchmark.say('webhooks alone');
  const alone = await tellAll(api, all, way);
  benchmark.say(`bets and wins alone, ${load.connections} connections`);
  const peak = await generator.fire('platform', warmUpSeconds);
  await platform.settle();
  const beside = async (what: string, turn: number, pace: Pace): Promise<Beside> => {
    const deposits = await start(turn, benchmark.seconds);
    benchmark.say(`webhooks beside ${what}, ${benchmark.seconds} s`);
    const [times, slice] = await Promise.all([
      tellAll(api, deposits, way),
      generator.fire('platform', benchmark.seconds, pace),
    ]);
    await platform.settle();
    all.push(...deposits);
    return { times, callbacksPerSecond: slice.answered / slice.seconds };
  };
  const halfPace = { perSecond: peak.answered / peak.seconds / 2 };
  const atHalf = await beside('half of that', 1, halfPace);
  const atPeak = await beside('all of that', 2, {});
  const untold = [alone, atHalf.times, atPeak.times].flatMap(({ failures }) => failures.slice(0, 5));
  const failures = [...untold, ...(await checkBalances(api, all)).slice(0, 5)];
  const now = new Date();
  const since = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  await fillAccount(benchmark, platform.databaseUrl, reader, { opening: load.openingBalance, since });
  const { gateway = 0, wallet = 0, nats = 0 } = platform.processes;
  const statement = await measureStatement(api, reader, since, {
    gateway: () => residentBytes(gateway),
    wallet: () => residentBytes(wallet),
    'nats-server': () => residentBytes(nats),
    // its buffers are shared by all of them, and full or not whatever this reads
    'PostgreSQL backends': () =>
      childrenOf(postgres.pid).reduce((sum, pid) => sum + residentBytes(pid, 'own'), 0),
    'the reader': () => process.memoryUsage.rss(),
  });
  if (statement.lines < leastLines) failures.push(`the statement has ${statement.lines} lines`);
  return { ...outcome({ alone, atHalf, atPeak, statement }), failures };
}

function outcome({ alone, atHalf, atPeak, statement }: Figures): Outcome {
  const of = ({ latenciesMs }: WebhookTimes, share: number): number =>
    percentile(ascending(latenciesMs), share);
  const verdict = (value: number, most: number): string => (value < most ? 'reached' : 'missed');
  const line = (name: string, times: WebhookTimes) => {
    return [name, times.latenciesMs.length, of(times, 0.5), of(times, 0.99)];
  };
  const beside = ({ times, callbacksPerSecond }: Beside) => [
    ...line(`beside ${Math.round(callbacksPerSecond)} callbacks/s`, times),
    ...[`< ${targets.visibleMs}`, verdict(of(times, 0.99), targets.visibleMs)],
  ];
  printTable(
    [`webhook in to balance visible, ${perSecond}/s`, 'webhooks', 'p50 ms', 'p99 ms', 'target', ''],
    [[...line('alone', alone), '', ''], beside(atHalf), beside(atPeak)],
  );
  const growthMb = statement.growthBytes / 1_000_000;
  printTable(
    ['statement of a million entries', 'figure', 'target', ''],
    [
      [
        'first page, p99 ms',
        statement.firstPageP99Ms,
        `< ${targets.firstPageMs}`,
        verdict(statement.firstPageP99Ms, targets.firstPageMs),
      ],
      ['whole month as CSV, s', statement.streamSeconds, '', ''],
      ['its lines', statement.lines, '', ''],
      ['its MB', statement.bytes / 1_000_000, '', ''],
    ],
  );
  printTable(
    ['memory while the month streams, MB', 'before', 'at most', 'more', 'target', ''],
    [
      ...statement.memory.map(({ name, before, most }) => [
        name,
        ...[before, most, most - before].map((bytes) => bytes / 1_000_000),
        ...['', ''],
      ]),
      [
        'gateway and wallet together',
        ...['', '', growthMb],
        ...[`< ${targets.growthMb}`, verdict(growthMb, targets.growthMb)],
      ],
    ],
  );
  return {
    figures: {
      'visible-alone-p99-ms': of(alone, 0.99),
      'visible-half-p99-ms': of(atHalf.times, 0.99),
      'visible-peak-p99-ms': of(atPeak.times, 0.99),
      'half-callbacks-per-second': atHalf.callbacksPerSecond,
      'peak-callbacks-per-second': atPeak.callbacksPerSecond,
      'statement-page-p99-ms': statement.firstPageP99Ms,
      'statement-stream-seconds': statement.streamSeconds,
      'statement-memory-growth-mb': growthMb,
    },
    ratios: {},
  };
}

void runBenchmark('payments', 20, run);
