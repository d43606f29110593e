// @ts-check
import { say } from './progress.mjs';
import { recordProcess } from './processes.mjs';
import { inStack, postgresPlace, writePrivate } from './state.mjs';
import { Supervised } from './supervisor.mjs';
import { startPostgres } from '../servers/postgres.cjs';
import { findNatsServer, startNatsServer } from '../servers/nats-server.cjs';
import { freePort, host } from '../servers/processes.cjs';

export { host };

/** Ports promised in this run. @type {Set<number>} */
const reserved = new Set();

/**
 * The preferred port, or a free one that is then reported.
 * @param {string} what
 * @param {number} preferred
 * @returns {Promise<number>}
 */
export async function choosePort(what, preferred) {
  const port = await freePort(preferred, reserved);
  if (port !== preferred) say(`  ! port ${preferred} is taken: ${what} uses ${port}`);
  return port;
}

/**
 * Another program can take the chosen port before the server binds it; then the next free one is tried.
 * @template T
 * @param {string} what
 * @param {number} preferred
 * @param {(port: number) => Promise<T>} start
 * @returns {Promise<T>}
 */
async function onFreePort(what, preferred, start) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(what, preferred);
    try {
      return await start(port);
    } catch (error) {
      if (attempt === 3 || (await freePort(port)) === port) throw error;
    }
  }
}

/**
 * @typedef {object} Server
 * @property {string} url
 * @property {() => Promise<void>} stop
 */

/** @param {string} password of the superuser @returns {Promise<Server>} */
export function startDatabaseServer(password) {
  const place = postgresPlace();
  return onFreePort('PostgreSQL', 5432, async (port) => {
    let url = '';
    const supervised = new Supervised('PostgreSQL', async () => {
      const server = await startPostgres({
        ...place,
        port,
        password,
        logFile: inStack('logs', 'postgres.log'),
      });
      recordProcess('PostgreSQL', server.pid, place.data);
      url = server.url;
      return server;
    });
    await supervised.begin();
    return { url, stop: () => supervised.stop() };
  });
}

/** @param {string} configText users and permissions @returns {Promise<Server>} */
export function startBroker(configText) {
  const binary = findNatsServer((message) => say(`    ${message}`));
  const configFile = inStack('config', 'nats.conf');
  writePrivate(configFile, configText);
  const folder = inStack('nats');
  return onFreePort('nats-server', 4222, async (port) => {
    let url = '';
    const supervised = new Supervised('nats-server', async () => {
      const server = await startNatsServer({ binary, folder, port, configFile });
      recordProcess('nats-server', server.pid, folder);
      url = server.url;
      return server;
    });
    await supervised.begin();
    return { url, stop: () => supervised.stop() };
  });
}
