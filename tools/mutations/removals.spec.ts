import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

test('every guard of the list is where the list says', () => {
  const look = spawnSync(process.execPath, [resolve(__dirname, '../mutate.mjs'), '--look'], {
    encoding: 'utf8',
  });
  expect([look.stdout, look.stderr, look.status]).toEqual(['', '', 0]);
});
