import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { merchantPair, nowMs, pspCredentials, settingsOf } from '../../test/support/psp-webhooks';
import { pspDialects } from './registry';

interface VectorFile {
  credentials: Record<string, string>;
  cases: {
    name: string;
    request: { query: string; headers: Record<string, string>; bodyBase64: string };
    valid: boolean;
  }[];
}

const vectorsOf = (psp: string): VectorFile =>
  JSON.parse(readFileSync(join(__dirname, psp, 'fixtures/vectors.json'), 'utf8')) as VectorFile;
const otherKeyPem = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

// Signatures computed by another implementation. Stripe's are made and checked by its own package.
describe.each(['adyen', 'trustly'] as const)('%s', (psp) => {
  const vectors = vectorsOf(psp);
  const dialect = pspDialects.find(({ name }) => name === psp);
  const statusUnder = (vector: VectorFile['cases'][number], over: Record<string, string>) => {
    const credentials = { ...pspCredentials[psp], ...over };
    const headers = Object.entries(vector.request.headers).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]);
    return dialect?.connect({ ...settingsOf(psp), credentials }).readWebhook({
      headers: Object.fromEntries(headers) as Record<string, string>,
      query: vector.request.query,
      rawBody: Buffer.from(vector.request.bodyBase64, 'base64'),
      nowMs,
    }).status;
  };

  it.each(vectors.cases.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    expect(statusUnder(vector, vectors.credentials)).toBe(vector.valid ? 'ok' : 'unauthenticated');
  });

  it('covers both authentic and forged notifications', () => {
    expect(new Set(vectors.cases.map(({ valid }) => valid))).toEqual(new Set([true, false]));
  });

  it('refuses an authentic notification under another key', () => {
    const other = { hmacKeyHex: 'ab'.repeat(32), publicKeyPem: otherKeyPem };
    for (const vector of vectors.cases) expect(statusUnder(vector, other)).toBe('unauthenticated');
  });
});

describe.each(pspDialects.map((dialect) => [dialect.name, dialect] as const))('%s', (name, dialect) => {
  const settings = settingsOf(name as keyof typeof pspCredentials);

  it('names the credential that is missing', () => {
    expect(() => dialect.connect({ ...settings, credentials: {} })).toThrow(/the credential "\w+" must be/);
  });

  it.each([
    ['http://psp.example', 'plain http'],
    ['http://10.0.0.1', 'plain http'],
    ['ftp://psp.example', 'https'],
    ['nonsense', 'https'],
    ['https://user:secret@psp.example', 'no credentials'],
  ])('does not send credentials to %s', (baseUrl, why) => {
    expect(() => dialect.connect({ ...settings, baseUrl })).toThrow(why);
  });

  it.each([
    'http://127.0.0.1:8090',
    'http://localhost:1/below',
    'http://sandbox:8090',
    'http://[::1]:8090',
    'https://psp.example',
  ])('connects to %s', (baseUrl) => {
    expect(dialect.connect({ ...settings, baseUrl }).webhookAnswer).toBeDefined();
  });

  it('never tells a secret in what it throws', () => {
    const credentials = Object.fromEntries(
      Object.keys(settings.credentials).map((key) => [key, 'x-secret-value']),
    );
    const attempt = (): unknown =>
      dialect.connect({ ...settings, credentials: { ...credentials, hmacKeyHex: 'secret!'.repeat(9) } });
    try {
      attempt();
    } catch (error) {
      expect(String(error)).not.toMatch(/x-secret-value|secret!/);
    }
    expect(merchantPair.privateKeyPem).toContain('PRIVATE');
  });
});
