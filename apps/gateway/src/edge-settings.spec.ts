import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edgeOf } from './edge';
import { type EdgeSettings, readEdgeSettings } from './edge-settings';

const client = {
  name: 'operator',
  clientId: 'id',
  secretSha256: 'a'.repeat(64),
  scopes: ['wallet:read'],
  brands: ['demo'],
};
const jwt = { secret: 'x'.repeat(32) };

describe('the settings file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baize-settings-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (settings: unknown): EdgeSettings => {
    const file = join(folder, 'gateway.json');
    writeFileSync(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
    return readEdgeSettings(file);
  };

  it('becomes look-up tables with defaults', () => {
    const edge = edgeOf(
      read({
        clients: [client],
        jwt,
        providers: { softswiss: {}, evolution: { allowedIps: ['10.0.0.0/8'] } },
      }),
    );
    expect(edge.clients.get('id')).toMatchObject({
      id: 'client:operator',
      brands: ['demo'],
      allowed: undefined,
    });
    expect([...edge.providers.keys()]).toEqual(['evolution']);
    expect(edge.jwt).toEqual({ ...jwt, issuer: 'baize', audience: 'baize-api', ttlSeconds: 600 });
    expect(edge.rateLimits.clientPerSecond).toBeGreaterThanOrEqual(1_000);
  });

  it('is refused with every bad field and no value', () => {
    const bad = {
      clients: [{ ...client, secretSha256: 'plain-secret', scopes: ['all'] }],
      jwt: { secret: 'short' },
      more: 1,
    };
    for (const field of ['/clients/0/secretSha256', '/clients/0/scopes/0', '/jwt/secret', '/more']) {
      expect(() => read(bad)).toThrow(field);
    }
    expect(() => read(bad)).not.toThrow(/plain-secret|short/);
    expect(() => read({ clients: [], jwt: { ...jwt, ttlSeconds: 60 } })).toThrow('/jwt/ttlSeconds');
    expect(() => read({ clients: [], jwt, providers: { x: { allowedIps: 'all' } } })).toThrow('providers.x');
    expect(() => read('{')).toThrow('not a readable JSON file');
  });

  it('says whose program a client is, for the client and its keys alike', () => {
    const key = { ...client, keyId: 'k', secret: 'y'.repeat(16), client: 'operator', heldBy: 'jane' };
    const { name: _name, clientId: _id, secretSha256: _secret, ...hmacKey } = key;
    const edge = edgeOf(read({ clients: [{ ...client, heldBy: 'jane' }], hmacKeys: [hmacKey], jwt }));
    expect([edge.clients.get('id')?.heldBy, edge.hmacKeys.get('k')?.heldBy]).toEqual(['jane', 'jane']);
    const twoHolders = { clients: [client], hmacKeys: [hmacKey], jwt };
    expect(() => edgeOf(read(twoHolders))).toThrow('operator is held by two');
  });

  it('is refused when an id is used twice or a network is none', () => {
    expect(() => edgeOf(read({ clients: [client, client], jwt }))).toThrow('id is configured twice');
    expect(() => edgeOf(read({ clients: [], jwt, trustedProxies: ['everyone'] }))).toThrow('everyone');
  });
});
