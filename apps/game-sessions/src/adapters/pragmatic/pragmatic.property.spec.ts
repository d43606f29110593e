import fc from 'fast-check';
import { pragmatic } from './pragmatic';

const verify = pragmatic.verifier({ secretKey: 'testKey' });
const paths = ['/bet', '/result', '/refund', '/bonusWin', '/endRound', '/adjustment', '/authenticate'];
const names = [
  'token',
  'userId',
  'gameId',
  'roundId',
  'reference',
  'amount',
  'currency',
  'hash',
  'bonusCode',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '1.00', '-1', 'NaN', '1e9'),
);
const pair = fc.tuple(fc.oneof(fc.constantFrom(...names), text), text);
const escaped = fc.tuple(fc.constantFrom('', '%', '%4', '%zz', '%00', '%ff', '+', '&', '='), fc.nat(500));

function hear(path: string, form: string): void {
  const call = { method: 'POST', path, query: '', headers: [], body: Buffer.from(form) };
  const startedAt = process.cpuUsage();
  verify(call, 0);
  const decoded = pragmatic.decode(call);
  expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(1_000);
  if (!decoded.ok) return;
  for (const { id, amount } of decoded.value.actions) {
    expect(id.length).toBeGreaterThan(0);
    expect(amount === undefined || typeof amount === 'object').toBe(true);
  }
}

describe('pragmatic forms', () => {
  it('never throw, whatever their fields say', () => {
    const form = fc.tuple(fc.constantFrom(...paths), fc.array(pair, { maxLength: 14 }), escaped);
    fc.assert(
      fc.property(form, ([path, pairs, [insert, at]]) => {
        const body = pairs.map((parts) =>
          parts.map((part) => new URLSearchParams([['', part]]).toString().slice(1)).join('='),
        );
        const joined = body.join('&');
        hear(path, joined.slice(0, at) + insert + joined.slice(at));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['parameters', '&a=1'.repeat(16_000)],
    ['separators', '&'.repeat(65_000)],
    ['escapes', `a=${'%41'.repeat(21_000)}`],
    ['broken escapes', '%'.repeat(65_000)],
    ['one name', 'a'.repeat(65_000)],
  ])('take bounded time over 64 KiB of %s', (_what, body) => {
    for (const path of paths) hear(path, body);
  });
});
