// @ts-check
import { createHash } from 'node:crypto';
import { hashSync } from '@node-rs/argon2';
import { Secret } from 'otpauth';
import { pspCredentials, pspOnly, pspPaths, rsaCredentials, testOnly } from './demo-credentials.mjs';

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
  'compliance-2': [...reads, 'compliance:write', 'audit:read'], // what needs two people can be shown
};

/** One person of the back office for each role. */
const staffRoles = ['agent', 'fraud', 'compliance', 'mlro', 'auditor', 'affiliate-manager'];

/** One machine is all the clients at once: tests and benchmarks must not run into limits meant for many. */
const demoRateLimits = {
  clientPerSecond: 20_000,
  playerPerSecond: 1_000,
  browserPerMinute: 6_000,
  publicPerSecond: 2_000,
  failuresPerMinute: 6_000,
  providerPerSecond: 50_000,
};

/** Seconds, where a real installation has minutes. */
const paymentTiming = {
  pspCallMs: 3_000,
  submitAfterMs: 2_000,
  askFirstMs: 1_000,
  askAtMostMs: 5_000,
  notFoundAfterMs: 8_000,
  depositDeadlineMs: 60_000,
  automatedDeadlineMs: 60_000,
  reviewDeadlineMs: 3_600_000,
};

/**
 * The demo installation: one brand with its clients, keys and provider credentials. Secrets come from the store, so
 * a second start has the same ones; only key pairs are new.
 */
export class Demo {
  brand = 'demo';
  /** @type {Record<string, string> | undefined} */
  operatorKeys;

  /** @param {(name: string) => string} secret */
  constructor(secret) {
    this.secret = secret;
    this.clients = Object.entries(clientScopes).map(([name, scopes]) => ({
      name,
      clientId: `demo-${name}`,
      clientSecret: secret(`client-${name}`),
      scopes,
    }));
    this.mailToken = secret('mail-token');
    this.staff = staffRoles.map((role) => ({
      login: role,
      role,
      password: secret(`staff-${role}`),
      totpSecret: new Secret({
        buffer: new Uint8Array(Buffer.from(secret(`staff-totp-${role}`), 'base64url').subarray(0, 20)).buffer,
      }).base32,
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
    this.psps = pspCredentials(secret);
    this.kyc = {
      sumsub: {
        appToken: secret('kyc-sumsub-token'),
        secretKey: secret('kyc-sumsub-key'),
        secret: secret('kyc-sumsub-webhooks'),
      },
      veriff: { apiKey: secret('kyc-veriff-key'), sharedSecret: secret('kyc-veriff-secret') },
    };
    this.registers = Object.fromEntries(
      ['GAMSTOP', 'OASIS', 'Spelpaus'].map((name) => [name, { apiKey: secret(`register-${name}`) }]),
    );
  }

  /**
   * What we ask each provider's own API with, and what only the provider has of it.
   * @returns {Record<string, { ours: Record<string, string>, theirs: Record<string, string> }>}
   */
  providerApis() {
    const { secret } = this;
    const both = (/** @type {Record<string, string>} */ shared) => ({ ours: shared, theirs: shared });
    const keys = (this.operatorKeys ??= rsaCredentials());
    return {
      softswiss: both({ casinoId: 'demo' }),
      evolution: both({ casinoKey: 'demo', apiToken: secret('provider-api-evolution') }),
      hub88: {
        ours: { operatorId: 'demo', operatorPrivateKeyPem: keys[`${testOnly}privateKeyPem`] ?? '' },
        theirs: { [`${testOnly}operatorPublicKeyPem`]: keys.publicKeyPem ?? '' },
      },
      slotegrator: both({}),
      swipegames: both({ cID: 'demo', extCID: 'demo' }),
      pragmatic: both({ secureLogin: 'demo' }),
      playngo: both({ apiUser: 'demo', apiPassword: secret('provider-api-playngo') }),
    };
  }

  /**
   * Contents of SANDBOX_CONFIG: what outside clients have, and the keys to our requests.
   * @param {string | undefined} gateway
   */
  sandboxConfig(gateway) {
    const access = this.access(gateway);
    const apis = this.providerApis();
    const providers = Object.entries(access.providers).map(([name, known]) => [
      name,
      { ...known, api: apis[name]?.theirs ?? {} },
    ]);
    return { ...access, providers: Object.fromEntries(providers) };
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
      psps: Object.fromEntries(Object.keys(this.psps).map((name) => [name, {}])),
      jwt: { secret: secret('gateway-jwt') },
      rateLimits: demoRateLimits,
    };
  }

  /** Contents of IDENTITY_STAFF. */
  staffFile() {
    return {
      staff: this.staff.map(({ login, role, password, totpSecret }) => ({
        id: login,
        role,
        brands: [this.brand],
        passwordHash: hashSync(password),
        totpSecret,
      })),
    };
  }

  /**
   * Contents of GAME_SESSIONS_CONFIG.
   * @param {string | undefined} sandboxUrl where browsers reach it
   * @param {string | undefined} [apiUrl] where the service reaches it; the same when left out
   */
  gameSessionsConfig(sandboxUrl, apiUrl = sandboxUrl) {
    const apis = this.providerApis();
    const providers = Object.entries(this.providers).map(([name, credentials]) => [
      name,
      {
        ...Object.fromEntries(Object.entries(credentials).filter(([key]) => !key.startsWith(testOnly))),
        ...(sandboxUrl && { launchUrl: `${sandboxUrl}/launch/${name}` }),
        ...(apiUrl && { api: { url: `${apiUrl}/api/${name}`, currencies: ['EUR'], ...apis[name]?.ours } }),
      },
    ]);
    return { brands: { [this.brand]: { providers: Object.fromEntries(providers) } } };
  }

  /**
   * Value of KYC_VENDORS. Without a sandbox nobody plays the vendors: checks stay unknown until a webhook comes.
   * @param {string | undefined} sandboxUrl
   */
  kycVendors(sandboxUrl) {
    const vendors = Object.entries(this.kyc).map(([name, credentials]) => [
      name,
      { baseUrl: `${sandboxUrl ?? 'http://127.0.0.1:9'}/kyc/${name}`, ...credentials },
    ]);
    return { [this.brand]: Object.fromEntries(vendors) };
  }

  /**
   * Value of NATIONAL_REGISTERS. Without a sandbox nobody plays the registers: their markets are closed.
   * @param {string | undefined} sandboxUrl
   */
  nationalRegisters(sandboxUrl) {
    const registers = Object.entries(sandboxUrl === undefined ? {} : this.registers);
    return Object.fromEntries(
      registers.map(([name, { apiKey }]) => [
        name,
        { url: `${String(sandboxUrl)}/registers/${name}/v2`, apiKey },
      ]),
    );
  }

  /**
   * Contents of PAYMENTS_CONFIG.
   * @param {string | undefined} gateway
   * @param {string | undefined} pspUrl where the PSPs' APIs are; without them there are no accounts
   */
  paymentsConfig(gateway, pspUrl) {
    const accounts = Object.entries(pspUrl === undefined ? {} : this.psps).map(([psp, credentials]) => ({
      brand: this.brand,
      psp,
      baseUrl: `${String(pspUrl)}${pspPaths[/** @type {keyof typeof pspPaths} */ (psp)]}`,
      callbackUrl: `${gateway ?? 'http://127.0.0.1:8080'}/callbacks/payments/${this.brand}/${psp}`,
      credentials: Object.fromEntries(Object.entries(credentials).filter(([key]) => !pspOnly.includes(key))),
    }));
    return {
      accounts,
      routes: [
        { methods: ['card'], psps: ['stripe', 'adyen'] },
        { methods: ['wallet'], psps: ['adyen'] },
        { methods: ['bank'], psps: ['trustly'] },
      ],
      timing: paymentTiming,
      noCancelCountries: ['GB'],
    };
  }

  /**
   * Where the game providers and PSPs call, and with what.
   * @param {string | undefined} gateway
   */
  access(gateway) {
    const callbacks = `${gateway ?? ''}/callbacks/games/${this.brand}`;
    const kycCallbacks = `${gateway ?? 'http://127.0.0.1:9'}/callbacks/kyc/${this.brand}`;
    return {
      gatewayUrl: gateway ?? null,
      mailToken: this.mailToken,
      registers: this.registers,
      kyc: Object.fromEntries(
        Object.entries(this.kyc).map(([name, credentials]) => [
          name,
          { callbackUrl: `${kycCallbacks}/${name}`, credentials },
        ]),
      ),
      providers: Object.fromEntries(
        Object.entries(this.providers).map(([name, credentials]) => [
          name,
          { baseUrl: `${callbacks}/${name}`, credentials },
        ]),
      ),
      psps: Object.fromEntries(
        Object.entries(this.psps).map(([name, credentials]) => [
          name,
          { callbackUrl: `${gateway ?? ''}/callbacks/payments/${this.brand}/${name}`, credentials },
        ]),
      ),
    };
  }
}
