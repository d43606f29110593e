// @ts-check
'use strict';
// The launcher's modules are ES modules, which compiled TypeScript cannot import on Node 20.

/** The parts of the launcher that say what a platform consists of. */
async function loadStack() {
  const [{ services }, { Demo }, { ensureDatabases, migrate }] = await Promise.all([
    import('../../stack/services.mjs'),
    import('../../stack/demo.mjs'),
    import('../../stack/databases.mjs'),
  ]);
  return { services, Demo, ensureDatabases, migrate };
}

module.exports = { loadStack };
