// @ts-check
/**
 * `npm test`: installs what is missing, then every check and every test, on servers and ports of their own. The last
 * line says `N passed, N failed`, summed from jest's reports; a failed check, and a test file that could not run,
 * count as failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, checkNode, installPackages } from './stack/install.mjs';
import { root } from './servers/root.cjs';
import { fail, step } from './stack/progress.mjs';

const tiers = ['integration', 'e2e'];

/** @param {string} tier */
const reportOf = (tier) => join(root, 'reports', `${tier}.json`);

/** @param {string} tier */
function runTier(tier) {
  const jest = join(root, 'node_modules', '.bin', 'jest');
  // Whole processes share the machine with their servers: two e2e files at once would measure each other.
  const workers = tier === 'e2e' ? ['--runInBand'] : [];
  const args = [
    jest,
    '--selectProjects',
    tier,
    '--passWithNoTests',
    '--json',
    '--outputFile',
    reportOf(tier),
    ...workers,
  ];
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('close', done);
    child.once('error', done);
  });
}

/** @param {string} tier @returns {{ passed: number, failed: number }} */
function countOf(tier) {
  if (!existsSync(reportOf(tier))) return { passed: 0, failed: 1 };
  /** @type {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number, success: boolean }} */
  const report = JSON.parse(readFileSync(reportOf(tier), 'utf8'));
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed };
}

async function main() {
  checkNode();
  await installPackages();
  await step('building', build);
  for (const tier of ['unit', ...tiers]) rmSync(reportOf(tier), { force: true });
  const { runChecks } = await import('./check.mjs');
  const failedChecks = await step('checking', runChecks, (failed) => failed.length === 0);
  for (const tier of tiers)
    await step(
      `${tier} tests`,
      () => runTier(tier),
      (code) => code === 0,
    );
  const counts = ['unit', ...tiers].map(countOf);
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  // The unit tests are a check and are counted one by one.
  const checks = failedChecks.filter((name) => name !== 'unit tests').length;
  const failed = counts.reduce((sum, count) => sum + count.failed, checks);
  if (failedChecks.length > 0) process.stdout.write(`failed checks: ${failedChecks.join(', ')}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed;
}

main().then(
  (failed) => process.exit(failed > 0 ? 1 : 0),
  (/** @type {unknown} */ error) => {
    fail(error);
    process.stdout.write('0 passed, 1 failed\n');
    process.exit(1);
  },
);
