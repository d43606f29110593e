// @ts-check
'use strict';
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { commandLine, endProcess, freePort, isAlive } = require('./processes.cjs');
const { placePostgres } = require('./postgres-binaries.cjs');
const { endLeftovers, startPostgres } = require('./postgres.cjs');
const { findNatsServer, startNatsServer } = require('./nats-server.cjs');

const prefix = 'baize-test-';
const folders = [...new Set([os.tmpdir(), '/var/tmp'])].filter((folder) => fs.existsSync(folder));

/** A folder that the servers' user can enter, marked with the process that uses it. @param {string} parent */
function makeFolder(parent) {
  const folder = fs.mkdtempSync(path.join(parent, prefix));
  fs.chmodSync(folder, 0o755);
  fs.writeFileSync(path.join(folder, 'owner'), `${process.pid} ${commandLine(process.pid)}`);
  return folder;
}

/** Ends the servers, and removes the folders, of test runs that were killed before they could. */
async function sweepKilledRuns() {
  const left = folders.flatMap((parent) =>
    fs
      .readdirSync(parent)
      .filter((name) => name.startsWith(prefix))
      .map((name) => path.join(parent, name)),
  );
  for (const folder of left) {
    try {
      const owner = fs.readFileSync(path.join(folder, 'owner'), 'utf8');
      const pid = Number.parseInt(owner, 10);
      if (isAlive(pid) && owner === `${pid} ${commandLine(pid)}`) continue;
      await endServersIn(folder);
      fs.rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's folder, or one that another run sweeps at this moment.
    }
  }
}

/** @param {string} folder */
async function endServersIn(folder) {
  const entries = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const entry of entries) {
    if (path.basename(entry) === 'PG_VERSION' && !entry.includes('base')) {
      await endLeftovers(path.join(folder, path.dirname(entry)));
    }
    const pid = Number(/_(\d+)\.ports$/.exec(entry)?.[1]);
    if (pid && commandLine(pid).includes(folder)) await endProcess(pid);
  }
}

/** Set-up and teardown are two modules of one process. */
let stop = () => Promise.resolve();

/**
 * Starts the servers that one run of tests or of a generator shares.
 * @returns {Promise<Record<string, string>>} environment that tells the workers about them
 */
async function startTestServers() {
  await sweepKilledRuns();
  const folder = makeFolder(os.tmpdir());
  /** @type {string[]} */
  const made = [folder];
  const placed = placePostgres({
    home: folder,
    elsewhere: () => {
      const reachable = makeFolder('/var/tmp');
      made.push(reachable);
      return reachable;
    },
  });
  const natsBinary = findNatsServer((message) => process.stderr.write(`${message}\n`));
  const password = randomBytes(18).toString('base64url');
  const logFile = path.join(folder, 'postgres.log');
  const [postgres, nats] = await Promise.all([
    startPostgres({ ...placed, port: await freePort(), password, logFile }),
    startNatsServer({ binary: natsBinary, folder: path.join(folder, 'nats') }),
  ]);
  stop = async () => {
    await Promise.all([postgres.stop(), nats.stop()]);
    for (const used of made) fs.rmSync(used, { recursive: true, force: true });
  };
  const { binaries, owner, data } = placed;
  return {
    BAIZE_TEST_DATABASE_URL: postgres.url,
    BAIZE_TEST_NATS_URL: nats.url,
    BAIZE_TEST_SERVERS: JSON.stringify({ binaries, owner, folder: path.dirname(data), natsBinary }),
  };
}

/** Stops them and removes their data. */
const stopTestServers = () => stop();

module.exports = { startTestServers, stopTestServers };
