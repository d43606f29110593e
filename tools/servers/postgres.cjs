// @ts-check
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Client } = require('pg');
const { commandLine, endProcess, host, isAlive, signalProcess, waitFor } = require('./processes.cjs');

/**
 * @typedef {object} PostgresOptions
 * @property {string} binaries folder with bin/, lib/ and share/
 * @property {string} data data directory; made when it does not exist
 * @property {{ uid: number, gid: number } | undefined} owner user to run as
 * @property {number} port
 * @property {string} password of the superuser `postgres`
 * @property {string} logFile
 * @property {Record<string, string>} [settings] server settings beside the defaults
 */

/**
 * @typedef {object} PostgresServer
 * @property {string} url of the database `postgres`, as superuser
 * @property {number} port
 * @property {number} pid
 * @property {Promise<number | string | null>} exited exit code or signal, once it has ended
 * @property {() => Promise<void>} stop fast shutdown: open transactions roll back, a checkpoint is written
 * @property {() => Promise<void>} kill SIGKILL, as a crash does
 */

// fsync stays on: what the tests and benchmarks say about durability must be true.
const defaultSettings = {
  listen_addresses: host,
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  // Below the posting engine's statement_timeout of 900 ms: a deadlock is then broken, not timed out.
  deadlock_timeout: '200ms',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] %d ',
  timezone: 'UTC',
};

/** @param {Pick<PostgresOptions, 'binaries' | 'data' | 'owner' | 'password'>} options */
function initialise({ binaries, data, owner, password }) {
  if (fs.existsSync(path.join(data, 'PG_VERSION'))) return;
  fs.rmSync(data, { recursive: true, force: true });
  fs.mkdirSync(data, { recursive: true, mode: 0o700 });
  if (owner) fs.chownSync(data, owner.uid, owner.gid);
  const passwordFile = `${data}.password`;
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner) fs.chownSync(passwordFile, owner.uid, owner.gid);
  const locale = ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const made = spawnSync(path.join(binaries, 'bin', 'initdb'), ['-D', data, '-N', ...locale, ...access], {
    ...owner,
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  fs.rmSync(passwordFile);
  if (made.status !== 0) {
    fs.rmSync(data, { recursive: true, force: true });
    throw new Error(`initdb failed: ${made.error?.message ?? `${made.stdout}\n${made.stderr}`}`);
  }
}

/**
 * Processes that work in the data directory: PostgreSQL enters it, so this finds backends that outlive a killed
 * postmaster too, and never someone else's server.
 * @param {string} data
 * @returns {number[]}
 */
function processesIn(data) {
  if (process.platform !== 'linux') {
    const { pid } = readPidFile(data);
    return pid > 0 && isAlive(pid) && commandLine(pid).includes(data) ? [pid] : [];
  }
  return fs.readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      return fs.readlinkSync(`/proc/${entry}/cwd`) === fs.realpathSync(data) ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

/** @param {string} data @returns {{ pid: number, status: string }} what the server wrote about itself */
function readPidFile(data) {
  try {
    const lines = fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), status: lines[7]?.trim() ?? '' };
  } catch {
    return { pid: 0, status: '' };
  }
}

/**
 * Whether this process, and not another program on its port, is ready.
 * @param {string} data
 * @param {number} pid
 */
function isReady(data, pid) {
  const written = readPidFile(data);
  return written.pid === pid && written.status === 'ready';
}

/**
 * Ends what an earlier, killed run left in the data directory, and removes its pid file: PostgreSQL would refuse
 * to start when the recorded number now belongs to another process.
 * @param {string} data
 * @returns {Promise<number>} how many processes were left
 */
async function endLeftovers(data) {
  if (!fs.existsSync(data)) return 0;
  const left = processesIn(data);
  const postmaster = left.find((pid) => pid === readPidFile(data).pid);
  if (postmaster) await endProcess(postmaster, { signal: 'SIGINT', timeoutMs: 15_000 });
  for (const pid of processesIn(data)) signalProcess(pid, 'SIGKILL');
  await waitFor(() => processesIn(data).length === 0, { timeoutMs: 10_000, what: 'the end of old backends' });
  fs.rmSync(path.join(data, 'postmaster.pid'), { force: true });
  return left.length;
}

/** @param {string} url */
async function acceptsQueries(url) {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Starts PostgreSQL on the data directory and returns once it answers queries. It runs in a process group of its
 * own, so that Ctrl-C at a terminal does not reach it before its clients.
 * @param {PostgresOptions} options
 * @returns {Promise<PostgresServer>}
 */
async function startPostgres(options) {
  const { binaries, data, owner, port, password, logFile } = options;
  initialise(options);
  await endLeftovers(data);
  const settings = Object.entries({ ...defaultSettings, port: String(port), ...options.settings });
  const log = fs.openSync(logFile, 'a', 0o600);
  const child = spawn(
    path.join(binaries, 'bin', 'postgres'),
    ['-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...owner,
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    },
  );
  fs.closeSync(log);
  /** @type {Promise<number | string | null>} */
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
    child.once('error', () => resolve(1));
  });
  const pid = child.pid ?? 0;
  const url = `postgres://postgres:${encodeURIComponent(password)}@${host}:${port}/postgres`;
  const answered = waitFor(() => isReady(data, pid) && acceptsQueries(url), {
    timeoutMs: 60_000,
    what: `PostgreSQL on port ${port}`,
  });
  const early = await Promise.race([answered, exited.then(() => undefined)]);
  if (early === undefined) {
    answered.catch(() => undefined);
    const tail = fs.readFileSync(logFile, 'utf8').trim().split('\n').slice(-8).join('\n');
    throw new Error(`PostgreSQL did not start on port ${port}:\n${tail}`);
  }
  return {
    url,
    port,
    pid,
    exited,
    stop: () => endProcess(pid, { signal: 'SIGINT', timeoutMs: 15_000 }),
    kill: () => endProcess(pid, { signal: 'SIGKILL' }),
  };
}

module.exports = { startPostgres, endLeftovers };
