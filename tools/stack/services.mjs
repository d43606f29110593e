// @ts-check
/**
 * @typedef {object} Service
 * @property {string} name folder under apps/
 * @property {number} port preferred port of health and metrics
 * @property {string} [database] its own database, migrated before the start
 * @property {{ port: number, variable: string }} [serves] preferred public port, and the variable that tells it
 * @property {{ variable: string, content: (demo: import('./demo.mjs').Demo) => unknown }} [config] JSON file it reads
 * @property {(started: { urls: Record<string, string>, stackFolder: string }) => Record<string, string>} [env] further variables
 */

/** Every service of the platform, in the order in which they stop. @type {Service[]} */
export const services = [
  {
    name: 'gateway',
    port: 9100,
    serves: { port: 8080, variable: 'GATEWAY_PORT' },
    config: { variable: 'GATEWAY_CONFIG', content: (demo) => demo.gatewayConfig() },
  },
  {
    name: 'sandbox',
    port: 9104,
    serves: { port: 8090, variable: 'SANDBOX_PORT' },
  },
  {
    name: 'game-sessions',
    port: 9102,
    database: 'baize_game_sessions',
    config: { variable: 'GAME_SESSIONS_CONFIG', content: (demo) => demo.gameSessionsConfig() },
  },
  { name: 'identity', port: 9103, database: 'baize_identity' },
  { name: 'wallet', port: 9101, database: 'baize_wallet' },
];

/** Those that STACK_SERVICES names, or all. @returns {Service[]} */
export function chosenServices() {
  const wanted = (process.env.STACK_SERVICES ?? '').split(',').filter(Boolean);
  const unknown = wanted.find((name) => !services.some((service) => service.name === name));
  if (unknown) throw new Error(`STACK_SERVICES names an unknown service: ${unknown}`);
  return wanted.length > 0 ? services.filter(({ name }) => wanted.includes(name)) : services;
}
