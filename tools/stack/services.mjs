// @ts-check
/**
 * What the configuration of a service is made of.
 * @typedef {object} Setting
 * @property {import('./demo.mjs').Demo} demo
 * @property {Record<string, string>} urls public ones, by service
 * @property {string} [sandboxUrl] where the services reach the sandbox, if not where browsers do
 * @property {(name: string) => string} secret 32 random bytes, base64url
 */

/**
 * @typedef {object} Service
 * @property {string} name folder under apps/
 * @property {number} port preferred port of health and metrics
 * @property {boolean} [outside] plays outside parties: it has no user at the broker
 * @property {string} [database] its own database, migrated before the start
 * @property {{ port: number, variable: string }} [serves] preferred public port, and the variable that tells it
 * @property {{ variable: string, content: (setting: Setting) => unknown }} [config] JSON file it reads
 * @property {(setting: Setting) => Record<string, string>} [env] further variables
 */

/** Every service of the platform, in the order in which they stop. @type {Service[]} */
export const services = [
  {
    name: 'gateway',
    port: 9100,
    serves: { port: 8080, variable: 'GATEWAY_PORT' },
    config: {
      variable: 'GATEWAY_CONFIG',
      content: ({ demo, urls, secret }) => demo.gatewayConfig(urls, secret),
    },
  },
  {
    name: 'sandbox',
    port: 9104,
    outside: true,
    serves: { port: 8090, variable: 'SANDBOX_PORT' },
    config: { variable: 'SANDBOX_CONFIG', content: ({ demo, urls }) => demo.sandboxConfig(urls.gateway) },
  },
  {
    name: 'game-sessions',
    port: 9102,
    database: 'baize_game_sessions',
    config: {
      variable: 'GAME_SESSIONS_CONFIG',
      content: ({ demo, urls, sandboxUrl }) => demo.gameSessionsConfig(urls.sandbox, sandboxUrl),
    },
    env: auditKey('game-sessions'),
  },
  {
    name: 'identity',
    port: 9103,
    database: 'baize_identity',
    config: { variable: 'IDENTITY_STAFF', content: ({ demo }) => demo.staffFile() },
    env: (setting) => ({
      ...auditKey('identity')(setting),
      // 126 MB instead of 165 MB when idle: the young generation never gives back what the start made it grow to
      NODE_OPTIONS: '--max-semi-space-size=2',
      IDENTITY_MASTER_KEY: base64(setting.secret('identity-master-key')),
      IDENTITY_INDEX_KEY: base64(setting.secret('identity-index-key')),
      ...mail(setting),
      SCREENING_DEMO_LIST: 'true',
      KYC_VENDORS: JSON.stringify(setting.demo.kycVendors(setting.sandboxUrl ?? setting.urls.sandbox)),
      NATIONAL_REGISTERS: JSON.stringify(
        setting.demo.nationalRegisters(setting.sandboxUrl ?? setting.urls.sandbox),
      ),
    }),
  },
  {
    name: 'wallet',
    port: 9101,
    database: 'baize_wallet',
    config: {
      variable: 'PAYMENTS_CONFIG',
      content: ({ demo, urls, sandboxUrl }) => demo.paymentsConfig(urls.gateway, sandboxUrl ?? urls.sandbox),
    },
    env: (setting) => ({
      ...auditKey('wallet')(setting),
      WALLET_INSTRUMENT_KEY: base64(setting.secret('wallet-instrument-key')),
    }),
  },
];

/** @param {string} secret */
function base64(secret) {
  return Buffer.from(secret, 'base64url').toString('base64');
}

/** The sandbox plays the mail service. @param {Setting} setting @returns {Record<string, string>} */
function mail({ demo, urls, sandboxUrl }) {
  const url = sandboxUrl ?? urls.sandbox;
  return url ? { MAIL_URL: url, MAIL_TOKEN: demo.mailToken } : {};
}

/** @param {string} name @returns {NonNullable<Service['env']>} */
function auditKey(name) {
  return ({ secret }) => ({ AUDIT_SIGNING_KEY: base64(secret(`audit-${name}`)) });
}

/** Those that STACK_SERVICES names, or all. @returns {Service[]} */
export function chosenServices() {
  const wanted = (process.env.STACK_SERVICES ?? '').split(',').filter(Boolean);
  const unknown = wanted.find((name) => !services.some((service) => service.name === name));
  if (unknown) throw new Error(`STACK_SERVICES names an unknown service: ${unknown}`);
  return wanted.length > 0 ? services.filter(({ name }) => wanted.includes(name)) : services;
}
