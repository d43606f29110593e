import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, sleep } from '../../servers/processes.cjs';
import { serviceNames } from '@baize/contracts';
import { brokerConfig, SETUP_USER } from '@baize/messaging';
import type { ProviderName } from '../../../apps/sandbox/src/dialects/dialect';
import type { NatsServer } from '../../servers/nats-server.cjs';
import type { PostgresServer } from '../../servers/postgres.cjs';
import { root, type Benchmark } from '../frame/benchmark';
import { cpuSeconds } from '../frame/machine';
import { startBenchNats } from '../frame/servers';
import type { LoadTarget } from './movements';
import { startNode } from './node-process';
import { findGame, openPlayers, openSessions, type BrokerAccess } from './open-players';
import { load, residentBytesOf, type CallbackSide } from './side';
import { loadStack } from './stack.cjs';

/** What a service calls starts before it. A callback does not pass identity, which gives the others their leases. */
const started = ['identity', 'wallet', 'game-sessions', 'gateway'];

/** What is not as in the demo. */
const settings: Readonly<Record<string, object>> = {
  // More than any machine serves: the limit itself is not what is measured.
  gateway: { rateLimits: { providerPerSecond: 1_000_000, clientPerSecond: 1_000_000 } },
  // The defaults: with the demo's seconds the PSP would be asked about every waiting deposit again and again.
  wallet: { timing: undefined },
};

interface Stack extends Awaited<ReturnType<typeof loadStack>> {
  readonly benchmark: Benchmark;
  readonly folder: string;
  readonly secret: (name: string) => string;
  readonly demo: InstanceType<Awaited<ReturnType<typeof loadStack>>['Demo']>;
  readonly natsUrl: string;
  readonly databases: Readonly<Record<string, string>>;
  /** Public addresses by service. */
  readonly urls: Record<string, string>;
}

/** The platform, with the ways into it that a benchmark may need besides. */
export interface PlatformSide extends CallbackSide {
  /** The same platform spoken to in softswiss, where it is spoken to in another language. */
  readonly inSoftswiss?: CallbackSide;
  readonly gatewayUrl: string;
  readonly demo: Stack['demo'];
  readonly access: BrokerAccess;
}

/**
 * Starts the services of the hot path, and those that are asked for, on databases and a broker of this run alone, and
 * opens players.
 */
export async function startPlatformSide(
  benchmark: Benchmark,
  postgres: PostgresServer,
  folder: string,
  provider: ProviderName,
  { also = [] }: { readonly also?: readonly string[] } = {},
): Promise<PlatformSide> {
  benchmark.say('starting the platform');
  const modules = await loadStack();
  const secret = secrets();
  const nats = await startBroker(benchmark, folder, secret);
  const databases = await modules.ensureDatabases({
    adminUrl: postgres.url,
    ownRoles: true,
    names: modules.services.flatMap(({ name, database }) =>
      started.includes(name) && database ? [database] : [],
    ),
    secret,
  });
  const demo = new modules.Demo(secret);
  // Launches would lead to the sandbox; nobody launches here.
  const urls = { gateway: await freeUrl(), sandbox: await freeUrl() };
  const stack: Stack = { ...modules, benchmark, folder, secret, demo, natsUrl: nats.url, databases, urls };
  const processes: Record<string, number> = { nats: nats.pid };
  for (const name of [...also, ...started]) processes[name] = await startService(stack, name);
  const access: BrokerAccess = { natsUrl: nats.url, password: (service) => secret(`nats-${service}`) };
  await quiet(Object.values(processes));
  const idleBytes = residentBytesOf(processes);
  benchmark.say(`opening ${load.players} players`);
  const playerIds = await openPlayers(access);
  const target = (name: ProviderName): Promise<LoadTarget> => targetOf(stack, access, name, playerIds);
  const side: CallbackSide = {
    name: 'platform',
    target: await target(provider),
    databaseUrl: databases.baize_wallet ?? '',
    // The adjustment that put the money there.
    opening: { balance: load.openingBalance, sequence: 1 },
    processes,
    idleBytes,
    settle: () => quiet(Object.values(processes)),
  };
  return {
    ...{ ...side, gatewayUrl: urls.gateway, demo, access },
    ...(provider !== 'softswiss' && {
      inSoftswiss: { ...side, name: 'platform in softswiss', target: await target('softswiss') },
    }),
  };
}

/** Where a provider calls, and in which sessions. */
async function targetOf(
  { urls, demo, databases }: Stack,
  access: BrokerAccess,
  provider: ProviderName,
  playerIds: readonly string[],
): Promise<LoadTarget> {
  const game = await findGame(access, provider);
  return {
    provider,
    url: `${urls.gateway ?? ''}/callbacks/games/${demo.brand}/${provider}`,
    credentials: demo.providers[provider],
    game: game.providerGameId,
    currency: load.currency,
    playerIds,
    sessions: await openSessions(databases.baize_game_sessions ?? '', provider, game.id, playerIds),
  };
}

/** A broker with the permissions of production, and the streams in it. */
async function startBroker(
  benchmark: Benchmark,
  folder: string,
  secret: (name: string) => string,
): Promise<NatsServer> {
  const users = [...serviceNames, SETUP_USER].map((name) => [name, secret(`nats-${name}`)]);
  const configFile = join(folder, 'nats.conf');
  writeFileSync(configFile, brokerConfig(Object.fromEntries(users) as Record<string, string>), {
    mode: 0o600,
  });
  const nats = await startBenchNats(benchmark, folder, configFile);
  const done = spawnSync(process.execPath, [join(root, 'libs/messaging/dist/setup-broker.js')], {
    env: { PATH: process.env.PATH, NATS_URL: nats.url, NATS_PASSWORD: secret(`nats-${SETUP_USER}`) },
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (done.status !== 0) throw new Error(`the broker could not be set up:\n${done.stdout}${done.stderr}`);
  return nats;
}

async function startService(stack: Stack, name: string): Promise<number> {
  const service = stack.services.find((candidate) => candidate.name === name);
  if (!service) throw new Error(`the launcher knows no service ${name}`);
  const health = await freeUrl();
  const env: Record<string, string> = {
    // The usual way logs no requests either.
    LOG_LEVEL: 'warn',
    HTTP_PORT: new URL(health).port,
    NATS_URL: stack.natsUrl,
    NATS_USER: name,
    NATS_PASSWORD: stack.secret(`nats-${name}`),
    ...service.env?.(stack),
  };
  if (service.serves) env[service.serves.variable] = new URL(stack.urls[name] ?? '').port;
  if (service.config) {
    const content = service.config.content(stack) as object;
    const file = join(stack.folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ ...content, ...settings[name] }), { mode: 0o600 });
    env[service.config.variable] = file;
  }
  if (service.database) {
    env.DATABASE_URL = stack.databases[service.database] ?? '';
    await stack.migrate(name, { ...process.env, ...env });
  }
  const { pid } = await startNode(stack.benchmark, {
    name,
    args: [...profiling(name), `apps/${name}/dist/main.js`],
    env,
    ready: async () => (await fetch(`${health}/health/ready`)).ok,
  });
  return pid;
}

async function freeUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

/** With BENCH_PROFILE_DIR each service writes a CPU profile there when it ends. */
function profiling(name: string): string[] {
  const folder = process.env.BENCH_PROFILE_DIR;
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}.cpuprofile`] : [];
}

function secrets(): (name: string) => string {
  const made = new Map<string, string>();
  return (name) => {
    const secret = made.get(name) ?? randomBytes(32).toString('base64url');
    made.set(name, secret);
    return secret;
  };
}

const quietIntervalMs = 250;
const quietShare = 0.08;
const quietWithinMs = 30_000;

/** Waits until the processes hardly work any more: events are published and projected after their calls. */
async function quiet(pids: readonly number[]): Promise<void> {
  const used = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const deadline = Date.now() + quietWithinMs;
  for (let before = used(); Date.now() < deadline;) {
    await sleep(quietIntervalMs);
    const now = used();
    if (now - before <= (quietIntervalMs / 1_000) * quietShare) return;
    before = now;
  }
  throw new Error(`the platform was still busy ${quietWithinMs} ms after the last call`);
}
