// @ts-check
import { rmSync } from 'node:fs';
import { writeDemo } from './demo-file.mjs';
import { dropDatabases, ensureDatabases, migrate } from './databases.mjs';
import { Demo } from './demo.mjs';
import { brokerConfigText, brokerPassword, setUpBroker } from './broker-config.mjs';
import { build } from './install.mjs';
import { endLeftoverProcesses, refuseSecondLauncher } from './processes.mjs';
import { elapsed, say, step, table } from './progress.mjs';
import { runService, serviceEnvironment } from './run-services.mjs';
import { choosePort, host, startBroker, startDatabaseServer } from './servers.mjs';
import { chosenServices, services } from './services.mjs';
import { onStop, refuseWhenStopping } from './shutdown.mjs';
import { inStack, prepareFolder, secretStore, wipe, writePrivate } from './state.mjs';

/** @typedef {import('./services.mjs').Service} Service */
/** @typedef {{ databases: Record<string, string>, natsUrl: string }} Servers */
/** @typedef {{ service: Service, port: number, publicPort: number | undefined, env: Record<string, string> }} Plan */

const databaseNames = services.flatMap(({ database }) => database ?? []);

/**
 * Builds and starts everything; returns when all of it is ready. What was started is registered to be stopped.
 * @param {{ reset: boolean }} options
 */
export async function launch({ reset }) {
  refuseSecondLauncher();
  await tidy(reset);
  const chosen = chosenServices();
  const secret = secretStore();
  await step('building', build);
  const servers = await step('starting PostgreSQL and nats-server', () => startServers(secret));
  const demo = new Demo(secret);
  const plans = await planServices(chosen, servers, demo, secret);
  await step('migrating the databases, creating the streams', () => prepareServers(plans, servers, secret));
  await step('starting the services', () => startServices(plans));
  const urls = publicUrls(plans);
  await step('seeding the demo', () => writeDemo({ demo, plans, urls, servers }));
  table([
    ...Object.entries(urls),
    ...(urls.gateway
      ? /** @type {[string, string][]} */ ([['API documentation', `${urls.gateway}/docs`]])
      : []),
    ['NATS', servers.natsUrl],
    ['logs', inStack('logs')],
    ['for clients', inStack('demo.json')],
  ]);
  say(`  started in ${elapsed()}; Ctrl-C stops it`);
  say(`ready ${urls.gateway ?? ''}`.trim());
}

/** @param {boolean} reset */
async function tidy(reset) {
  prepareFolder();
  // It says that the platform is ready; a reader must not take an earlier run's for this one.
  rmSync(inStack('demo.json'), { force: true });
  const left = await endLeftoverProcesses();
  if (left.length > 0) say(`  ! ended what an earlier run had left: ${left.join(', ')}`);
  if (!reset) return;
  await step('wiping the data', async () => {
    const adminUrl = process.env.DATABASE_URL;
    if (adminUrl) await dropDatabases(adminUrl, databaseNames);
    wipe();
    prepareFolder();
  });
  await endLeftoverProcesses();
}

/** @param {(name: string) => string} secret @returns {Promise<Servers>} */
async function startServers(secret) {
  const [adminUrl, natsUrl] = await Promise.all([databaseServer(secret), broker(secret)]);
  refuseWhenStopping();
  const databases = await ensureDatabases({
    adminUrl,
    ownRoles: !process.env.DATABASE_URL,
    names: databaseNames,
    secret,
  });
  return { databases, natsUrl };
}

/** @param {(name: string) => string} secret */
async function databaseServer(secret) {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const server = await startDatabaseServer(secret('postgres'));
  onStop('PostgreSQL', server.stop);
  return server.url;
}

/** @param {(name: string) => string} secret */
async function broker(secret) {
  if (process.env.NATS_URL) return process.env.NATS_URL;
  const server = await startBroker(brokerConfigText(secret));
  onStop('nats-server', server.stop);
  return server.url;
}

/** @param {Plan[]} plans @param {Servers} servers @param {(name: string) => string} secret */
async function prepareServers(plans, servers, secret) {
  await Promise.all([
    setUpBroker(servers.natsUrl, secret),
    ...plans
      .filter(({ service }) => service.database)
      .map(({ service, env }) => migrate(service.name, serviceEnvironment(env))),
  ]);
}

/**
 * Ports first, since services are told of each other's; then everybody's environment.
 * @param {Service[]} chosen
 * @param {Servers} servers
 * @param {Demo} demo
 * @param {(name: string) => string} secret
 * @returns {Promise<Plan[]>}
 */
async function planServices(chosen, servers, demo, secret) {
  const ports = [];
  for (const service of chosen) {
    const { name, serves } = service;
    const wanted = Number(serves && process.env[serves.variable]) || serves?.port;
    const publicPort = wanted === undefined ? undefined : await choosePort(name, wanted);
    ports.push({ service, publicPort, port: await choosePort(`health of ${name}`, service.port) });
  }
  const setting = { demo, urls: publicUrls(ports), secret };
  return ports.map((plan) => ({ ...plan, env: environmentOf(plan, servers, setting) }));
}

/**
 * @param {Omit<Plan, 'env'>} plan
 * @param {Servers} servers
 * @param {import('./services.mjs').Setting} setting
 */
function environmentOf({ service, port, publicPort }, servers, setting) {
  const { name, database, serves, config } = service;
  /** @type {Record<string, string>} */
  const env = {
    HTTP_PORT: String(port),
    ...(!service.outside && {
      NATS_URL: servers.natsUrl,
      NATS_USER: name,
      NATS_PASSWORD: brokerPassword(setting.secret, name),
    }),
    ...service.env?.(setting),
  };
  if (database) env.DATABASE_URL = servers.databases[database] ?? '';
  if (serves && publicPort) env[serves.variable] = String(publicPort);
  if (config) {
    const file = inStack('config', `${name}.json`);
    writePrivate(file, config.content(setting));
    env[config.variable] = file;
  }
  return env;
}

/** @param {Plan[]} plans */
async function startServices(plans) {
  const running = plans.map(({ service, port, env }) => ({
    name: service.name,
    ...runService(service.name, port, env),
  }));
  // Registered in reverse: the first of the table stops first, while what it calls still answers.
  for (const { name, stop } of [...running].reverse()) onStop(name, stop);
  await Promise.all(
    running.map(async ({ name, ready }) => {
      await ready;
      say(`    ${name} is ready`);
    }),
  );
}

/** @param {Omit<Plan, 'env'>[]} plans @returns {Record<string, string>} */
function publicUrls(plans) {
  return Object.fromEntries(
    plans.flatMap(({ service, publicPort }) =>
      publicPort ? [[service.name, `http://${host}:${publicPort}`]] : [],
    ),
  );
}
