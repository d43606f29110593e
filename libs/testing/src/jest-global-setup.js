'use strict';
const { startTestServers } = require('../../../tools/servers/test-servers.cjs');

/** One PostgreSQL and one nats-server for the whole jest run, on free ports. */
module.exports = async () => {
  Object.assign(process.env, await startTestServers());
};
