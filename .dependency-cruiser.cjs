// @ts-check
const spec = ['spec\\.ts$', '/test/', '/fixtures/'];
const infrastructure = '(^|/)node_modules/(@types/)?(@nestjs|typeorm|pg|nats)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-is-pure',
      comment: 'Decisions are plain functions: nothing in them talks to the world.',
      severity: 'error',
      from: { path: ['^libs/money/', '^apps/[^/]+/src/domain/'], pathNot: spec },
      to: { path: [infrastructure, '^(fs|net|http|https|child_process|timers)(/|$)'] },
    },
    {
      name: 'contracts-hold-no-infrastructure',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: spec },
      to: { path: infrastructure },
    },
    {
      name: 'slices-stay-apart',
      comment: 'Shared rules move to domain/, shared SQL to store/.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/use-cases/([^/]+)/', pathNot: spec },
      to: { path: '^apps/$1/src/use-cases/', pathNot: '^apps/$1/src/use-cases/$2/' },
    },
    {
      name: 'store-decides-nothing',
      comment: 'SQL is called by use cases, never the other way round.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/(store|domain)/', pathNot: spec },
      to: { path: '^apps/$1/src/(use-cases|adapters)/' },
    },
    {
      name: 'apps-stay-apart',
      comment: 'What services know of each other is in libs/contracts.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'gateway-has-no-database',
      severity: 'error',
      from: { path: '^apps/gateway/' },
      to: { path: ['^libs/(persistence|audit)/', '(^|/)node_modules/(@types/)?(typeorm|pg)/'] },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|tools)/', pathNot: '^tools/servers/' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [...spec, '^libs/testing/'] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'no-development-packages-at-run-time',
      severity: 'error',
      from: {
        path: ['^(apps|libs)/[^/]+/src/', '^apps/[^/]+/migrations/'],
        pathNot: [...spec, '^libs/testing/'],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-missing-files', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    combinedDependencies: true,
  },
};
