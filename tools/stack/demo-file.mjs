// @ts-check
import { inStack, writePrivate } from './state.mjs';
import { host, waitFor } from '../servers/processes.cjs';

/**
 * Waits until the catalogue is seeded and writes what an outside client needs.
 * @param {object} started
 * @param {import('./demo.mjs').Demo} started.demo
 * @param {import('./launcher.mjs').Plan[]} started.plans
 * @param {Record<string, string>} started.urls
 * @param {import('./launcher.mjs').Servers} started.servers
 */
export async function writeDemo({ demo, plans, urls, servers }) {
  const { gateway } = urls;
  const complete = gateway !== undefined && plans.some(({ service }) => service.name === 'game-sessions');
  const games = complete ? await seededGames(gateway, demo) : [];
  const { gatewayUrl, providers, psps, kyc } = demo.access(gateway);
  writePrivate(inStack('demo.json'), {
    gatewayUrl,
    sandboxUrl: urls.sandbox ?? null,
    natsUrl: servers.natsUrl,
    databases: Object.fromEntries(
      plans.flatMap(({ service, env }) => (service.database ? [[service.name, env.DATABASE_URL]] : [])),
    ),
    metrics: Object.fromEntries(
      plans.map(({ service, port }) => [service.name, `http://${host}:${port}/metrics`]),
    ),
    clients: demo.clients,
    hmacKeys: demo.hmacKeys,
    staff: demo.staff,
    mail: urls.sandbox ? { url: urls.sandbox, token: demo.mailToken } : null,
    providers,
    psps,
    kyc,
    games,
  });
}

/** @typedef {{ id: string, provider: string, providerGameId: string }} Game */

/** @param {string} gateway @param {import('./demo.mjs').Demo} demo @returns {Promise<Game[]>} */
async function seededGames(gateway, demo) {
  const [operator] = demo.clients;
  if (!operator) throw new Error('the demo has no client');
  const { access_token: token } = await ask(`${gateway}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${operator.clientId}:${operator.clientSecret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  // The catalogue is seeded by its owner when it starts; the answer may come before the last game is in.
  return waitFor(
    async () => {
      const { items } = await ask(`${gateway}/v1/games?limit=200`, {
        headers: { authorization: `Bearer ${String(token)}` },
      });
      return items.length > 0
        ? items.map((/** @type {Game} */ { id, provider, providerGameId }) => ({
            id,
            provider,
            providerGameId,
          }))
        : undefined;
    },
    { timeoutMs: 20_000, intervalMs: 100, what: 'a seeded catalogue' },
  );
}

/** @param {string} url @param {RequestInit} init @returns {Promise<any>} */
async function ask(url, init) {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
