import { bet, promo, rollbackOf, seat, win } from '../../test/sample-calls';
import vectors from './fixtures/playngo.json';
import { accessTokenElement, playngo } from './playngo';

const { accessToken } = vectors.credentials;
const dialect = playngo({ accessToken });

it.each(['authenticate', 'balance, no declaration, token first', 'cancelReserve, indented'])(
  'writes the secret as: %s',
  (name) => {
    const vector = vectors.cases.find((one) => one.name === name);
    expect(vector?.request.bodyText).toContain(accessTokenElement(accessToken));
  },
);

it('says a reserve as a decimal with the secret in the body', () => {
  const { path, body } = dialect.encode({ ...seat, providerGameId: 'a<b' }, bet);
  expect(path).toBe('/reserve');
  expect(body).toContain('<transactionId>b1</transactionId><real>10.05</real>');
  expect(body).toContain('<externalId>p1</externalId>');
  expect(body).toContain('<externalGameSessionId>s1</externalGameSessionId>');
  expect(body).toContain('<gameId>a&lt;b</gameId>');
  expect(body).toContain(`${accessTokenElement(accessToken)}</reserve>`);
});

it('cancels by the transaction of the bet; the last release ends the round', () => {
  const cancel = dialect.encode(seat, rollbackOf('r'));
  expect(cancel.path).toBe('/cancelReserve');
  expect(cancel.body).toContain('<transactionId>b1</transactionId>');
  expect(dialect.encode(seat, win).body).toContain('<state>1</state><type>0</type>');
  expect(dialect.encode(seat, promo).body).toContain('<type>1</type><roundId></roundId>');
});

it('takes the session that authenticate gives', () => {
  const body =
    '<authenticate><externalId>p1</externalId><real>1.50</real><externalGameSessionId>new</externalGameSessionId><statusCode>0</statusCode></authenticate>';
  const verdict = dialect.decode(seat, { type: 'enter', token: 't' }, 200, body);
  expect(verdict).toEqual({ kind: 'accepted', balance: 150n, outcomes: [], session: 'new' });
});

it('knows from the answer whether a cancelled bet was there', () => {
  const done = '<r><externalTransactionId>t1</externalTransactionId><statusCode>0</statusCode></r>';
  expect(dialect.decode(seat, rollbackOf('r'), 200, done)).toEqual({
    kind: 'accepted',
    outcomes: [{ id: 'r', moved: true, transactionId: 't1' }],
  });
});

it.each([
  [500, '<r><statusCode>12</statusCode></r>', { kind: 'unknown' }],
  [200, 'gibberish', { kind: 'unknown' }],
  [200, '<r><statusCode>7</statusCode></r>', { kind: 'refused', reason: 'funds' }],
  [200, '<r><statusCode>9</statusCode></r>', { kind: 'refused', reason: 'not-found' }],
  [200, '<r><statusCode>12</statusCode></r>', { kind: 'refused', reason: 'other' }],
  [413, '', { kind: 'refused', reason: 'other' }],
])('HTTP %s %s', (status, body, verdict) => {
  expect(dialect.decode(seat, bet, status, body)).toMatchObject(verdict);
});
