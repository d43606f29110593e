import type { ProviderCall } from './dialect';
import { bet, promo, rollbackOf, seat, win } from '../../test/sample-calls';
import vectors from './fixtures/pragmatic.json';
import { hashPragmatic, pragmatic } from './pragmatic';

const { secretKey } = vectors.credentials;
const dialect = pragmatic({ secretKey });
const close: ProviderCall = { type: 'play', roundId: 'r1', finished: true, actions: [] };
const fieldsOf = (body: string): [string, string][] => [...new URLSearchParams(body)];
const said = (call: ProviderCall): Record<string, string> =>
  Object.fromEntries(fieldsOf(dialect.encode(seat, call).body));

it.each(vectors.cases.map((vector) => [vector.name, vector] as const))('hashes as: %s', (_name, vector) => {
  const fields = fieldsOf(vector.request.bodyText);
  const given = fields.find(([name]) => name === 'hash')?.[1];
  const own = hashPragmatic(
    secretKey,
    fields.filter(([name]) => name !== 'hash'),
  );
  expect(own === given).toBe(vector.valid);
});

it('says a bet as a decimal and hashes what it says', () => {
  const { path, body } = dialect.encode(seat, bet);
  const { hash, ...fields } = Object.fromEntries(fieldsOf(body));
  expect(path).toBe('/bet');
  expect(fields).toMatchObject({ userId: 'p1', token: 's1', gameId: 'g:1', roundId: 'r1', reference: 'b1' });
  expect(fields.amount).toBe('10.05');
  expect(hash).toBe(hashPragmatic(secretKey, Object.entries(fields)));
});

it('refunds by the reference of the bet, pays promotions outside rounds and closes rounds apart', () => {
  expect(dialect.encode(seat, rollbackOf('r')).path).toBe('/refund');
  expect(said(rollbackOf('r'))).toMatchObject({ reference: 'b1' });
  expect(dialect.encode(seat, win).path).toBe('/result');
  expect(dialect.encode(seat, promo).path).toBe('/promoWin');
  expect(said(promo).roundId).toBeUndefined();
  expect(dialect.encode(seat, close).path).toBe('/endRound');
});

it('takes the session that authenticate gives', () => {
  const body = '{"userId":"p1","token":"new","currency":"EUR","cash":1.00,"bonus":0.50,"error":0}';
  const verdict = dialect.decode(seat, { type: 'enter', token: 't' }, 200, body);
  expect(verdict).toEqual({ kind: 'accepted', balance: 150n, outcomes: [], session: 'new' });
});

it.each([
  [500, '', { kind: 'unknown' }],
  [200, 'gibberish', { kind: 'unknown' }],
  [200, '{"error":100}', { kind: 'unknown' }],
  [200, '{"error":120}', { kind: 'refused', reason: 'other' }],
  [200, '{"error":1}', { kind: 'refused', reason: 'funds' }],
  [200, '{"error":4}', { kind: 'refused', reason: 'session' }],
  [413, '', { kind: 'refused', reason: 'other' }],
])('HTTP %s %s', (status, body, verdict) => {
  expect(dialect.decode(seat, bet, status, body)).toMatchObject(verdict);
});
