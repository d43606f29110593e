import { createHmac } from 'node:crypto';
import type { BalanceDto, ErrorCode, PostedAction } from '@baize/contracts';
import fc from 'fast-check';
import type { ProviderCommand } from '../../domain/dialect';
import { canonicalJson, NotCanonical } from './canonical-json';
import { swipegames } from './swipegames';

const decode = (path: string, body: string, method = 'POST', query = '') =>
  swipegames.decode({ method, path, query, headers: [], body: Buffer.from(body) });
const movement = { sessionID: 's1', txID: 'tx-1', roundID: 'r1', amount: '10.00', type: 'regular' };
const read = (path: string, change: object = {}) =>
  valueOf(decode(path, JSON.stringify({ ...movement, ...change })));
const bet = (change: object) => decode('/bet', JSON.stringify({ ...movement, ...change }));

function valueOf(decoded: ReturnType<typeof decode>): ProviderCommand {
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('canonical JSON (RFC 8785)', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['4.50', '4.5'],
    ['2e-3', '0.002'],
    ['1E30', '1e+30'],
    ['1e21', '1e+21'],
    ['1e20', '100000000000000000000'],
    ['1e-6', '0.000001'],
    ['1e-7', '1e-7'],
    ['0.000000000000000000000000001', '1e-27'],
    ['333333333.33333329', '333333333.3333333'],
    ['9007199254740993', '9007199254740992'],
    ['5e-324', '5e-324'],
    ['1e-400', '0'],
    ['1.7976931348623157e308', '1.7976931348623157e+308'],
  ])('writes the number %s as %s', (text, canonical) => {
    expect(canonicalJson(JSON.parse(text))).toBe(canonical);
  });

  it.each([
    ['"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    ['"\\b\\f\\n\\r\\t\\u001F\\u007f\\u2028"', '"\\b\\f\\n\\r\\t\\u001f\u007f\u2028"'],
    ['"\\ud83d\\ude00"', '"😀"'],
    ['"e\\u0301"', '"e\u0301"'], // no normalisation
  ])('writes the text %s with the escapes that it must have', (text, canonical) => {
    expect(canonicalJson(JSON.parse(text))).toBe(canonical);
  });

  it('sorts keys by UTF-16 code units at every level and keeps lists as they are', () => {
    const text = '{"\\ufb33":1,"\\ud83d\\ude00":2,"b":{"z":null,"a":[3,{"d":1,"c":true}]},"10":3,"9":4,"":5}';
    expect(canonicalJson(JSON.parse(text))).toBe(
      '{"":5,"10":3,"9":4,"b":{"a":[3,{"c":true,"d":1}],"z":null},"😀":2,"\ufb33":1}',
    );
  });

  it('keeps a __proto__ key', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });

  it.each([
    '"\\ud800"',
    '"\\udc00"',
    '"\\ude00\\ud83d"',
    '{"\\ud800":1}',
    '["a\\udfff"]',
    '1e400',
    '[-1e309]',
  ])('has no form for %s', (text) => {
    expect(() => canonicalJson(JSON.parse(text))).toThrow(NotCanonical);
  });

  it('is a fixed point and keeps the value, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const once = canonicalJson(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(once))).toBe(once);
        expect(JSON.parse(once)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('swipegames signatures', () => {
  const apiKey = 'a-long-api-key';
  const verify = swipegames.verifier({ apiKey });
  const signed = (canonical: string, body: string | Buffer, query = '', method = 'POST') =>
    verify(
      {
        method,
        path: '/any',
        query,
        body: Buffer.from(body),
        headers: [
          { name: 'X-REQUEST-SIGN', value: createHmac('sha256', apiKey).update(canonical).digest('hex') },
        ],
      },
      0,
    );

  it.each([
    ['another order and spelling', '{"a":1,"b":"é"}', '{ "b": "\\u00e9", "a": 1.0 }', true],
    ['a text that is spelled in another way', '{"a":"1.0"}', '{"a":"1.00"}', false],
    ['half a surrogate pair, signed as it is', '{"a":"\\ud800"}', '{"a":"\\ud800"}', false],
    ['a number beyond doubles, signed as it is', '{"a":1e400}', '{"a":1e400}', false],
    ['what is no JSON, signed as it is', '{"a":', '{"a":', true],
    ['what nests too deeply, signed as it is', '['.repeat(50), '['.repeat(50), true],
  ])('judges %s', (_what, canonical, body, expected) => {
    expect(signed(canonical, body)).toBe(expected);
  });

  it('signs a query as a flat map of texts', () => {
    expect(signed('{"a":"1.0","b":"x y"}', '', 'b=x+y&a=1.0', 'GET')).toBe(true);
    expect(signed('{}', '', '', 'GET')).toBe(true);
    for (const query of ['a=1&a=1', 'a=%ff', 'a=%zz', 'a=1&x=2'])
      expect(signed('{"a":"1"}', '', query, 'GET')).toBe(false);
    expect(signed('{"__proto__":"1"}', '', '__proto__=1', 'GET')).toBe(true);
  });
});

describe('swipegames decoding', () => {
  it('leaves player, currency and game to the session', () => {
    expect(read('/bet', { extra: [1] })).toEqual({
      intent: 'post',
      session: 's1',
      providerRoundId: 'r1',
      closeRound: false,
      actions: [{ kind: 'bet', id: 'tx-1', amount: { decimal: '10.00' } }],
    });
    expect(read('/win').actions).toEqual([{ kind: 'win', id: 'tx-1', amount: { decimal: '10.00' } }]);
    expect(read('/refund', { origTxID: 'bet-1' }).actions).toEqual([
      { kind: 'rollback', id: 'tx-1', reference: { kind: 'bet', id: 'bet-1' } },
    ]);
  });

  it('takes no stake in a free round, and pays what it wins', () => {
    expect(read('/bet', { type: 'free', frID: 'f1' }).actions).toMatchObject([{ amount: 0 }]);
    expect(read('/win', { type: 'free', frID: 'f1' }).actions).toMatchObject([
      { amount: { decimal: '10.00' }, award: 'free-round' },
    ]);
  });

  it('reads the balance from the query', () => {
    const decoded = decode('/balance', '', 'GET', 'x=1&sessionID=a%2Bb');
    expect(valueOf(decoded)).toEqual({ intent: 'balance', session: 'a+b', closeRound: false, actions: [] });
  });

  it.each([
    ['an unknown path', () => decode('/cancel', JSON.stringify(movement))],
    ['GET where it is POST', () => decode('/bet', JSON.stringify(movement), 'GET')],
    ['POST where it is GET', () => decode('/balance', '{"sessionID":"s1"}')],
    ['a balance without a session', () => decode('/balance', '', 'GET', 'session=1')],
    ['two sessions', () => decode('/balance', '', 'GET', 'sessionID=1&sessionID=2')],
    ['a query that cannot be decoded', () => decode('/balance', '', 'GET', 'sessionID=%E0%A4%A')],
    ['broken JSON', () => decode('/bet', '{"sessionID":')],
    ['a nesting bomb', () => decode('/bet', '{"a":'.repeat(10_000))],
    ['a __proto__ key', () => decode('/bet', `{"__proto__":{},${JSON.stringify(movement).slice(1)}`)],
    ['keys that come twice', () => decode('/bet', `{"txID":"other",${JSON.stringify(movement).slice(1)}`)],
    ['no session', () => bet({ sessionID: undefined })],
    ['no txID', () => bet({ txID: null })],
    ['no round', () => bet({ roundID: '' })],
    ['half a surrogate pair as an id', () => decode('/bet', JSON.stringify({ ...movement, txID: '\ud800' }))],
    ['a refund of nothing', () => decode('/refund', JSON.stringify(movement))],
    ['another type', () => bet({ type: 'gift' })],
    ['an amount as a number', () => bet({ amount: 10 })],
    ['no amount', () => bet({ amount: undefined })],
    ['a negative amount', () => bet({ amount: '-1.00' })],
    ['an exponent', () => bet({ amount: '1e2' })],
    ['NaN', () => bet({ amount: 'NaN' })],
    ['an amount of a thousand digits', () => bet({ amount: '1'.repeat(1_000) })],
    ['a free round with a bad amount', () => bet({ type: 'free', amount: 'x' })],
    [
      'a refund with a bad amount',
      () => decode('/refund', JSON.stringify({ ...movement, origTxID: 'b', amount: '-1' })),
    ],
  ])('refuses %s', (_what, decoded) => {
    expect(decoded()).toEqual({ ok: false, error: { detail: expect.any(String) } });
  });
});

describe('swipegames answers', () => {
  const at = '2026-01-31T12:00:00.000Z';
  const balance: BalanceDto = { currency: 'EUR', real: -205, bonus: 100, locked: 7, total: -98, version: 7 };
  const refused = (code: ErrorCode, sessionOver?: true) => {
    const { status, body } = swipegames.answer({
      kind: 'refused',
      code,
      at,
      ...(sessionOver && { sessionOver }),
    });
    return { status, ...(JSON.parse(body) as object) };
  };

  it.each<PostedAction['status']>(['posted', 'replayed', 'tombstoned'])('accepts what was %s', (status) => {
    const action = {
      id: 'tx-1',
      kind: 'rollback',
      status,
      transactionId: 'ours',
      postedAt: at,
      balanceAfter: 1,
    } as const;
    expect(swipegames.answer({ kind: 'posted', posted: { actions: [action], balance } })).toEqual({
      status: 200,
      contentType: 'application/json',
      body: '{"balance":"-1.05","txID":"ours"}',
    });
  });

  it('writes balances without a float', () => {
    const rich = { ...balance, real: Number.MAX_SAFE_INTEGER, bonus: 0 };
    expect(swipegames.answer({ kind: 'balance', balance: rich }).body).toBe(
      '{"balance":"90071992547409.91"}',
    );
  });

  it.each<[ErrorCode, number, string]>([
    ['game-sessions.session-not-found', 404, 'session_not_found'],
    ['game-sessions.game-not-found', 404, 'game_not_found'],
    ['game-sessions.game-not-available', 404, 'game_not_found'],
    ['wallet.player-not-found', 404, 'player_not_found'],
    ['wallet.wallet-not-found', 400, 'currency_not_supported'],
    ['wallet.currency-mismatch', 400, 'currency_not_supported'],
    ['wallet.insufficient-funds', 402, 'insufficient_funds'],
    ['wallet.debt-outstanding', 402, 'insufficient_funds'],
    ['wallet.player-restricted', 403, 'account_blocked'],
    ['wallet.limit-exceeded', 403, 'bet_limit'],
    ['wallet.stake-too-high', 403, 'bet_limit'],
    ['wallet.bet-not-found', 404, 'bet_not_found'],
    ['wallet.bet-already-rolled-back', 409, 'bet_refunded'],
    ['wallet.movement-tombstoned', 409, 'bet_refunded'],
    ['wallet.movement-conflict', 409, 'transaction_conflict'],
    ['wallet.original-settled', 409, 'bet_settled'],
    ['wallet.round-closed', 409, 'round_closed'],
    ['wallet.amount-out-of-range', 400, 'invalid_request'],
    ['request.invalid', 400, 'refused'],
  ])('answers %s with %i %s', (code, status, word) => {
    expect(refused(code)).toEqual({ status, code: word, message: expect.any(String) });
  });

  it('tells a session that is over from one that never was', () => {
    expect(refused('game-sessions.session-not-found', true)).toMatchObject({
      status: 403,
      code: 'session_expired',
    });
  });

  it('words faults, bad signatures and bad bodies with HTTP statuses', () => {
    expect(swipegames.answer({ kind: 'fault' }).status).toBe(500);
    expect(swipegames.answer({ kind: 'unauthenticated' }).status).toBe(401);
    expect(swipegames.answer({ kind: 'malformed', detail: 'x' })).toMatchObject({
      status: 400,
      body: '{"code":"invalid_request","message":"Bad request: x"}',
    });
  });
});
