import 'reflect-metadata';
import { runBenchmark, type Benchmark } from '../frame/benchmark';
import { childrenOf, residentBytes } from '../frame/machine';
import { printTable, type Outcome } from '../frame/report';
import { build, startBenchPostgres, workFolder } from '../frame/servers';
import { ascending, percentile } from '../frame/statistics';
import { Load } from '../callbacks/load';
import { load } from '../callbacks/side';
import { Api } from './api';
import { fillAccount, leastLines, measureStatement, type StatementFigures } from './statement';
import type { WebhookTimes } from './webhooks';

const perSecond = 100;
const warmUpSeconds = 3;
/** These players only deposit; the others play meanwhile. */
const depositors = 1_000;
const targets = { visibleMs: 500, firstPageMs: 100, growthMb: 100 };

interface Figures {
  readonly alone: WebhookTimes;
  readonly beside: WebhookTimes;
  readonly callbacksPerSecond: number;
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

  const aloneCount = perSecond * warmUpSeconds;
  const count = aloneCount + perSecond * benchmark.seconds;
  benchmark.say(`starting ${count} deposits`);
  const deposits = await asService(access, 'gateway', (client) =>
    startDeposits(client, payers, { count, opening: load.openingBalance, brand: demo.brand }),
  );
  const way = { perSecond, secret: demo.psps.stripe.webhookSecret, brand: demo.brand };
  benchmark.say('webhooks alone');
  const alone = await tellAll(api, deposits.slice(0, aloneCount), way);
  benchmark.say(`webhooks beside ${load.connections} connections of bets and wins, ${benchmark.seconds} s`);
  const [beside, slice] = await Promise.all([
    tellAll(api, deposits.slice(aloneCount), way),
    generator.fire('platform', benchmark.seconds),
  ]);
  await platform.settle();
  const failures = [
    ...[...alone.failures, ...beside.failures].slice(0, 5),
    ...(await checkBalances(api, deposits)).slice(0, 5),
  ];
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
  return {
    ...outcome({ alone, beside, callbacksPerSecond: slice.answered / slice.seconds, statement }),
    failures,
  };
}

function outcome({ alone, beside, callbacksPerSecond, statement }: Figures): Outcome {
  const of = ({ latenciesMs }: WebhookTimes, share: number): number =>
    percentile(ascending(latenciesMs), share);
  const verdict = (value: number, most: number): string => (value < most ? 'reached' : 'missed');
  printTable(
    [`webhook in to balance visible, ${perSecond}/s`, 'webhooks', 'p50 ms', 'p99 ms', 'target', ''],
    [
      ['alone', alone.latenciesMs.length, of(alone, 0.5), of(alone, 0.99), '', ''],
      [
        `beside ${Math.round(callbacksPerSecond)} callbacks/s`,
        ...[beside.latenciesMs.length, of(beside, 0.5), of(beside, 0.99), `< ${targets.visibleMs}`],
        verdict(of(beside, 0.99), targets.visibleMs),
      ],
    ],
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
      'visible-p50-ms': of(beside, 0.5),
      'visible-p99-ms': of(beside, 0.99),
      'visible-alone-p99-ms': of(alone, 0.99),
      'callbacks-per-second': callbacksPerSecond,
      'statement-page-p99-ms': statement.firstPageP99Ms,
      'statement-stream-seconds': statement.streamSeconds,
      'statement-memory-growth-mb': growthMb,
    },
    ratios: {},
  };
}

void runBenchmark('payments', 20, run);
