// @ts-check
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { root } from '../servers/root.cjs';
import { recordProcess } from './processes.mjs';
import { refuseWhenStopping } from './shutdown.mjs';
import { inStack } from './state.mjs';
import { Supervised } from './supervisor.mjs';
import { endProcess, host, waitFor } from '../servers/processes.cjs';

const readyWithinMs = 60_000;
/** A service that died this often before it was ready will not get better. */
const hopelessAfterDeaths = 3;

/** The launcher's environment without what npm adds to it. */
function inheritedEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|STACK_|INIT_CWD)/i.test(name)),
  );
}

/** @param {Record<string, string>} own @returns {NodeJS.ProcessEnv} */
export function serviceEnvironment(own) {
  return { LOG_LEVEL: 'info', ...inheritedEnvironment(), NODE_ENV: 'production', ...own };
}

/**
 * Starts a service in a process group of its own: Ctrl-C at a terminal then reaches the launcher alone, which stops
 * the services in order. Its log is a file, not a pipe, so that it outlives the launcher.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 */
function spawnService(name, env) {
  const script = `apps/${name}/dist/main.js`;
  const log = openSync(logFile(name), 'a', 0o600);
  const child = spawn(process.execPath, [script], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const pid = child.pid ?? 0;
  recordProcess(name, pid, script);
  /** @type {Promise<number | string | null>} */
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
    child.once('error', (error) => resolve(error.message));
  });
  return Promise.resolve({ pid, exited, stop: () => endProcess(pid, { timeoutMs: 25_000 }) });
}

/** @param {string} name */
const logFile = (name) => inStack('logs', `${name}.log`);

/** @param {string} name */
function lastLines(name) {
  return readFileSync(logFile(name), 'utf8').trim().split('\n').slice(-12).join('\n');
}

/**
 * Starts a service, under supervision from then on.
 * @param {string} name
 * @param {number} port of its health
 * @param {Record<string, string>} env
 * @returns {{ stop: () => Promise<void>, ready: Promise<void> }}
 */
export function runService(name, port, env) {
  refuseWhenStopping();
  if (existsSync(logFile(name))) renameSync(logFile(name), `${logFile(name)}.1`);
  let deaths = -1;
  const supervised = new Supervised(name, () => {
    deaths += 1;
    return spawnService(name, serviceEnvironment(env));
  });
  const begun = supervised.begin();
  const ready = async () => {
    await begun;
    await waitFor(
      async () => (await answersReady(port)) || deaths >= hopelessAfterDeaths || supervised.stopping,
      {
        timeoutMs: readyWithinMs,
        intervalMs: 50,
        what: `readiness of ${name}`,
      },
    ).catch(() => undefined);
    refuseWhenStopping();
    if (!(await answersReady(port))) throw new Error(`${name} did not get ready:\n${lastLines(name)}`);
  };
  return { stop: () => supervised.stop(), ready: ready() };
}

/** @param {number} port */
async function answersReady(port) {
  try {
    const answer = await fetch(`http://${host}:${port}/health/ready`, { signal: AbortSignal.timeout(3_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
