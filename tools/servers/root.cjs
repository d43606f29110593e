// @ts-check
'use strict';
const path = require('node:path');

/** Folder of the repository. */
const root = path.resolve(__dirname, '../..');

module.exports = { root };
