// @ts-check
/**
 * `npm run check`: everything that can be said about the code without a server. Runs two steps at a time; a step that
 * fails shows its output, the others go on.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, checkNode, installPackages } from './stack/install.mjs';
import { root } from './servers/root.cjs';

const lanes = 2;
const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name);
const reports = join(root, 'reports');
const unitReport = join(reports, 'unit.json');

/** @typedef {{ name: string, commands: string[][] }} Check longest first */
/** @type {Check[]} */
const checks = [
  {
    name: 'lint',
    // ESLint's module boundaries read the project graph that Nx leaves; without one they would be skipped.
    commands: [
      [bin('nx'), 'show', 'projects'],
      [bin('eslint'), '.', '--max-warnings', '0'],
    ],
  },
  {
    name: 'unit tests',
    commands: [[bin('jest'), '--selectProjects', 'unit', '--json', '--outputFile', unitReport]],
  },
  {
    name: 'types',
    commands: [
      [bin('tsc'), '-p', 'tsconfig.json'],
      [bin('tsc'), '-p', 'tsconfig.tools.json'],
    ],
  },
  { name: 'format', commands: [[bin('prettier'), '--check', '--log-level', 'warn', '.']] },
  {
    name: 'architecture',
    commands: [[bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'tools']],
  },
  { name: 'unused code', commands: [[bin('knip'), '--no-progress', '--no-config-hints']] },
  { name: 'generated files', commands: [['tools/generate.mjs', '--check']] },
];

/** @param {string[]} args @returns {Promise<{ passed: boolean, output: string }>} */
function runNode(args) {
  return new Promise((resolve) => {
    let output = '';
    const env = { ...process.env, NX_DAEMON: 'false', FORCE_COLOR: '0' };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.once('error', (error) => resolve({ passed: false, output: error.message }));
    child.once('close', (code) => resolve({ passed: code === 0, output }));
  });
}

/** @param {Check} check @returns {Promise<boolean>} */
async function runCheck({ name, commands }) {
  const begun = Date.now();
  for (const command of commands) {
    const { passed, output } = await runNode(command);
    if (!passed) {
      process.stdout.write(`${output.trim()}\n  ✗ ${name}\n`);
      return false;
    }
  }
  process.stdout.write(`  ✓ ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)\n`);
  return true;
}

/** @returns {Promise<string[]>} names of the failed checks */
export async function runChecks() {
  mkdirSync(reports, { recursive: true });
  const waiting = [...checks];
  /** @type {string[]} */
  const failed = [];
  const lane = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (!(await runCheck(check))) failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return failed;
}

if (process.argv[1] === import.meta.filename) {
  checkNode();
  await installPackages();
  await build();
  const failed = await runChecks();
  process.stdout.write(failed.length > 0 ? `failed: ${failed.join(', ')}\n` : 'all checks passed\n');
  process.exitCode = failed.length > 0 ? 1 : 0;
}
