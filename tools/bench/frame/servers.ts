import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findNatsServer, startNatsServer, type NatsServer } from '../../servers/nats-server.cjs';
import { placePostgres } from '../../servers/postgres-binaries.cjs';
import { startPostgres, type PostgresServer } from '../../servers/postgres.cjs';
import { freePort } from '../../servers/processes.cjs';
import { root, type Benchmark } from './benchmark';

/** A folder of this run, removed at its end. Not in /tmp, which may be memory, where fsync costs nothing. */
export function workFolder(benchmark: Benchmark): string {
  const folder = mkdtempSync(join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'baize-bench-'));
  chmodSync(folder, 0o755);
  benchmark.atEnd(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A PostgreSQL of this run alone, with the settings that the product's launcher uses: fsync is on. */
export async function startBenchPostgres(
  benchmark: Benchmark,
  folder: string,
  settings?: Record<string, string>,
): Promise<PostgresServer> {
  benchmark.say('starting PostgreSQL');
  const logFile = join(folder, 'postgres.log');
  const server = await startPostgres({
    ...placePostgres({ home: folder, elsewhere: () => folder }),
    port: await freePort(),
    password: randomBytes(18).toString('base64url'),
    logFile,
    settings,
  });
  let stopping = false;
  void server.exited.then(() => {
    if (!stopping) benchmark.say(`PostgreSQL ended:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
  });
  benchmark.atEnd(() => {
    stopping = true;
    return server.stop();
  });
  return server;
}

/** A nats-server of this run alone. */
export async function startBenchNats(
  benchmark: Benchmark,
  folder: string,
  configFile?: string,
): Promise<NatsServer> {
  const server = await startNatsServer({
    binary: findNatsServer((message) => {
      benchmark.say(message);
    }),
    folder: join(folder, 'nats'),
    configFile,
  });
  benchmark.atEnd(() => server.stop());
  return server;
}

/** Makes a database and gives its URL. */
export async function createDatabase(server: PostgresServer, name: string): Promise<string> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.toString();
}

/** Builds projects and what they depend on; quick when nothing changed. */
export function build(benchmark: Benchmark, projects: readonly string[]): void {
  benchmark.say(`building ${projects.join(', ')}`);
  const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
  const done = spawnSync(process.execPath, [nx, 'run-many', '-t', 'build', '-p', projects.join(',')], {
    cwd: root,
    encoding: 'utf8',
    timeout: 180_000,
  });
  if (done.status !== 0) throw new Error(`the build failed:\n${done.stdout}${done.stderr}`);
}
