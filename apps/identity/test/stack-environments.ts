import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestDatabase } from '@baize/testing';

export const brand = 'demo';
export const withDatabase = ['identity', 'wallet', 'game-sessions'] as const;
export type StackService = (typeof withDatabase)[number] | 'gateway';

const clientSecret = 'fence-test-secret';

/** What every service of a stack is started with; the files that the variables name are written to the folder. */
export function environmentsOf(
  natsUrl: string,
  databases: Readonly<Record<(typeof withDatabase)[number], TestDatabase>>,
  folder: string,
  port: number,
): Record<StackService, Record<string, string>> {
  const file = (name: string, content: object) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const base = (name: (typeof withDatabase)[number]) => ({
    DATABASE_URL: databases[name].url,
    NATS_URL: natsUrl,
  });
  const softswiss = { secret: 'fence-test-softswiss', launchUrl: 'http://127.0.0.1:4000/play' };
  return {
    identity: {
      ...base('identity'),
      IDENTITY_MASTER_KEY: randomBytes(32).toString('base64'),
      IDENTITY_INDEX_KEY: randomBytes(32).toString('base64'),
      PASSWORD_MEMORY_KIB: '64',
      PASSWORD_PASSES: '1',
      SWEEP_INTERVAL_MS: '100',
    },
    wallet: base('wallet'),
    'game-sessions': {
      ...base('game-sessions'),
      GAME_SESSIONS_CONFIG: file('game-sessions.json', { brands: { [brand]: { providers: { softswiss } } } }),
    },
    gateway: {
      NATS_URL: natsUrl,
      GATEWAY_PORT: String(port),
      GATEWAY_CONFIG: file('gateway.json', gatewaySettings()),
    },
  };
}

function gatewaySettings() {
  const secretSha256 = createHash('sha256').update(clientSecret).digest('hex');
  const client = (name: string, scopes: string[]) => ({
    ...{ name, clientId: name, secretSha256, scopes, brands: [brand] },
  });
  const operator = [
    'players:read',
    'players:write',
    'wallet:read',
    'payments:write',
    'games:read',
    'games:write',
  ];
  return {
    clients: [
      client('operator', operator),
      client('compliance', ['players:read', 'compliance:write']),
      client('second', ['players:read', 'compliance:write']),
    ],
    hmacKeys: [],
    publicClients: [],
    providers: { softswiss: {} },
    jwt: { secret: 'a test secret of more than thirty-two bytes' },
    rateLimits: {
      clientPerSecond: 20_000,
      playerPerSecond: 1_000,
      failuresPerMinute: 6_000,
      providerPerSecond: 50_000,
    },
  };
}
