// @ts-check
import { existsSync, readlinkSync } from 'node:fs';
import { root } from '../servers/root.cjs';
import { inStack, readJson, writePrivate } from './state.mjs';
import { commandLine, endProcess, isAlive } from '../servers/processes.cjs';

/**
 * What runs, on disk, so that a start after `kill -9` of the launcher finds what it left.
 * @typedef {{ launcher: number, processes: Record<string, { pid: number, mark: string }> }} Run
 */

const file = inStack('run.json');
/** @type {Run} */
const current = { launcher: process.pid, processes: {} };

/**
 * @param {string} name
 * @param {number} pid
 * @param {string} mark part of its command line that tells it from another process that got the same number
 */
export function recordProcess(name, pid, mark) {
  current.processes[name] = { pid, mark };
  writePrivate(file, current);
}

/** Whether a process is one that was started from this checkout with this mark. @param {number} pid @param {string} mark */
function isOurs(pid, mark) {
  if (!isAlive(pid) || !commandLine(pid).includes(mark)) return false;
  if (mark.startsWith('/') || !existsSync(`/proc/${pid}/cwd`)) return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === root;
  } catch {
    return false;
  }
}

/** Fails when another launcher runs on the same folder: two would fight over ports and data. */
export function refuseSecondLauncher() {
  const { launcher } = readJson(file, { launcher: 0 });
  if (launcher && launcher !== process.pid && isOurs(launcher, 'tools/start.mjs')) {
    throw new Error(`the platform runs already (process ${launcher}); stop it first`);
  }
}

/** Ends what a killed launcher left running. @returns {Promise<string[]>} their names */
export async function endLeftoverProcesses() {
  /** @type {Run} */
  const earlier = readJson(file, current);
  const left = Object.entries(earlier.processes).filter(([, { pid, mark }]) => isOurs(pid, mark));
  await Promise.all(left.map(([, { pid }]) => endProcess(pid, { timeoutMs: 5_000 })));
  current.processes = {};
  writePrivate(file, current);
  return left.map(([name]) => name);
}
