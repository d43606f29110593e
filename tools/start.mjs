// @ts-check
/**
 * `npm start [-- --reset]`: from a fresh clone to a running platform, in the foreground.
 * Only modules of Node itself may be imported before the packages are installed.
 */
import { checkNode, installPackages } from './stack/install.mjs';
import { fail } from './stack/progress.mjs';
import { startUnder, stopAll, Stopped } from './stack/shutdown.mjs';

async function start() {
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => arg !== '--reset');
  if (unknown) throw new Error(`unknown option ${unknown}; the only one is --reset`);
  checkNode();
  await installPackages();
  const { launch } = await import('./stack/launcher.mjs');
  await launch({ reset: args.includes('--reset') });
}

// A closed terminal must not end the launcher before it has stopped what it started.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

startUnder(start).catch((/** @type {unknown} */ error) => {
  if (!(error instanceof Stopped)) fail(error);
  return stopAll(1);
});
