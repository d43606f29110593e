import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startNatsServer as startNats } from '../../../tools/servers/nats-server.cjs';
import { startPostgres as startPrivatePostgres } from '../../../tools/servers/postgres.cjs';
import { freePort } from './ports';

/** What the jest run's global set-up recorded about the installed servers. */
interface TestServers {
  binaries: string;
  owner?: { uid: number; gid: number };
  folder: string;
  natsBinary: string;
}

/** A server that belongs to one test file. */
export interface PrivateServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** SIGKILL, as a crash does; the data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, after `kill` or when it died. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Settings of a private nats-server. */
export interface NatsServerOptions {
  /** Text of a nats-server configuration; JetStream, address and port are set beside it. */
  config?: string;
  /** A free port when left out. */
  port?: number;
}

/** Settings of a private PostgreSQL. */
export interface PostgresServerOptions {
  /** Server settings beside the defaults, e.g. `{ max_connections: '20' }`. */
  settings?: Record<string, string>;
}

interface StartedServer {
  url: string;
  port: number;
  pid: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

function testServers(): TestServers {
  const recorded = process.env.BAIZE_TEST_SERVERS;
  if (!recorded) {
    throw new Error('no test servers: name the file *.int-spec.ts or *.e2e-spec.ts and run it through jest');
  }
  return JSON.parse(recorded) as TestServers;
}

async function privateServer(
  folder: string,
  start: (port: number | undefined) => Promise<StartedServer>,
): Promise<PrivateServer> {
  let server = await start(undefined);
  return {
    get url() {
      return server.url;
    },
    get port() {
      return server.port;
    },
    get pid() {
      return server.pid;
    },
    kill: () => server.kill(),
    restart: async () => {
      server = await start(server.port);
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A nats-server process with JetStream for this test file alone; ready within some 20 ms. Stop it in `afterAll`. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<PrivateServer> {
  const { natsBinary, folder: parent } = testServers();
  const folder = mkdtempSync(join(parent, 'nats-'));
  const configFile = options.config === undefined ? undefined : join(folder, 'nats.conf');
  if (configFile && options.config) writeFileSync(configFile, options.config, { mode: 0o600 });
  return privateServer(folder, (port) =>
    startNats({ binary: natsBinary, folder, port: port ?? options.port, configFile }),
  );
}

/** A broker without users for this test file alone; the same as `startNatsServer()`. */
export function testBroker(): Promise<PrivateServer> {
  return startNatsServer();
}

/**
 * A PostgreSQL 18 for this test file alone, for tests that kill it or that hold transactions open: the outbox
 * horizon is cluster-wide, so a long transaction on the shared server would hold back other tests.
 */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PrivateServer> {
  const { binaries, owner, folder: parent } = testServers();
  const folder = mkdtempSync(join(parent, 'postgres-'));
  const data = join(folder, 'data');
  // The data directory's owner must be able to enter the folder around it.
  chmodSync(folder, 0o755);
  const password = randomBytes(18).toString('base64url');
  const settings = { shared_buffers: '32MB', ...options.settings };
  const logFile = join(folder, 'postgres.log');
  return privateServer(folder, async (port) =>
    startPrivatePostgres({
      binaries,
      owner,
      data,
      password,
      logFile,
      settings,
      port: port ?? (await freePort()),
    }),
  );
}
