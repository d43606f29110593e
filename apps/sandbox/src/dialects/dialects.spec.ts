import type { ProviderCall, Seat } from './dialect';
import { authQuery, evolution } from './evolution';
import evolutionVectors from './fixtures/evolution.json';
import softswissVectors from './fixtures/softswiss.json';
import { signSoftswiss, softswiss } from './softswiss';

const seat: Seat = { playerId: 'p1', currency: 'EUR', providerGameId: 'g:1', session: 's1' };
const bet: ProviderCall = {
  type: 'play',
  roundId: 'r1',
  finished: false,
  actions: [{ kind: 'bet', id: 'b1', amount: 1005n, betId: 'b1' }],
};
const rollback: ProviderCall = {
  type: 'rollback',
  roundId: 'r1',
  actions: [{ kind: 'rollback', id: 'r', amount: 1005n, betId: 'b1' }],
};

describe('softswiss', () => {
  const dialect = softswiss({ secret: 'key' });
  const header = (headers: object): string | undefined =>
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-request-sign')?.[1] as
      string | undefined;

  it.each(softswissVectors.cases.map((vector) => [vector.name, vector] as const))(
    'signs as: %s',
    (_name, vector) => {
      const signature = signSoftswiss(
        softswissVectors.credentials.secret,
        Buffer.from(vector.request.bodyBase64, 'base64'),
      );
      expect(signature === header(vector.request.headers)).toBe(vector.valid);
    },
  );

  it('says a bet in minor units and signs what it says', () => {
    const wire = dialect.encode(seat, bet);
    expect(JSON.parse(wire.body)).toEqual({
      user_id: 'p1',
      currency: 'EUR',
      game: 'g:1',
      game_id: 'r1',
      finished: false,
      actions: [{ action: 'bet', amount: 1005, action_id: 'b1' }],
    });
    expect(wire.path).toBe('/play');
    expect(wire.headers['x-request-sign']).toBe(signSoftswiss('key', wire.body));
  });

  it('names the original in a rollback', () => {
    const wire = dialect.encode(seat, rollback);
    expect(wire.path).toBe('/rollback');
    expect(wire.body).toContain('{"action":"rollback","action_id":"r","original_action_id":"b1"}');
  });

  it('reads an empty tx_id as an acknowledgement that moved nothing', () => {
    const answer = { balance: 5, transactions: [{ action_id: 'b1', tx_id: '' }] };
    expect(dialect.decode(seat, bet, 200, JSON.stringify(answer))).toEqual({
      kind: 'accepted',
      balance: 5n,
      outcomes: [{ id: 'b1', moved: false }],
    });
  });

  it.each([
    [500, '{"code":500}', 'unknown'],
    [503, '', 'unknown'],
    [429, '{}', 'unknown'],
    [200, 'gibberish', 'unknown'],
    [200, '{"balance":1.5}', 'unknown'],
    [412, '{"code":100,"balance":3}', 'refused'],
    [403, '{"code":403}', 'refused'],
  ])('HTTP %s %s is %s', (status, body, kind) => {
    expect(dialect.decode(seat, bet, status, body).kind).toBe(kind);
  });
});

describe('evolution', () => {
  const dialect = evolution({ authToken: 'a/b+c=' });

  it('escapes its token as the golden vectors do', () => {
    const queries = evolutionVectors.cases.filter(({ valid }) => valid).map(({ request }) => request.query);
    expect(queries).toContain(authQuery(evolutionVectors.credentials.authToken));
  });

  it('says a debit as a decimal and ties it by refId', () => {
    const wire = dialect.encode(seat, bet);
    expect(wire.path).toBe('/debit');
    expect(wire.query).toBe('authToken=a%2Fb%2Bc%3D');
    expect(wire.body).toContain('"transaction":{"id":"b1","refId":"ref-b1","amount":10.05}');
    expect(JSON.parse(wire.body)).toMatchObject({
      sid: 's1',
      userId: 'p1',
      game: { id: 'r1', details: { table: { id: 'g:1' } } },
    });
  });

  it('reads decimal balances without floats', () => {
    const answer = '{"status":"OK","balance":90071992547409.91,"bonus":0.00}';
    expect(dialect.decode(seat, bet, 200, answer)).toMatchObject({
      kind: 'accepted',
      balance: 9007199254740991n,
    });
  });

  it.each([
    [200, '{"status":"TEMPORARY_ERROR"}', { kind: 'unknown' }],
    [502, '', { kind: 'unknown' }],
    [200, '', { kind: 'unknown' }],
    [413, '{}', { kind: 'refused', reason: 'other' }],
    [200, '{"status":"INSUFFICIENT_FUNDS"}', { kind: 'refused', reason: 'funds' }],
    [200, '{"status":"BET_ALREADY_EXIST"}', { kind: 'refused', reason: 'known' }],
    [200, '{"status":"BET_ALREADY_SETTLED"}', { kind: 'refused', reason: 'settled' }],
    [200, '{"status":"FINAL_ERROR_ACTION_FAILED"}', { kind: 'refused', reason: 'other' }],
  ])('HTTP %s %s', (status, body, verdict) => {
    expect(dialect.decode(seat, bet, status, body)).toMatchObject(verdict);
  });

  it('takes the session that check gives', () => {
    const answer = dialect.decode(seat, { type: 'enter', token: 't' }, 200, '{"status":"OK","sid":"new"}');
    expect(answer).toMatchObject({ kind: 'accepted', session: 'new' });
  });
});
