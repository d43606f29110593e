import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialect, ProviderCall } from '../domain/dialect';
import { dialects } from './registry';

interface VectorFile {
  credentials: Record<string, unknown>;
  cases: {
    request: Omit<ProviderCall, 'headers'> & { headers: Record<string, string>; bodyBase64: string };
  }[];
}

const vectorsOf = (provider: string) =>
  JSON.parse(readFileSync(join(__dirname, provider, 'fixtures/vectors.json'), 'utf8')) as VectorFile;

const samplesOf = ({ cases }: VectorFile, provider: string): ProviderCall[] =>
  cases.map(({ request: { method, path, query, headers, bodyBase64 } }) => ({
    method,
    // providers with a single URL call the base itself
    path: path === `/${provider}` ? '/' : path,
    query,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    body: Buffer.from(bodyBase64, 'base64'),
  }));

function expectSafe(dialect: Dialect, call: ProviderCall): void {
  const startedAt = process.cpuUsage();
  const decoded = dialect.decode(call);
  expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(5_000);
  if (!decoded.ok) {
    expect(dialect.answer({ kind: 'malformed', ...decoded.error }).body.length).toBeLessThan(2_000);
    return;
  }
  for (const action of decoded.value.actions) {
    expect(action.id.length).toBeGreaterThan(0);
    if (typeof action.amount === 'object') {
      expect(action.amount.decimal.length).toBeLessThanOrEqual(64);
    } else if (action.amount !== undefined) {
      expect(Number.isSafeInteger(action.amount)).toBe(true);
      expect(action.amount).toBeGreaterThanOrEqual(0);
    } else expect(action.kind).toBe('rollback');
  }
}

describe.each(dialects.map((dialect) => [dialect.provider, dialect] as const))(
  '%s decoder',
  (provider, dialect) => {
    const vectors = vectorsOf(provider);
    const samples = samplesOf(vectors, provider);
    const verify = dialect.verifier(vectors.credentials);

    it('never throws on any bytes', () => {
      fc.assert(
        fc.property(fc.constantFrom(...samples), fc.uint8Array({ maxLength: 2_000 }), (sample, bytes) => {
          const bad = { ...sample, body: Buffer.from(bytes) };
          expectSafe(dialect, bad);
          expectSafe(dialect, { ...bad, query: Buffer.from(bytes).toString('latin1') });
          expect(typeof verify(bad, Date.now())).toBe('boolean');
        }),
        { numRuns: 2_000 },
      );
    });

    it('never throws on mutated real bodies', () => {
      const mutation = fc.record({ at: fc.nat(), length: fc.nat(8), bytes: fc.uint8Array({ maxLength: 8 }) });
      const mutated = fc.tuple(
        fc.constantFrom(...samples),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
      );
      fc.assert(
        fc.property(mutated, ([sample, mutations]) => {
          let body = sample.body;
          for (const { at, length, bytes } of mutations) {
            const start = at % (body.length + 1);
            body = Buffer.concat([body.subarray(0, start), bytes, body.subarray(start + length)]);
          }
          expectSafe(dialect, { ...sample, body });
          expect(typeof verify({ ...sample, body }, Date.now())).toBe('boolean');
        }),
        { numRuns: 5_000 },
      );
    });

    it('never throws on any JSON in any field', () => {
      fc.assert(
        fc.property(fc.constantFrom(...samples), fc.nat(), fc.json({ maxDepth: 5 }), (sample, at, value) => {
          let place = 0;
          const json = sample.body.toString();
          const fields = json.match(/:\s*("[^"]*"|[\d.e]+|true|false|null)/g) ?? [''];
          const body = json.replace(/:\s*("[^"]*"|[\d.e]+|true|false|null)/g, (match) =>
            place++ === at % fields.length ? `:${value}` : match,
          );
          expectSafe(dialect, { ...sample, body: Buffer.from(body) });
        }),
        { numRuns: 3_000 },
      );
    });
  },
);
