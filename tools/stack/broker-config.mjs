// @ts-check
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { quietly } from './install.mjs';
import { root } from '../servers/root.cjs';

const require = createRequire(import.meta.url);

/** @param {string} user */
const secretName = (user) => `nats-${user}`;

/**
 * The password of a user of the broker; NATS_PASSWORD is everybody's on a server that was already there.
 * @param {(name: string) => string} secret
 * @param {string} user
 */
export const brokerPassword = (secret, user) => process.env.NATS_PASSWORD ?? secret(secretName(user));

/**
 * The configuration of nats-server: one user per service with the subjects that the contracts give it.
 * @param {(name: string) => string} secret
 * @returns {string}
 */
export function brokerConfigText(secret) {
  const { brokerConfig, SETUP_USER } = require(join(root, 'libs/messaging/dist/index.js'));
  const { serviceNames } = require(join(root, 'libs/contracts/dist/index.js'));
  const users = [...serviceNames, SETUP_USER].map((user) => [user, secret(secretName(user))]);
  return brokerConfig(Object.fromEntries(users));
}

/**
 * Creates the streams and consumers, as the one user who may.
 * @param {string} url
 * @param {(name: string) => string} secret
 */
export async function setUpBroker(url, secret) {
  const env = {
    ...process.env,
    NATS_URL: url,
    NATS_USER: 'setup',
    NATS_PASSWORD: brokerPassword(secret, 'setup'),
  };
  await quietly(process.execPath, ['libs/messaging/dist/setup-broker.js'], env);
}
