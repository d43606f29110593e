// @ts-check
/**
 * `npm run audit -- verify`: verifies the audit log of every service of the running platform, against the checkpoints
 * that stand in the services' own log files too. Exit code 1 when something is wrong with one of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { root } from './servers/root.cjs';
import { Demo } from './stack/demo.mjs';
import { fail } from './stack/progress.mjs';
import { services } from './stack/services.mjs';
import { inStack, readJson, secretStore } from './stack/state.mjs';

function main() {
  /** @type {{ databases: Record<string, string> }} */
  const { databases } = readJson(inStack('demo.json'), { databases: {} });
  if (Object.keys(databases).length === 0) throw new Error('the platform does not run: npm start');
  const secret = secretStore();
  const setting = { demo: new Demo(secret), urls: {}, secret };
  const codes = services.flatMap(({ name, env }) => {
    const url = databases[name];
    const key = env?.(setting).AUDIT_SIGNING_KEY;
    return url && key ? [verify(name, { DATABASE_URL: url, AUDIT_SIGNING_KEY: key })] : [];
  });
  process.exitCode = Math.max(...codes);
}

/** @param {string} name @param {Record<string, string>} env */
function verify(name, env) {
  const log = inStack('logs', `${name}.log`);
  const args = [...process.argv.slice(2), ...(existsSync(log) ? ['--checkpoints', log] : [])];
  const { status } = spawnSync(process.execPath, [`apps/${name}/dist/main.js`, 'audit', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  return status ?? 1;
}

try {
  main();
} catch (error) {
  fail(error);
  process.exitCode = 1;
}
