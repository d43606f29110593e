import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialect, ProviderCall } from '../domain/dialect';
import { dialects } from './registry';

const bodiesOf = (provider: string): { path: string; body: Buffer }[] => {
  const text = readFileSync(join(__dirname, provider, 'fixtures/vectors.json'), 'utf8');
  const { cases } = JSON.parse(text) as { cases: { request: { path: string; bodyBase64: string } }[] };
  return cases.map(({ request }) => ({
    path: request.path,
    body: Buffer.from(request.bodyBase64, 'base64'),
  }));
};
const call = (path: string, body: Buffer): ProviderCall => ({
  method: 'POST',
  path,
  query: '',
  headers: [],
  body,
});

function expectSafe(dialect: Dialect, path: string, body: Buffer): void {
  const startedAt = performance.now();
  const decoded = dialect.decode(call(path, body));
  expect(performance.now() - startedAt).toBeLessThan(5_000);
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
    const samples = bodiesOf(provider);
    const paths = [...new Set(samples.map((sample) => sample.path))];

    it('never throws on any bytes', () => {
      fc.assert(
        fc.property(fc.constantFrom(...paths), fc.uint8Array({ maxLength: 2_000 }), (path, bytes) => {
          expectSafe(dialect, path, Buffer.from(bytes));
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
          expectSafe(dialect, sample.path, body);
        }),
        { numRuns: 5_000 },
      );
    });

    it('never throws on any JSON in any field', () => {
      const bodies = samples.map((sample) => ({ path: sample.path, json: sample.body.toString() }));
      fc.assert(
        fc.property(fc.constantFrom(...bodies), fc.nat(), fc.json({ maxDepth: 5 }), (sample, at, value) => {
          let place = 0;
          const fields = sample.json.match(/:\s*("[^"]*"|[\d.e]+|true|false|null)/g) ?? [''];
          const body = sample.json.replace(/:\s*("[^"]*"|[\d.e]+|true|false|null)/g, (match) =>
            place++ === at % fields.length ? `:${value}` : match,
          );
          expectSafe(dialect, sample.path, Buffer.from(body));
        }),
        { numRuns: 3_000 },
      );
    });
  },
);
