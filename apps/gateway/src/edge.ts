import type { ClientSettings, EdgeSettings, JwtSettings, RateLimitSettings } from './edge-settings';
import type { Scope } from './auth/scopes';
import { Networks } from './http/addresses';

/** What a machine may do, however it proves who it is. */
export interface Grant {
  /** `client:<name>`. */
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly brands: readonly string[];
  /** Undefined allows every address. */
  readonly allowed: Networks | undefined;
  /** The person of the back office whose program it is. */
  readonly heldBy?: string | undefined;
}

/** The settings as look-up tables. */
export interface Edge {
  readonly clients: ReadonlyMap<string, Grant & { readonly secretSha256: string }>;
  readonly hmacKeys: ReadonlyMap<string, Grant & { readonly secret: string }>;
  readonly publicClients: ReadonlyMap<
    string,
    { readonly brand: string; readonly origins: ReadonlySet<string> }
  >;
  /** Every origin of every public client: pages that may read answers. */
  readonly origins: ReadonlySet<string>;
  readonly providers: ReadonlyMap<string, Networks>;
  /** By name; undefined allows every address. */
  readonly psps: ReadonlyMap<string, Networks | undefined>;
  readonly trustedProxies: Networks;
  readonly jwt: Required<JwtSettings>;
  readonly rateLimits: Required<RateLimitSettings>;
}

const defaultRates: Required<RateLimitSettings> = {
  clientPerSecond: 3_000,
  playerPerSecond: 1_000,
  browserPerMinute: 60,
  publicPerSecond: 200,
  failuresPerMinute: 1_200,
  providerPerSecond: 50_000,
};

/** @throws Error on an id that is used twice, a client that two people hold, or a network that is none */
export function edgeOf(settings: EdgeSettings): Edge {
  const { clients, hmacKeys = [], publicClients = [], providers = {}, psps = {} } = settings;
  const named = [...clients, ...hmacKeys.map((key) => ({ ...key, name: key.client }))];
  for (const { name, heldBy } of named) {
    if (named.some((other) => other.name === name && other.heldBy !== heldBy))
      throw new Error(`GATEWAY_CONFIG: ${name} is held by two`);
  }
  return {
    clients: table(clients, 'clientId', (one) => ({
      ...grantOf(one.name, one),
      secretSha256: one.secretSha256,
    })),
    hmacKeys: table(hmacKeys, 'keyId', (one) => ({ ...grantOf(one.client, one), secret: one.secret })),
    publicClients: table(publicClients, 'clientId', (one) => ({
      brand: one.brand,
      origins: new Set(one.origins),
    })),
    origins: new Set(publicClients.flatMap(({ origins }) => origins)),
    providers: new Map(
      Object.entries(providers).flatMap(([name, { allowedIps }]) =>
        allowedIps ? [[name, new Networks(allowedIps)] as const] : [],
      ),
    ),
    psps: new Map(
      Object.entries(psps).map(([name, { allowedIps }]) => [name, allowedIps && new Networks(allowedIps)]),
    ),
    trustedProxies: new Networks(settings.trustedProxies ?? []),
    jwt: Object.assign({ issuer: 'baize', audience: 'baize-api', ttlSeconds: 600 }, settings.jwt),
    rateLimits: Object.assign({}, defaultRates, settings.rateLimits),
  };
}

function grantOf(
  name: string,
  one: Pick<ClientSettings, 'scopes' | 'brands' | 'allowedIps' | 'heldBy'>,
): Grant {
  return {
    heldBy: one.heldBy,
    id: `client:${name}`,
    scopes: new Set(one.scopes),
    brands: one.brands,
    allowed: one.allowedIps && new Networks(one.allowedIps),
  };
}

function table<Item, Key extends keyof Item, Row>(
  items: readonly Item[],
  key: Key,
  row: (item: Item) => Row,
): Map<Item[Key], Row> {
  const rows = new Map<Item[Key], Row>();
  for (const item of items) {
    if (rows.has(item[key])) throw new Error(`GATEWAY_CONFIG: ${String(item[key])} is configured twice`);
    rows.set(item[key], row(item));
  }
  return rows;
}
