// @ts-check
/**
 * `npm run deploy:config`: secrets and configuration of the demo installation for docker/compose.yaml and
 * k8s/overlays/local, from the same table as `npm start`. Secrets are made once, in docker/secrets.json.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, installPackages } from './stack/install.mjs';
import { root } from './servers/root.cjs';
import { fail, step } from './stack/progress.mjs';

const folders = [join(root, 'docker/generated'), join(root, 'k8s/overlays/local/generated')];
/** In a container every service has an address of its own. */
const healthPort = 9100;
/** Compose mounts files with the rights that they have here, and the images' user is nobody on this machine. */
const mountedMode = 0o644;

/** @typedef {import('./stack/services.mjs').Service} Service */

async function main() {
  await installPackages();
  await step('building', build);
  const { services } = await import('./stack/services.mjs');
  const { Demo } = await import('./stack/demo.mjs');
  const { brokerConfigText, brokerPassword } = await import('./stack/broker-config.mjs');
  const { secretStore, writePrivate } = await import('./stack/state.mjs');
  const secret = secretStore(join(root, 'docker/secrets.json'));
  const demo = new Demo(secret);
  // The sandbox reaches the gateway by its name; the pages that the sandbox serves are opened outside the containers.
  const urls = { gateway: 'http://gateway:8080', sandbox: 'http://127.0.0.1:8090' };
  const setting = { demo, urls, secret, sandboxUrl: 'http://sandbox:8090' };
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'initdb'), { recursive: true });
    /** @param {string} name @param {unknown} content */
    const write = (name, content) => {
      writePrivate(join(folder, name), content);
      if (!name.endsWith('.env')) chmodSync(join(folder, name), mountedMode);
    };
    for (const service of services) {
      write(`${service.name}.env`, environmentFile(service, setting));
      if (service.config) write(`${service.name}.json`, service.config.content(setting));
    }
    write(
      'broker-setup.env',
      `NATS_URL=nats://nats:4222\nNATS_PASSWORD=${brokerPassword(secret, 'setup')}\n`,
    );
    write('postgres.env', `POSTGRES_PASSWORD=${secret('postgres')}\n`);
    write('nats.conf', brokerConfigText(secret));
    write('initdb/databases.sql', databaseScript(services, secret));
  }
  process.stdout.write(`wrote ${folders.join(' and ')}\n`);
}

/** @param {Service} service @param {import('./stack/services.mjs').Setting} setting */
function environmentFile(service, setting) {
  const { name, outside, database, serves, config, env } = service;
  const password = database && setting.secret(`database-${database}`);
  /** @type {Record<string, string | number>} */
  const variables = {
    HTTP_HOST: '0.0.0.0',
    HTTP_PORT: healthPort,
    ...(outside
      ? {}
      : { NATS_URL: 'nats://nats:4222', NATS_USER: name, NATS_PASSWORD: setting.secret(`nats-${name}`) }),
    ...(database && { DATABASE_URL: `postgres://${database}:${String(password)}@postgres:5432/${database}` }),
    ...(serves && { [serves.variable]: serves.port, [serves.variable.replace('_PORT', '_HOST')]: '0.0.0.0' }),
    ...(config && { [config.variable]: `/etc/baize/${name}.json` }),
    ...env?.(setting),
  };
  return Object.entries(variables)
    .map(([variable, value]) => `${variable}=${String(value)}\n`)
    .join('');
}

/** @param {Service[]} services @param {(name: string) => string} secret */
function databaseScript(services, secret) {
  return services
    .flatMap(({ database }) => database ?? [])
    .map(
      (name) =>
        `create role ${name} login password '${secret(`database-${name}`)}';\n` +
        `create database ${name} owner ${name};\n` +
        `revoke connect on database ${name} from public;\n`,
    )
    .join('');
}

main().catch((/** @type {unknown} */ error) => {
  fail(error);
  process.exitCode = 1;
});
