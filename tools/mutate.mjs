// @ts-check
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts } from './mutations/accounts.mjs';
import { dialects } from './mutations/dialects.mjs';
import { fence } from './mutations/fence.mjs';
import { verification } from './mutations/verification.mjs';
import { root } from './servers/root.cjs';

/**
 * Guards, each with the test that must fail without it. `node tools/mutate.mjs [part of a name]` removes one after the
 * other, runs its test, and puts it back; exit code 1 when a test does not notice. `--look` only finds the guards.
 * @typedef {{ name: string, file: string, guard: string, instead: string, suite: string, test: string }} Removal
 */
const removals = [...fence, ...verification, ...accounts, ...dialects];

const kindOf = (/** @type {string} */ suite) =>
  suite.includes('.e2e-') ? 'e2e' : suite.includes('.int-') ? 'integration' : 'unit';

/** @param {Removal} removal @returns {string | undefined} what is wrong */
function survives({ file, guard, instead, suite, test }) {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  if (!before.includes(guard)) return `the guard is not in ${file} any more`;
  writeFileSync(
    path,
    before.replace(guard, () => instead),
  );
  try {
    const args = ['jest', '--forceExit', '--selectProjects', kindOf(suite), '--testPathPatterns', suite];
    const done = spawnSync('npx', test ? [...args, '-t', test] : args, {
      cwd: root,
      encoding: 'utf8',
      timeout: 300_000,
    });
    if (done.status === 0) return `${suite} passes without it`;
    return /^Tests: +\d+ failed/m.test(done.stderr) ? undefined : `${suite} could not run`;
  } finally {
    writeFileSync(path, before);
  }
}

const isThere = (/** @type {Removal} */ { file, guard }) =>
  readFileSync(join(root, file), 'utf8').includes(guard);
if (process.argv[2] === '--look') {
  const gone = removals.filter((removal) => !isThere(removal));
  for (const { name, file } of gone) process.stdout.write(`${name}: the guard is not in ${file} any more\n`);
  process.exit(gone.length > 0 ? 1 : 0);
}
const chosen = removals.filter(({ name }) => name.includes(process.argv[2] ?? ''));
let failures = 0;
for (const removal of chosen) {
  const problem = survives(removal);
  if (problem) failures += 1;
  process.stdout.write(
    `${problem ? 'NOT NOTICED' : 'noticed'}  ${removal.name}${problem ? `: ${problem}` : ''}\n`,
  );
}
process.stdout.write(`${chosen.length - failures} noticed, ${failures} not\n`);
process.exitCode = failures > 0 || chosen.length === 0 ? 1 : 0;
