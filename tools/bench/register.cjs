// @ts-check
'use strict';
// Lets node run the benchmarks' TypeScript as it is: each file is compiled once, when it is first required.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');

/** @type {{ exclude?: unknown } & import('@swc/core').Options} */
const { exclude: _exclude, ...options } = JSON.parse(
  readFileSync(path.join(__dirname, '../../.swcrc'), 'utf8'),
);
/** @typedef {{ _compile: (code: string, filename: string) => void }} CompiledModule */
/** @type {{ _extensions: Record<string, (module: CompiledModule, filename: string) => void> }} */
const loader = /** @type {never} */ (Module);

loader._extensions['.ts'] = (/** @type {CompiledModule} */ module, /** @type {string} */ filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    ...options,
    filename,
    swcrc: false,
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
};
