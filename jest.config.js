/** Three tiers: unit (pure, no servers), integration (real PostgreSQL and NATS), e2e (whole processes). */
const base = {
  rootDir: __dirname,
  testEnvironment: 'node',
  setupFiles: ['reflect-metadata'],
  modulePathIgnorePatterns: ['/dist/'],
  transform: { '^.+\\.[tj]s$': ['@swc/jest', swc()] },
  transformIgnorePatterns: ['/node_modules/(?!(jose|lossless-json|any-ascii|double-metaphone)/)'],
  moduleNameMapper: { '^@baize/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts' },
};
const servers = {
  globalSetup: '<rootDir>/libs/testing/src/jest-global-setup.js',
  globalTeardown: '<rootDir>/libs/testing/src/jest-global-teardown.js',
};
function swc() {
  const { exclude: _exclude, ...config } = JSON.parse(
    require('node:fs').readFileSync(`${__dirname}/.swcrc`, 'utf8'),
  );
  return { ...config, swcrc: false }; // otherwise the file's own `exclude` refuses the specs
}
module.exports = {
  maxWorkers: 2,
  // ends a test that hangs, and none that is slow: machines differ in speed, and may do other work too
  testTimeout: 120_000,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['**/{apps,libs,tools}/**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.(int|e2e)-spec\\.ts$', '/node_modules/'],
    },
    { ...base, ...servers, displayName: 'integration', testMatch: ['**/{apps,libs,tools}/**/*.int-spec.ts'] },
    {
      ...base,
      ...servers,
      displayName: 'e2e',
      testMatch: ['**/apps/*/test/**/*.e2e-spec.ts', '**/tools/**/*.e2e-spec.ts'],
    },
  ],
};
