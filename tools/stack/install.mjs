// @ts-check
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../servers/root.cjs';
import { sameRequiredPackages } from './lock-file.cjs';
import { step } from './progress.mjs';
import { refuseWhenStopping, trackHelper } from './shutdown.mjs';

const lockFile = join(root, 'package-lock.json');
const marker = join(root, 'node_modules', '.baize-installed');

/** Fails when this Node is older than package.json asks for. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`);
  }
}

/** What the installed packages depend on. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.versions.modules}`);
  const manifests = readdirSync(join(root, 'libs')).map((lib) => join('libs', lib, 'package.json'));
  for (const file of ['package.json', 'package-lock.json', ...manifests.sort()]) {
    if (existsSync(join(root, file))) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * Runs a command quietly; its output is shown only when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function quietly(command, args, env = process.env) {
  refuseWhenStopping();
  let output = '';
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  trackHelper(child);
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  refuseWhenStopping();
  if (code !== 0)
    throw new Error(`${[command, ...args].join(' ')} ended with ${String(code)}:\n${output.trim()}`);
  return output;
}

/**
 * Installs what package-lock.json names, unless that is done already. `npm ci` is not used: it fails on registries
 * that lack packages of other platforms, which the lock lists.
 */
export async function installPackages() {
  if (existsSync(marker) && readFileSync(marker, 'utf8') === fingerprint()) return;
  await step('installing packages', async () => {
    const locked = readFileSync(lockFile, 'utf8');
    const flags = [
      'install',
      '--include=dev',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--no-progress',
    ];
    const npm = process.env.npm_execpath;
    // Run through npm: the same npm again, whatever PATH says.
    if (npm?.endsWith('.js')) await quietly(process.execPath, [npm, ...flags]);
    else await quietly('npm', flags);
    const written = readFileSync(lockFile, 'utf8');
    if (written !== locked) writeFileSync(lockFile, locked);
    if (!sameRequiredPackages(locked, written)) {
      throw new Error(
        'package-lock.json does not fit package.json: npm wanted to change it. Run npm install and commit the lock.',
      );
    }
    writeFileSync(marker, fingerprint());
  });
}

/** Builds every project that the running platform needs; unchanged ones come from Nx's cache. */
export async function build() {
  const nx = join(root, 'node_modules', '.bin', 'nx');
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', FORCE_COLOR: '0' };
  await quietly(process.execPath, [nx, 'run-many', '-t', 'build', '--outputStyle=static'], env);
}
