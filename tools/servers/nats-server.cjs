// @ts-check
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { endProcess, host, waitFor } = require('./processes.cjs');
const { downloadNatsServer } = require('./nats-download.cjs');

/**
 * @typedef {object} NatsOptions
 * @property {string} binary
 * @property {string} folder for JetStream's store, the log and the ports file
 * @property {number} [port] a free one that the server picks itself when left out
 * @property {number} [monitorPort] HTTP monitoring; off when left out
 * @property {string} [configFile]
 */

/**
 * @typedef {object} NatsServer
 * @property {string} url
 * @property {number} port
 * @property {number} pid
 * @property {Promise<number | string | null>} exited exit code or signal, once it has ended
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} kill SIGKILL, as a crash does
 */

// Older ones ignore the reason of a terminated message and know no filter_subjects.
const minimum = [2, 10, 23];

/** @param {string} binary @returns {boolean} */
function isNewEnough(binary) {
  const asked = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (asked.error) return false;
  const version = /(\d+)\.(\d+)\.(\d+)/.exec(asked.stdout)?.slice(1).map(Number);
  if (!version) return false;
  const differing = version.findIndex((part, index) => part !== minimum[index]);
  return differing === -1 || Number(version[differing]) > Number(minimum[differing]);
}

/** @returns {string} outlives a wiped checkout; below the checkout where there is no home */
function cachedBinary() {
  const name = `baize/nats-server-${process.platform}-${process.arch}`;
  const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  try {
    fs.mkdirSync(path.join(cache, 'baize'), { recursive: true });
    fs.accessSync(path.join(cache, 'baize'), fs.constants.W_OK);
    return path.join(cache, name);
  } catch {
    return path.resolve(__dirname, '../../node_modules/.cache', name);
  }
}

/**
 * A nats-server that is new enough: from PATH, from an earlier download, or downloaded now.
 * @param {(message: string) => void} [report]
 * @returns {string} path of the binary
 */
function findNatsServer(report = () => undefined) {
  const onPath = (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'nats-server'))
    .find((file) => fs.existsSync(file) && isNewEnough(file));
  if (onPath) return onPath;
  const cached = cachedBinary();
  if (fs.existsSync(cached) && isNewEnough(cached)) return cached;
  report('downloading nats-server from the Debian archive of this machine');
  const problems = downloadNatsServer(isNewEnough, cached);
  if (problems.length === 0) return cached;
  throw new Error(
    `No nats-server ${minimum.join('.')} or newer found, and it could not be downloaded (${problems.join('; ')}).\n` +
      'Get one from https://nats.io/download and put it on PATH, or point NATS_URL at a running server.',
  );
}

/**
 * Starts nats-server with JetStream and returns once it accepts clients, in a process group of its own.
 * @param {NatsOptions} options
 * @returns {Promise<NatsServer>}
 */
async function startNatsServer({ binary, folder, port = -1, monitorPort, configFile }) {
  fs.mkdirSync(folder, { recursive: true });
  const logFile = path.join(folder, 'nats-server.log');
  const child = spawn(
    binary,
    [
      ...(configFile ? ['-c', configFile] : []),
      ...['-a', host, '-p', String(port), '-js', '-sd', path.join(folder, 'jetstream')],
      ...['--ports_file_dir', folder, '-l', logFile],
      ...(monitorPort ? ['-m', String(monitorPort)] : []),
    ],
    { cwd: folder, detached: true, stdio: 'ignore' },
  );
  /** @type {Promise<number | string | null>} */
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
    child.once('error', () => resolve(1));
  });
  const pid = child.pid ?? 0;
  // Written by the server once it listens: it proves that the port is its own.
  const portsFile = path.join(folder, `${path.basename(binary)}_${pid}.ports`);
  const listening = waitFor(
    () => /** @type {{ nats: string[] }} */ (JSON.parse(fs.readFileSync(portsFile, 'utf8'))).nats[0],
    { timeoutMs: 60_000, intervalMs: 10, what: 'nats-server' },
  );
  const url = await Promise.race([listening, exited.then(() => undefined)]);
  if (url === undefined) {
    listening.catch(() => undefined);
    const log = fs.existsSync(logFile)
      ? fs.readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n')
      : '';
    throw new Error(`nats-server did not start${port > 0 ? ` on port ${port}` : ''}:\n${log}`);
  }
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    exited,
    stop: () => endProcess(pid, { signal: 'SIGTERM' }),
    kill: () => endProcess(pid, { signal: 'SIGKILL' }),
  };
}

module.exports = { findNatsServer, startNatsServer };
