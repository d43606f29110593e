// @ts-check
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './install.mjs';
import { services } from './services.mjs';

const require = createRequire(import.meta.url);

/**
 * The configuration of nats-server: one user per service with the subjects that the contracts give it.
 * @param {(name: string) => string} secret
 * @returns {string}
 */
export function brokerConfigText(secret) {
  const { brokerConfig } = require(join(root, 'libs/messaging/dist/index.js'));
  return brokerConfig(Object.fromEntries(services.map(({ name }) => [name, secret(`nats-${name}`)])));
}
