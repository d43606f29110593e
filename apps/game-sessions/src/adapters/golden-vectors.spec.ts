import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderCall } from '../domain/dialect';
import { dialects } from './registry';

interface VectorFile {
  credentials: Record<string, unknown>;
  cases: {
    name: string;
    request: {
      method: string;
      path: string;
      query: string;
      headers: Record<string, string>;
      bodyBase64: string;
    };
    valid: boolean;
    /** Unix seconds; the clock of signatures that age. */
    now?: number;
    expect?: { transactionAmount?: string };
  }[];
}

const vectorsOf = (provider: string) =>
  JSON.parse(readFileSync(join(__dirname, provider, 'fixtures/vectors.json'), 'utf8')) as VectorFile;
const callOf = ({ request }: VectorFile['cases'][number]): ProviderCall => ({
  method: request.method,
  path: request.path,
  query: request.query,
  headers: Object.entries(request.headers).map(([name, value]) => ({ name, value })),
  body: Buffer.from(request.bodyBase64, 'base64'),
});

const clockOf = ({ now }: VectorFile['cases'][number]) => (now === undefined ? Date.now() : now * 1_000);
const foreignKeyPem = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

// Signatures computed by another implementation: a registered dialect without them fails here.
describe.each(dialects.map((dialect) => [dialect.provider, dialect] as const))('%s', (provider, dialect) => {
  const vectors = vectorsOf(provider);
  const verify = dialect.verifier(vectors.credentials);

  it.each(vectors.cases.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    expect(verify(callOf(vector), clockOf(vector))).toBe(vector.valid);
  });

  it('covers both authentic and forged calls', () => {
    expect(new Set(vectors.cases.map((vector) => vector.valid))).toEqual(new Set([true, false]));
  });

  it('refuses an authentic call with a second signature, whichever comes first', () => {
    for (const vector of vectors.cases.filter(({ valid }) => valid)) {
      const call = callOf(vector);
      for (const name of dialect.kept.headers) {
        const second = { name, value: 'x' };
        for (const headers of [
          [...call.headers, second],
          [second, ...call.headers],
        ])
          expect(verify({ ...call, headers }, clockOf(vector))).toBe(false);
      }
    }
  });

  it('refuses an authentic call under another secret', () => {
    const credentials = Object.fromEntries(
      Object.keys(vectors.credentials).map((key) => [
        key,
        key.endsWith('Pem') ? foreignKeyPem : 'another-secret',
      ]),
    );
    const verifyOther = dialect.verifier(credentials);
    for (const vector of vectors.cases) expect(verifyOther(callOf(vector), clockOf(vector))).toBe(false);
  });

  it('names the credential that is missing', () => {
    expect(() => dialect.verifier({})).toThrow(/must be text/);
  });
});

describe('evolution amounts', () => {
  const evolution = dialects.find((dialect) => dialect.provider === 'evolution');
  const cases = vectorsOf('evolution').cases.filter((vector) => vector.expect?.transactionAmount);

  it.each(cases.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const decoded = evolution?.decode(callOf(vector));
    const text = vector.expect?.transactionAmount ?? '';
    const minor = BigInt(Math.round(Number(text) * 100));
    if (minor > BigInt(Number.MAX_SAFE_INTEGER)) {
      expect(decoded).toMatchObject({ ok: false, error: { detail: 'amount is out-of-range' } });
    } else {
      const moved = vector.request.path === '/cancel' ? undefined : Number(minor);
      expect(decoded?.ok === true && decoded.value.actions[0]?.amount).toBe(moved);
    }
  });
});
