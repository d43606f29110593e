// @ts-check
import { createHash, generateKeyPairSync } from 'node:crypto';

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

/** One machine is all the clients at once: tests and benchmarks must not run into limits meant for many. */
const demoRateLimits = {
  clientPerSecond: 20_000,
  playerPerSecond: 1_000,
  browserPerMinute: 6_000,
  publicPerSecond: 2_000,
  failuresPerMinute: 6_000,
  providerPerSecond: 50_000,
};

/** Marks what only those who play a provider may have: the other half of an RSA key. */
const testOnly = 'TEST_ONLY_';

/** A provider's key pair, made anew at every start: it outlives nothing that was given it. */
function rsaCredentials() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    [`${testOnly}privateKeyPem`]: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/**
 * The demo installation: one brand with its clients, keys and provider credentials. Secrets come from the store, so
 * a second start has the same ones; only key pairs are new.
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
      hub88: rsaCredentials(),
      slotegrator: {
        merchantId: secret('provider-slotegrator-id'),
        merchantKey: secret('provider-slotegrator-key'),
      },
      swipegames: { apiKey: secret('provider-swipegames') },
      pragmatic: { secretKey: secret('provider-pragmatic') },
      playngo: { accessToken: secret('provider-playngo') },
    };
  }

  /**
   * Contents of GATEWAY_CONFIG.
   * @param {Record<string, string>} urls
   * @param {(name: string) => string} secret
   */
  gatewayConfig(urls, secret) {
    const brands = [this.brand];
    return {
      clients: this.clients.map(({ name, clientId, clientSecret, scopes }) => ({
        name,
        clientId,
        secretSha256: createHash('sha256').update(clientSecret).digest('hex'),
        scopes,
        brands,
      })),
      // Somebody else than the operator, so that there is a second person to approve what it asks for.
      hmacKeys: this.hmacKeys.map((key) => ({ ...key, client: 'back-office', brands })),
      publicClients: [{ clientId: 'demo-web', brand: this.brand, origins: Object.values(urls) }],
      providers: Object.fromEntries(Object.keys(this.providers).map((name) => [name, {}])),
      jwt: { secret: secret('gateway-jwt') },
      rateLimits: demoRateLimits,
    };
  }

  /**
   * Contents of GAME_SESSIONS_CONFIG.
   * @param {string | undefined} sandboxUrl
   */
  gameSessionsConfig(sandboxUrl) {
    const providers = Object.entries(this.providers).map(([name, credentials]) => [
      name,
      {
        ...Object.fromEntries(Object.entries(credentials).filter(([key]) => !key.startsWith(testOnly))),
        ...(sandboxUrl && { launchUrl: `${sandboxUrl}/launch/${name}` }),
      },
    ]);
    return { brands: { [this.brand]: { providers: Object.fromEntries(providers) } } };
  }

  /**
   * Where the game providers call, and with what.
   * @param {string | undefined} gateway
   */
  access(gateway) {
    const callbacks = `${gateway ?? ''}/callbacks/games/${this.brand}`;
    return {
      gatewayUrl: gateway ?? null,
      providers: Object.fromEntries(
        Object.entries(this.providers).map(([name, credentials]) => [
          name,
          { baseUrl: `${callbacks}/${name}`, credentials },
        ]),
      ),
    };
  }
}
