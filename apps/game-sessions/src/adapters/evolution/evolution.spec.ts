import type { BalanceDto, ErrorCode, PostedAction } from '@baize/contracts';
import type { ProviderCommand } from '../../domain/dialect';
import { evolution } from './evolution';

const decode = (path: string, body: string, method = 'POST') =>
  evolution.decode({ method, path, query: '', headers: [], body: Buffer.from(body) });
const caller = { sid: 's1', userId: 'p1', uuid: 'u1', currency: 'EUR' };
const game = { id: 'r1', type: 'roulette', details: { table: { id: 't1', vid: null } } };
const movement = { ...caller, game, transaction: { id: 'd1', refId: 'ref1', amount: 10 } };
const debit = (change: object) => decode('/debit', JSON.stringify({ ...movement, ...change }));
const withAmount = (text: string, path = '/debit', currency = 'EUR') =>
  decode(path, JSON.stringify({ ...movement, currency }).replace('"amount":10', `"amount":${text}`));

function valueOf(decoded: ReturnType<typeof decode>): ProviderCommand {
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('evolution decoding', () => {
  it('reads a debit, whose refId opens a group', () => {
    expect(valueOf(debit({ extra: [1] }))).toEqual({
      intent: 'post',
      session: 's1',
      playerId: 'p1',
      callId: 'u1',
      currency: 'EUR',
      providerGameId: 't1',
      providerRoundId: 'r1',
      closeRound: false,
      actions: [{ kind: 'bet', id: 'd1', amount: 1000, groupId: 'ref1' }],
    });
  });

  it('ties a credit to the group and a cancel to the debit', () => {
    const read = (path: string) => valueOf(decode(path, JSON.stringify(movement))).actions;
    expect(read('/credit')).toEqual([
      { kind: 'win', id: 'd1', amount: 1000, reference: { kind: 'bet-group', id: 'ref1' } },
    ]);
    expect(read('/cancel')).toEqual([{ kind: 'rollback', id: 'd1', reference: { kind: 'bet', id: 'd1' } }]);
  });

  it.each([
    ['0.1', 'EUR', 10],
    ['1e1', 'EUR', 1000],
    ['10.00', 'EUR', 1000],
    ['10.0000', 'EUR', 1000],
    ['0', 'EUR', 0],
    ['0.0', 'EUR', 0],
    ['1.15', 'EUR', 115], // 114.99999999999999 in doubles
    ['7', 'JPY', 7],
    ['90071992547409.91', 'EUR', Number.MAX_SAFE_INTEGER],
    ['0.00000001', 'BTC', 1],
  ])('reads %s %s exactly', (text, currency, minor) => {
    expect(valueOf(withAmount(text, '/debit', currency)).actions[0]?.amount).toBe(minor);
  });

  it('reads promotions with and without a session and a game', () => {
    const promo = { id: 'x1', amount: 2.5, type: 'FreeRoundPlayableSpent' };
    const read = (body: object) => valueOf(decode('/promo_payout', JSON.stringify(body)));
    expect(read({ ...caller, game, promoTransaction: promo })).toMatchObject({
      session: 's1',
      providerGameId: 't1',
      actions: [{ kind: 'win', id: 'x1', amount: 250, award: 'free-round' }],
    });
    const bare = read({ ...caller, sid: null, game: null, transaction: { id: 'x2', amount: 1 } });
    expect(bare.session).toBeUndefined();
    expect(bare.actions).toMatchObject([{ award: 'promo' }]);
    expect(
      read({ ...caller, game, promoTransaction: { ...promo, type: 'JackpotWin' } }).actions,
    ).toMatchObject([{ award: 'jackpot' }]);
  });

  it('reads the hand-shake and the balance', () => {
    expect(valueOf(decode('/check', JSON.stringify(caller)))).toMatchObject({ intent: 'exchange-token' });
    expect(valueOf(decode('/sid', JSON.stringify(caller)))).toMatchObject({ intent: 'check-session' });
    expect(valueOf(decode('/balance', JSON.stringify({ ...caller, game: null })))).toMatchObject({
      intent: 'balance',
      currency: 'EUR',
    });
  });

  it.each([
    ['an unknown path', () => decode('/refund', JSON.stringify(movement))],
    ['GET', () => decode('/debit', JSON.stringify(movement), 'GET')],
    ['broken JSON', () => decode('/debit', '{"sid":')],
    ['a nesting bomb', () => decode('/debit', '{"a":'.repeat(10_000))],
    ['a __proto__ key', () => decode('/debit', `{"__proto__":{"a":1},${JSON.stringify(movement).slice(1)}`)],
  ])('refuses %s', (_what, decoded) => {
    expect(decoded()).toEqual({ ok: false, error: { detail: expect.any(String) } });
  });

  it.each([
    ['no session', () => debit({ sid: undefined })],
    ['no player', () => debit({ userId: null })],
    ['no currency', () => debit({ currency: undefined })],
    ['no game', () => debit({ game: null })],
    ['a game without a table', () => debit({ game: { id: 'r1' } })],
    ['no transaction', () => debit({ transaction: undefined })],
    ['a transaction that is a list', () => debit({ transaction: [] })],
    ['no refId', () => debit({ transaction: { id: 'd1', amount: 1 } })],
    ['a fractional id', () => debit({ transaction: { id: 1.5, refId: 'r', amount: 1 } })],
    ['a currency that is not carried', () => debit({ currency: 'XXX' })],
    ['a negative amount', () => withAmount('-1')],
    ['a digit beyond the exponent', () => withAmount('0.001')],
    ['a digit beyond the exponent of another currency', () => withAmount('0.5', '/debit', 'JPY')],
    ['an amount as text', () => withAmount('"10"')],
    ['NaN as text', () => withAmount('"NaN"')],
    ['2^53', () => withAmount('90071992547409.92')],
    ['a huge exponent', () => withAmount('1e400')],
    ['a tiny exponent', () => withAmount('1e-400')],
    ['a negative amount in a credit', () => withAmount('-0.01', '/credit')],
    ['a negative amount in a cancel', () => withAmount('-0.01', '/cancel')],
  ])('refuses %s and echoes the uuid', (_what, decoded) => {
    expect(decoded()).toEqual({ ok: false, error: { detail: expect.any(String), callId: 'u1' } });
  });
});

describe('evolution answers', () => {
  const balance: BalanceDto = {
    currency: 'EUR',
    real: 90071992547409_91,
    bonus: 5,
    locked: 0,
    total: 0,
    version: 7,
  };
  const command = valueOf(debit({}));
  const at = '2026-01-31T12:00:00.000Z';
  const posted = (kind: PostedAction['kind'], status: PostedAction['status']) => {
    const action: PostedAction = {
      id: 'd1',
      kind,
      status,
      transactionId: 't1',
      postedAt: at,
      balanceAfter: 1,
    };
    return evolution.answer({ kind: 'posted', posted: { actions: [action], balance } }, command).body;
  };

  it('writes balances without a float', () => {
    expect(posted('bet', 'posted')).toBe(
      '{"status":"OK","balance":90071992547409.91,"bonus":0.05,"retransmission":false,"uuid":"u1"}',
    );
  });

  it('writes a debt as a negative balance', () => {
    const debt = Object.assign({}, balance, { real: -105 });
    expect(evolution.answer({ kind: 'balance', balance: debt }, command).body).toContain('"balance":-1.05,');
  });

  it.each([
    ['bet', 'replayed', 'BET_ALREADY_EXIST', true],
    ['win', 'replayed', 'OK', true],
    ['win', 'posted', 'OK', false],
    ['rollback', 'posted', 'OK', false],
    ['rollback', 'replayed', 'BET_ALREADY_SETTLED', true],
    ['rollback', 'tombstoned', 'BET_DOES_NOT_EXIST', false],
  ] as const)('answers a %s that was %s with %s', (kind, status, expected, retransmission) => {
    expect(JSON.parse(posted(kind, status))).toMatchObject({ status: expected, retransmission, uuid: 'u1' });
  });

  it.each<[ErrorCode, string]>([
    ['game-sessions.session-not-found', 'INVALID_SID'],
    ['game-sessions.game-not-found', 'INVALID_PARAMETER'],
    ['wallet.currency-mismatch', 'INVALID_PARAMETER'],
    ['wallet.movement-conflict', 'INVALID_PARAMETER'],
    ['wallet.insufficient-funds', 'INSUFFICIENT_FUNDS'],
    ['wallet.debt-outstanding', 'INSUFFICIENT_FUNDS'],
    ['wallet.bet-not-found', 'BET_DOES_NOT_EXIST'],
    ['wallet.original-settled', 'BET_ALREADY_SETTLED'],
    ['wallet.bet-already-rolled-back', 'BET_ALREADY_SETTLED'],
    ['wallet.movement-tombstoned', 'FINAL_ERROR_ACTION_FAILED'],
    ['wallet.player-restricted', 'FINAL_ERROR_ACTION_FAILED'],
    ['wallet.limit-exceeded', 'FINAL_ERROR_ACTION_FAILED'],
    ['wallet.round-closed', 'FINAL_ERROR_ACTION_FAILED'],
  ])('answers %s with %s', (code, status) => {
    const answer = evolution.answer({ kind: 'refused', code, at, balance }, command);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ status, uuid: 'u1' });
  });

  it('words faults, bad secrets and bad bodies as its documentation does', () => {
    expect(evolution.answer({ kind: 'fault' }).body).toBe('{"status":"TEMPORARY_ERROR"}');
    expect(evolution.answer({ kind: 'unauthenticated' }).body).toBe('{"status":"INVALID_TOKEN_ID"}');
    expect(evolution.answer({ kind: 'malformed', detail: 'x', callId: 'u1' }).body).toBe(
      '{"status":"INVALID_PARAMETER","uuid":"u1"}',
    );
    expect(evolution.answer({ kind: 'session', session: 's2', playerId: 'p1' }, command).body).toBe(
      '{"status":"OK","sid":"s2","uuid":"u1"}',
    );
  });
});
