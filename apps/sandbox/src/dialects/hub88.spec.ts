import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { bet, headerOf, promo, rollbackOf, seat, win } from '../../test/sample-calls';
import vectors from './fixtures/hub88.json';
import { hub88, signHub88 } from './hub88';

const pem = vectors.credentials.TEST_ONLY_privateKeyPem;
const key = createPrivateKey(pem);
const dialect = hub88({ TEST_ONLY_privateKeyPem: pem });

it.each(vectors.cases.map((vector) => [vector.name, vector] as const))('signs as: %s', (_name, vector) => {
  const signature = signHub88(key, Buffer.from(vector.request.bodyBase64, 'base64'));
  expect(signature === headerOf(vector.request.headers, 'x-hub88-signature')).toBe(vector.valid);
});

it('says a bet in units of 1/100,000 and signs what it says', () => {
  const { path, body, headers } = dialect.encode(seat, bet);
  expect(path).toBe('/transaction/bet');
  expect(JSON.parse(body)).toMatchObject({
    user: 'p1',
    token: 's1',
    game_code: 'g:1',
    transaction_uuid: 'b1',
    round: 'r1',
    round_closed: false,
    currency: 'EUR',
    amount: 1_005_000,
  });
  const signature = Buffer.from(headers['x-hub88-signature'] ?? '', 'base64');
  expect(verify('sha256', Buffer.from(body), createPublicKey(pem), signature)).toBe(true);
});

it('says that it cannot be played in a currency that is finer than its amounts', () => {
  expect(() => dialect.encode({ ...seat, currency: 'BTC' }, bet)).toThrow('as fine as those of BTC');
  expect(JSON.parse(dialect.encode({ ...seat, currency: 'JPY' }, bet).body)).toMatchObject({
    amount: 100_500_000,
  });
});

it('ties wins and rollbacks to their bet', () => {
  const said = (call: typeof win): unknown => JSON.parse(dialect.encode(seat, call).body);
  const reference_transaction_uuid = 'b1';
  expect(said(win)).toMatchObject({ transaction_uuid: 'w1', reference_transaction_uuid, round_closed: true });
  expect(said(rollbackOf('b1-r'))).toMatchObject({ transaction_uuid: 'b1-r', reference_transaction_uuid });
  expect(said(promo)).toMatchObject({ transaction_uuid: 'x1', is_supplier_promo: true, amount: 500_000 });
});

it('reads the balance, and that a rollback does not say whether anything was there', () => {
  const answer = '{"status":"RS_OK","balance":9007199254740991000}';
  const balance = 9007199254740991n;
  expect(dialect.decode(seat, bet, 200, answer)).toEqual({
    kind: 'accepted',
    balance,
    outcomes: [{ id: 'b1', moved: true }],
  });
  expect(dialect.decode(seat, rollbackOf('r'), 200, answer)).toMatchObject({
    outcomes: [{ id: 'r', moved: 'untold' }],
  });
});

it.each([
  [500, '', { kind: 'unknown' }],
  [200, '', { kind: 'unknown' }],
  [413, '{}', { kind: 'refused', reason: 'other' }],
  [200, '{"status":"RS_ERROR_UNKNOWN"}', { kind: 'unknown' }],
  [200, '{"status":"RS_OK"}', { kind: 'unknown' }],
  [200, '{"status":"RS_ERROR_NOT_ENOUGH_MONEY"}', { kind: 'refused', reason: 'funds' }],
  [200, '{"status":"RS_ERROR_TOKEN_EXPIRED"}', { kind: 'refused', reason: 'session' }],
  [200, '{"status":"RS_ERROR_DUPLICATE_TRANSACTION"}', { kind: 'refused', reason: 'other' }],
])('HTTP %s %s', (status, body, verdict) => {
  expect(dialect.decode(seat, bet, status, body)).toMatchObject(verdict);
});
