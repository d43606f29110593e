'use strict';
const { stopTestServers } = require('../../../tools/servers/test-servers.cjs');

module.exports = () => stopTestServers();
