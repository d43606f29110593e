'use strict';
/** Lets a child process of a test run the libraries from source: node -r <this file> script.ts */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '../../..');
const {
  exclude: _exclude,
  $schema: _schema,
  ...swc
} = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with the caller's own `this` below
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const lib = /^@baize\/([a-z-]+)$/.exec(request);
  return resolve.call(this, lib ? join(root, 'libs', lib[1], 'src/index.ts') : request, ...rest);
};
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the only hook that CommonJS on Node 20 has
require.extensions['.ts'] = (module, filename) => {
  const options = { ...swc, filename, swcrc: false, sourceMaps: 'inline' };
  module._compile(transformSync(readFileSync(filename, 'utf8'), options).code, filename);
};
