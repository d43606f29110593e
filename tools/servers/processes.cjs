// @ts-check
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');

/** Every server of this repository listens on the loopback interface only. */
const host = '127.0.0.1';

/** @param {number} ms @returns {Promise<void>} */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Polls until the condition gives a truthy value and returns it; a condition that throws counts as not yet. Unless the
 * time is itself what is promised, leave the bound out: it only ends what would wait for ever.
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {{ timeoutMs?: number, intervalMs?: number, what?: string }} [options]
 * @returns {Promise<NonNullable<T>>}
 */
async function waitFor(condition, { timeoutMs = 60_000, intervalMs = 25, what = 'the condition' } = {}) {
  const deadline = Date.now() + timeoutMs;
  /** @type {unknown} */
  let failure;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (Date.now() >= deadline) {
      throw new Error(`${what} did not happen within ${timeoutMs} ms`, { cause: failure });
    }
    await sleep(intervalMs);
  }
}

/** @param {number} port @returns {Promise<number | undefined>} the port that was bound, undefined when it is taken */
function tryPort(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === 'object' ? address.port : undefined));
    });
  });
}

/**
 * The preferred port when it is free, else one that the system picks. Another program can still take it before
 * the caller binds it, so a failed bind must be an error of the server, never a use of whatever listens there.
 * @param {number} [preferred]
 * @param {Set<number>} [reserved] ports promised to others that have not bound them yet; the result is added
 * @returns {Promise<number>}
 */
async function freePort(preferred, reserved = new Set()) {
  const candidates = preferred ? [preferred] : [];
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const candidate = candidates.shift() ?? 0;
    const port = reserved.has(candidate) ? undefined : await tryPort(candidate);
    if (port && !reserved.has(port)) {
      reserved.add(port);
      return port;
    }
  }
  throw new Error('no free port found');
}

/** @param {number} pid @returns {boolean} false for a zombie too: it only waits for its parent to collect it */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return process.platform !== 'linux';
  }
}

/** @param {number} pid @returns {string} the command line, empty when the process is gone */
function commandLine(pid) {
  if (process.platform === 'linux') {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  }
  const asked = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return asked.error ? '' : asked.stdout.trim();
}

/** Sends a signal; a process that is already gone is fine. @param {number} pid @param {NodeJS.Signals} signal */
function signalProcess(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * Asks a process to end and kills it when it does not within the time.
 * @param {number} pid
 * @param {{ signal?: NodeJS.Signals, timeoutMs?: number }} [options]
 */
async function endProcess(pid, { signal = 'SIGTERM', timeoutMs = 10_000 } = {}) {
  if (!isAlive(pid)) return;
  signalProcess(pid, signal);
  try {
    await waitFor(() => !isAlive(pid), { timeoutMs, what: `the end of process ${pid}` });
  } catch {
    signalProcess(pid, 'SIGKILL');
    await waitFor(() => !isAlive(pid), { timeoutMs: 5_000, what: `the end of killed process ${pid}` });
  }
}

module.exports = { host, sleep, waitFor, freePort, isAlive, commandLine, signalProcess, endProcess };
