// @ts-check
import { say } from './progress.mjs';

/** @type {{ name: string, stop: () => Promise<void> }[]} */
const stops = [];
/** @type {Set<import('node:child_process').ChildProcess>} */
const helpers = new Set();
/** @type {Promise<void> | undefined} */
let starting;
/** @type {Promise<void> | undefined} */
let stopping;

/** Later ones are stopped first. @param {string} name @param {() => Promise<void>} stop */
export function onStop(name, stop) {
  stops.push({ name, stop });
}

/** A short-lived child (npm, Nx, a migration) that a stop ends at once. @param {import('node:child_process').ChildProcess} child */
export function trackHelper(child) {
  helpers.add(child);
  child.once('close', () => helpers.delete(child));
}

/** Thrown where the start must not go on because a stop was asked for. */
export class Stopped extends Error {}

/** To be called before each thing that is started. */
export function refuseWhenStopping() {
  if (stopping) throw new Stopped('stopped');
}

/**
 * Runs the start. A stop that is asked for meanwhile waits until the step in hand has ended, so that nothing is
 * started behind its back, and then stops what is there.
 * @param {() => Promise<void>} start
 */
export async function startUnder(start) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!stopping) say(`\n  stopping (${signal})`);
      void stopAll(0);
    });
  }
  starting = start();
  await starting;
}

/** Stops everything in order, then ends this process. @param {number} code */
export function stopAll(code) {
  stopping ??= (async () => {
    for (const helper of helpers) helper.kill();
    await starting?.catch(() => undefined);
    const any = stops.length > 0;
    for (let next = stops.pop(); next; next = stops.pop()) {
      try {
        await next.stop();
      } catch (error) {
        say(`  ! ${next.name} did not stop: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (any) say('  stopped');
    process.exit(code);
  })();
  return stopping;
}
