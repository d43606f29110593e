// @ts-check
/**
 * `npm run wallet -- verify | archive | settlement ...`: the wallet's commands against the running platform. The
 * verification is given the checkpoints that stand in the wallet's own log file too.
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
  const url = databases.wallet;
  if (!url) throw new Error('the platform does not run: npm start');
  const secret = secretStore();
  const own = services
    .find(({ name }) => name === 'wallet')
    ?.env?.({ demo: new Demo(secret), urls: {}, secret });
  const log = inStack('logs', 'wallet.log');
  const argv = process.argv.slice(2);
  const withLog = argv[0] === 'verify' && argv.length === 1 && existsSync(log);
  const args = [...argv, ...(withLog ? ['--checkpoints', log] : [])];
  const { status } = spawnSync(process.execPath, ['apps/wallet/dist/main.js', ...args], {
    cwd: root,
    env: {
      ...process.env,
      ...own,
      DATABASE_URL: url,
      PAYMENTS_CONFIG: inStack('config', 'wallet.json'),
    },
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

try {
  main();
} catch (error) {
  fail(error);
  process.exitCode = 1;
}
