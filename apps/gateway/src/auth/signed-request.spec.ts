import vectors from './fixtures/operator-hmac.json';
import {
  canonicalQuery,
  canonicalText,
  signatureOf,
  type SignedRequest,
  verifySignature,
} from './signed-request';

type Case = (typeof vectors.cases)[number];
const keys = new Map(Object.entries(vectors.credentials.keys).map(([id, secret]) => [id, { id, secret }]));

function requestOf({ request }: Case): SignedRequest {
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: request.method,
    path: request.path,
    query: request.query,
    body: Buffer.from(request.bodyBase64, 'base64'),
    keyId: headers.get('x-key-id'),
    timestamp: headers.get('x-timestamp'),
    nonce: headers.get('x-nonce'),
    signature: headers.get('x-signature'),
  };
}

const judge = (vector: Case, secondsLater = 0) =>
  verifySignature(requestOf(vector), keys, new Date((vector.now + secondsLater) * 1_000));

describe('signed requests', () => {
  it.each(vectors.cases.map((vector) => [vector.name, vector] as const))('golden vector: %s', (_, vector) => {
    expect(judge(vector).ok).toBe(vector.valid);
    if ('canonical' in vector) expect(canonicalText(requestOf(vector))).toBe(vector.canonical);
  });

  it('has cases of both kinds', () => {
    expect(vectors.cases.filter(({ valid }) => valid).length).toBeGreaterThan(15);
    expect(vectors.cases.filter(({ valid }) => !valid).length).toBeGreaterThan(10);
  });

  it('names what is wrong', () => {
    const code = (name: string) => {
      const vector = vectors.cases.find((one) => one.name === name);
      const verdict = vector && judge(vector);
      return verdict && !verdict.ok ? verdict.error.code : undefined;
    };
    expect(code('missing nonce')).toBe('auth.missing-credentials');
    expect(code('stale timestamp')).toBe('auth.stale-timestamp');
    expect(code('timestamp in the future')).toBe('auth.stale-timestamp');
    expect(code('wrong secret')).toBe('auth.invalid-signature');
    expect(code('unknown key id')).toBe('auth.invalid-signature');
  });

  it('tolerates 300 s either way and no more', () => {
    const [vector] = vectors.cases;
    if (!vector) throw new Error('no vectors');
    const signedAt = Number(requestOf(vector).timestamp) - vector.now;
    for (const [offset, valid] of [
      [300, true],
      [-300, true],
      [301, false],
      [-301, false],
    ] as const) {
      expect(judge(vector, signedAt + offset).ok).toBe(valid);
    }
  });

  it.each(['7', 'x'.repeat(128)])('takes the nonce %s', (nonce) => {
    const now = 1_700_000_000;
    const request: SignedRequest = {
      ...{ method: 'GET', path: '/v1/games', query: '', body: Buffer.alloc(0), keyId: 'k', nonce },
      ...{ timestamp: String(now), signature: '' },
    };
    const signature = signatureOf('secret', request);
    const verdict = verifySignature(
      { ...request, signature },
      new Map([['k', { secret: 'secret' }]]),
      new Date(now * 1_000),
    );
    expect(verdict.ok).toBe(true);
  });

  it('gives odd queries one form', () => {
    expect(canonicalQuery('a%ZZ=%')).toBe('a%25ZZ=%25');
    expect(canonicalQuery('%ff=+&b')).toBe('%FF=%2B&b=');
  });
});
