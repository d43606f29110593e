// @ts-check
import { createHash } from 'node:crypto';

const reads = [
  'players:read',
  'wallet:read',
  'games:read',
  'bonus:read',
  'fraud:read',
  'affiliates:read',
  'reports:read',
];
const operatorScopes = [
  ...reads,
  'players:write',
  'payments:write',
  'games:write',
  'bonus:write',
  'fraud:write',
  'affiliates:write',
];

/** Scopes of the demo's machine clients. @type {Record<string, string[]>} */
const clientScopes = {
  operator: operatorScopes,
  'affiliate-manager': ['affiliates:read', 'affiliates:write'],
  compliance: [...reads, 'compliance:write', 'audit:read'],
  auditor: [...reads, 'audit:read'],
};

/**
 * The demo installation: one brand with its clients, keys and provider credentials. Secrets come from the store, so
 * a second start has the same ones.
 */
export class Demo {
  brand = 'demo';

  /** @param {(name: string) => string} secret */
  constructor(secret) {
    this.secret = secret;
    this.clients = Object.entries(clientScopes).map(([name, scopes]) => ({
      name,
      clientId: `demo-${name}`,
      clientSecret: secret(`client-${name}`),
      scopes,
    }));
    this.hmacKeys = [{ keyId: 'demo-key-1', secret: secret('hmac-demo-key-1'), scopes: operatorScopes }];
    this.providers = {
      softswiss: { secret: secret('provider-softswiss') },
      evolution: { authToken: secret('provider-evolution') },
    };
  }

  /** Contents of GATEWAY_CONFIG. */
  gatewayConfig() {
    const brands = [this.brand];
    return {
      clients: this.clients.map(({ name, clientId, clientSecret, scopes }) => ({
        name,
        clientId,
        secretSha256: createHash('sha256').update(clientSecret).digest('hex'),
        scopes,
        brands,
      })),
      hmacKeys: this.hmacKeys.map((key) => ({ ...key, client: 'operator', brands })),
      jwt: { secret: this.secret('gateway-jwt') },
    };
  }

  /** Contents of GAME_SESSIONS_CONFIG. */
  gameSessionsConfig() {
    return { brands: { [this.brand]: { providers: this.providers } } };
  }
}
