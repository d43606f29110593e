import 'reflect-metadata';
import type { BrokerAccess } from '../callbacks/open-players';
import { Load } from '../callbacks/load';
import { load } from '../callbacks/side';
import { runBenchmark, type Benchmark } from '../frame/benchmark';
import { printTable, type Outcome } from '../frame/report';
import { build, startBenchPostgres, workFolder } from '../frame/servers';
import { ascending, percentile } from '../frame/statistics';
import { Api } from '../payments/api';
import type { Times } from './measures';

const betsPerSecond = 1_000;
const exclusionsPerSecond = 10;
const questionsPerSecond = 50;
const warmUpSeconds = 3;
/** Enough for a median; the warm-up of those that count. */
const aloneSeconds = 3;
const exclusionsAlone = exclusionsPerSecond * aloneSeconds;
const logins = { atOnce: 16, players: 200 };
const targets = { exclusionMs: 250, eligibilityMs: 5 };

interface Figures {
  readonly exclusionAlone: Times;
  readonly exclusion: Times;
  readonly betsReached: number;
  readonly betsFailed: number;
  readonly alone: Times;
  readonly beside: Times;
  readonly login: Times & { readonly perSecond: number };
}

async function run(benchmark: Benchmark): Promise<Outcome> {
  const services = ['gateway', 'game-sessions', 'identity', 'wallet'];
  build(benchmark, [...services, 'audit', 'contracts', 'messaging', 'money', 'persistence', 'runtime']);
  // Not before the build: it imports the libs.
  const { startPlatformSide } = await import('../callbacks/platform-side');
  const folder = workFolder(benchmark);
  const postgres = await startBenchPostgres(benchmark, folder);
  const platform = await startPlatformSide(benchmark, postgres, folder, 'softswiss');
  const generator = Load.start(benchmark);
  await generator.aim('platform', platform.target, load.connections);
  const compliance = platform.demo.clients.find(({ name }) => name === 'compliance');
  if (!compliance) throw new Error('the demo has no client compliance');
  const api = await Api.open(platform.gatewayUrl, compliance);
  benchmark.atEnd(() => api.close());
  const figures = await measure(
    benchmark,
    { api, access: platform.access, brand: platform.demo.brand },
    generator,
  );
  await platform.settle();
  return outcome(figures);
}

async function measure(
  benchmark: Benchmark,
  { api, access, brand }: { readonly api: Api; readonly access: BrokerAccess; readonly brand: string },
  generator: Load,
): Promise<Figures> {
  const { asService } = await import('../callbacks/open-players');
  const { measureEligibility, measureExclusions, measureLogins, registerPlayers } =
    await import('./measures');
  const { seconds } = benchmark;
  return asService(access, 'gateway', (asGateway) =>
    asService(access, 'game-sessions', async (asGameSessions) => {
      const excluded = exclusionsAlone + exclusionsPerSecond * seconds;
      benchmark.say(`registering ${excluded + logins.players} players`);
      const all = await registerPlayers(asGateway, excluded + logins.players, brand);
      const players = all.slice(excluded);
      const parts = { api, asGameSessions, brand };
      const pace = { perSecond: betsPerSecond, betsOnly: true };
      const rate = { perSecond: questionsPerSecond, seconds };

      benchmark.say('eligibility alone');
      await measureEligibility(asGameSessions, { players, brand }, { ...rate, seconds: warmUpSeconds });
      const alone = await measureEligibility(asGameSessions, { players, brand }, rate);
      benchmark.say('exclusions alone');
      const few = { perSecond: exclusionsPerSecond, seconds: aloneSeconds };
      const exclusionAlone = await measureExclusions(parts, all.slice(0, exclusionsAlone), few);
      await generator.fire('platform', warmUpSeconds, pace);
      benchmark.say(`exclusions and eligibility beside ${betsPerSecond} bets/s`);
      const [slice, exclusion, beside] = await Promise.all([
        generator.fire('platform', seconds, pace),
        measureExclusions(parts, all.slice(exclusionsAlone, excluded), {
          ...{ perSecond: exclusionsPerSecond, seconds },
        }),
        measureEligibility(asGameSessions, { players, brand }, rate),
      ]);
      benchmark.say('logins');
      const login = await measureLogins(asGateway, { players, brand }, { atOnce: logins.atOnce, seconds });
      const reached = { betsReached: slice.answered / slice.seconds, betsFailed: slice.failed };
      return { exclusionAlone, exclusion, ...reached, alone, beside, login };
    }),
  );
}

const shareOf = ({ ms }: Times, share: number): number => percentile(ascending(ms), share);
const verdict = (value: number, most: number): string => (value < most ? 'reached' : 'missed');

function outcome({
  exclusionAlone,
  exclusion,
  betsReached,
  betsFailed,
  alone,
  beside,
  login,
}: Figures): Outcome {
  const row = (name: string, times: Times, most?: number): (string | number)[] => {
    const p99 = shareOf(times, 0.99);
    const judged = most === undefined ? ['', ''] : [`< ${most}`, verdict(p99, most)];
    return [name, times.ms.length, shareOf(times, 0.5), p99, ...judged];
  };
  const bets = Math.round(betsReached);
  printTable(
    ['', 'times', 'p50 ms', 'p99 ms', 'target of p99', ''],
    [
      row('exclusion acknowledged, nothing else running', exclusionAlone),
      row(
        `exclusion acknowledged, ${bets} bets/s (${betsPerSecond} offered)`,
        exclusion,
        targets.exclusionMs,
      ),
      row('eligibility asked over the broker', alone, targets.eligibilityMs),
      row(`the same beside ${bets} bets/s`, beside),
      row(`login, ${logins.atOnce} at once`, login),
    ],
  );
  printTable(['', 'per second'], [['logins, argon2id as configured by default', login.perSecond]]);
  const failed = betsFailed > 0 ? [`${betsFailed} bets of the load failed`] : [];
  const all = [exclusionAlone, exclusion, alone, beside, login].flatMap(({ failures }) =>
    failures.slice(0, 3),
  );
  return {
    figures: {
      'exclusion-alone-p50-ms': shareOf(exclusionAlone, 0.5),
      'exclusion-p50-ms': shareOf(exclusion, 0.5),
      'exclusion-p99-ms': shareOf(exclusion, 0.99),
      'bets-per-second': betsReached,
      'eligibility-p50-ms': shareOf(alone, 0.5),
      'eligibility-p99-ms': shareOf(alone, 0.99),
      'eligibility-loaded-p99-ms': shareOf(beside, 0.99),
      'logins-per-second': login.perSecond,
      'login-p99-ms': shareOf(login, 0.99),
    },
    ratios: {},
    failures: [...failed, ...all],
  };
}

void runBenchmark('fence', 20, run);
