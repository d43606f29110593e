// @ts-check
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from '../servers/root.cjs';
import { placePostgres } from '../servers/postgres-binaries.cjs';

/** Where everything of one running platform lives; `STACK_DIR` moves it. */
const stackFolder = resolve(root, process.env.STACK_DIR ?? '.stack');

/** The system's temporary folder that survives a restart of the machine. */
const persistentTemporaryFolder = '/var/tmp';

/** @param {string[]} parts */
export const inStack = (...parts) => join(stackFolder, ...parts);

const entries = [
  'secrets.json',
  'run.json',
  'places.json',
  'demo.json',
  'config',
  'logs',
  'nats',
  'postgres',
];

/**
 * Written aside and renamed: a reader, or a crash, never meets half a file.
 * @param {string} file
 * @param {unknown} value
 */
export function writePrivate(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  const text = typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`;
  writeFileSync(`${file}.partial`, text, { mode: 0o600 });
  renameSync(`${file}.partial`, file);
}

/**
 * @template T
 * @param {string} file
 * @param {T} otherwise
 * @returns {T}
 */
export function readJson(file, otherwise) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : otherwise;
}

/** Makes the folder; others may enter it (PostgreSQL runs as its own user), the files in it are private. */
export function prepareFolder() {
  mkdirSync(stackFolder, { recursive: true, mode: 0o755 });
  for (const folder of ['config', 'logs', 'nats'])
    mkdirSync(inStack(folder), { recursive: true, mode: 0o700 });
}

/** Removes what this launcher made, and nothing else: STACK_DIR could name any folder. */
export function wipe() {
  const { elsewhere } = readJson(inStack('places.json'), { elsewhere: '' });
  if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
  for (const entry of entries) rmSync(inStack(entry), { recursive: true, force: true });
}

/** Binaries, data and user of the embedded PostgreSQL. */
export function postgresPlace() {
  return placePostgres({
    home: stackFolder,
    elsewhere: () => {
      const recorded = readJson(inStack('places.json'), { elsewhere: '' }).elsewhere;
      if (recorded && existsSync(recorded)) return recorded;
      const made = mkdtempSync(join(persistentTemporaryFolder, 'baize-'));
      chmodSync(made, 0o755);
      writePrivate(inStack('places.json'), { elsewhere: made });
      return made;
    },
  });
}

/**
 * Random secrets, made when first asked for and kept until the next --reset.
 * @param {string} [file]
 * @returns {(name: string) => string}
 */
export function secretStore(file = inStack('secrets.json')) {
  /** @type {Record<string, string>} */
  const secrets = readJson(file, {});
  return (name) => {
    const known = secrets[name];
    if (known) return known;
    const made = randomBytes(32).toString('base64url');
    secrets[name] = made;
    writePrivate(file, secrets);
    return made;
  };
}
