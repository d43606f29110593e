import { bet, headerOf, promo, rollbackOf, seat, win } from '../../test/sample-calls';
import vectors from './fixtures/slotegrator.json';
import type { FormFields } from './form';
import { signSlotegrator, slotegrator } from './slotegrator';

const { merchantId, merchantKey } = vectors.credentials;
const dialect = slotegrator({ merchantId, merchantKey });
const signed = ['X-Merchant-Id', 'X-Timestamp', 'X-Nonce'] as const;
const fieldsOf = (body: string): [string, string][] => [...new URLSearchParams(body)];
const withHeaders = (body: string, headers: object): FormFields => [
  ...fieldsOf(body),
  ...signed.map((name) => [name, headerOf(headers, name) ?? ''] as const),
];
const said = (call: typeof bet): Record<string, string> =>
  Object.fromEntries(fieldsOf(dialect.encode(seat, call).body));

const authentic = vectors.cases.filter(({ valid }) => valid);
it.each(authentic.map((vector) => [vector.name, vector] as const))('signs as: %s', (_name, { request }) => {
  const signature = signSlotegrator(merchantKey, withHeaders(request.bodyText, request.headers));
  expect(signature).toBe(headerOf(request.headers, 'x-sign'));
});

it('signs what it says together with its headers', () => {
  const { path, body, headers } = dialect.encode(seat, bet);
  expect(path).toBe('');
  expect(headers['X-Merchant-Id']).toBe(merchantId);
  expect(headers['X-Sign']).toBe(signSlotegrator(merchantKey, withHeaders(body, headers)));
});

it('says decimals, and which bet a win belongs to', () => {
  const common = { player_id: 'p1', session_id: 's1', game_uuid: 'g:1', round_id: 'r1' };
  expect(said(bet)).toMatchObject({
    ...common,
    action: 'bet',
    transaction_id: 'b1',
    amount: '10.05',
    finished: '0',
  });
  expect(said(win)).toMatchObject({ ...common, action: 'win', bet_transaction_id: 'b1', finished: '1' });
  expect(said(promo)).toMatchObject({ action: 'win', type: 'promo', transaction_id: 'x1' });
});

it('takes bets back in both forms, each id in one of them', () => {
  expect(said(rollbackOf('a'))).toMatchObject({
    action: 'refund',
    transaction_id: 'a',
    bet_transaction_id: 'b1',
  });
  expect(said(rollbackOf('b'))).toMatchObject({
    action: 'rollback',
    transaction_id: 'b',
    'rollback_transactions[0][action]': 'bet',
    'rollback_transactions[0][transaction_id]': 'b1',
  });
});

it('takes wins back by list, whatever the id', () => {
  for (const id of ['a', 'b']) {
    const undo = { kind: 'rollback', id, amount: 20n, betId: 'w1', undoes: 'win' } as const;
    expect(said({ type: 'rollback', roundId: 'r1', actions: [undo] })).toMatchObject({
      action: 'rollback',
      transaction_id: id,
      'rollback_transactions[0][action]': 'win',
      'rollback_transactions[0][transaction_id]': 'w1',
    });
  }
});

it('reads the stored transaction id', () => {
  const verdict = dialect.decode(seat, bet, 200, '{"balance":10.05,"transaction_id":"t1"}');
  const outcomes = [{ id: 'b1', moved: true, transactionId: 't1' }];
  expect(verdict).toEqual({ kind: 'accepted', balance: 1005n, outcomes });
});

it.each([
  [500, '{"error_code":"INTERNAL_ERROR"}', { kind: 'unknown' }],
  [200, 'gibberish', { kind: 'unknown' }],
  [200, '{"transaction_id":"t1"}', { kind: 'unknown' }],
  [413, '', { kind: 'refused', reason: 'other' }],
  [200, '{"error_code":"INSUFFICIENT_FUNDS"}', { kind: 'refused', reason: 'funds' }],
  [200, '{"error_code":"INTERNAL_ERROR"}', { kind: 'refused', reason: 'other' }],
])('HTTP %s %s', (status, body, verdict) => {
  expect(dialect.decode(seat, bet, status, body)).toMatchObject(verdict);
});
