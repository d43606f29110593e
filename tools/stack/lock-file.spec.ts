import { sameRequiredPackages } from './lock-file.cjs';

const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
const pg = { version: '8.23.1', integrity: 'sha512-a' };

describe('the lock file after an install', () => {
  it('may gain and lose optional packages of other platforms', () => {
    const before = lock({ 'node_modules/pg': pg, 'node_modules/swc-linux': { optional: true } });
    const after = lock({ 'node_modules/swc-win32': { optional: true }, 'node_modules/pg': pg });
    expect(sameRequiredPackages(before, after)).toBe(true);
  });

  it.each([
    ['a version', { 'node_modules/pg': { ...pg, version: '8.24.0' } }],
    ['contents', { 'node_modules/pg': { ...pg, integrity: 'sha512-b' } }],
    ['a package more', { 'node_modules/pg': pg, 'node_modules/nats': pg }],
    ['a package less', {}],
  ])('does not fit when it differs in %s', (_what, packages) => {
    expect(sameRequiredPackages(lock({ 'node_modules/pg': pg }), lock(packages))).toBe(false);
  });
});
