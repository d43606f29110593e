import { bet, headerOf, promo, rollbackOf, seat } from '../../test/sample-calls';
import vectors from './fixtures/swipegames.json';
import { canonicalTexts, signSwipegames, swipegames } from './swipegames';

const { apiKey } = vectors.credentials;
const dialect = swipegames({ apiKey });

const authentic = vectors.cases.filter(({ valid }) => valid);
it.each(authentic.map((vector) => [vector.name, vector] as const))('signs as: %s', (_name, vector) => {
  const signature = signSwipegames(apiKey, vector.canonical ?? '');
  expect(signature).toBe(headerOf(vector.request.headers, 'x-request-sign'));
});

it.each(['bet, keys unordered', 'win, whitespace', 'unicode player name'])(
  'canonical form of: %s',
  (name) => {
    const vector = authentic.find((one) => one.name === name);
    const fields = JSON.parse(vector?.request.bodyText ?? '') as Record<string, string>;
    expect(canonicalTexts(fields)).toBe(vector?.canonical);
  },
);

it('says a bet as a decimal text in its session and signs it', () => {
  const { path, body, headers } = dialect.encode(seat, bet);
  expect(path).toBe('/bet');
  expect(body).toBe('{"amount":"10.05","roundID":"r1","sessionID":"s1","txID":"b1","type":"regular"}');
  expect(headers['x-request-sign']).toBe(signSwipegames(apiKey, body));
});

it('asks for the balance by GET and signs the query', () => {
  const { method, path, query, headers } = dialect.encode({ ...seat, session: 's/1' }, { type: 'balance' });
  expect([method, path, query]).toEqual(['GET', '/balance', 'sessionID=s%2F1']);
  expect(headers['x-request-sign']).toBe(signSwipegames(apiKey, '{"sessionID":"s/1"}'));
});

it('names the original in a refund; a promotion is a free win', () => {
  const refund = dialect.encode(seat, rollbackOf('b1-r'));
  expect(refund.path).toBe('/refund');
  expect(JSON.parse(refund.body)).toMatchObject({ txID: 'b1-r', origTxID: 'b1' });
  expect(JSON.parse(dialect.encode(seat, promo).body)).toMatchObject({ type: 'free', txID: 'x1' });
});

it('reads balance and transaction id', () => {
  const outcomes = [{ id: 'r', moved: 'untold', transactionId: 't1' }];
  expect(dialect.decode(seat, rollbackOf('r'), 200, '{"balance":"-0.05","txID":"t1"}')).toEqual({
    kind: 'accepted',
    balance: -5n,
    outcomes,
  });
});

it.each([
  [500, '{"code":"internal_error"}', { kind: 'unknown' }],
  [200, 'gibberish', { kind: 'unknown' }],
  [200, '{"balance":5}', { kind: 'unknown' }],
  [200, '{}', { kind: 'unknown' }],
  [402, '{"code":"insufficient_funds"}', { kind: 'refused', reason: 'funds' }],
  [403, '{"code":"session_expired"}', { kind: 'refused', reason: 'session' }],
  [409, '{"code":"bet_refunded"}', { kind: 'refused', reason: 'other' }],
  [413, '', { kind: 'refused', reason: 'other' }],
])('HTTP %s %s', (status, body, verdict) => {
  expect(dialect.decode(seat, bet, status, body)).toMatchObject(verdict);
});
