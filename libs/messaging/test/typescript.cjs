'use strict';
/** Lets a child process of a test run the libraries from source: node -r <this file> script.ts */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');

const root = path.join(__dirname, '../../..');
const {
  exclude: _exclude,
  $schema: _schema,
  ...swc
} = JSON.parse(readFileSync(path.join(root, '.swcrc'), 'utf8'));
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const lib = /^@baize\/([a-z-]+)$/.exec(request);
  return resolve.call(this, lib ? path.join(root, 'libs', lib[1], 'src/index.ts') : request, ...rest);
};
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the only hook that CommonJS on Node 20 has
require.extensions['.ts'] = (module, filename) => {
  const options = { ...swc, filename, swcrc: false, sourceMaps: 'inline' };
  module._compile(transformSync(readFileSync(filename, 'utf8'), options).code, filename);
};
