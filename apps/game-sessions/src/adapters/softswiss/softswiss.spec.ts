import type { BalanceDto, ErrorCode, PostedAction } from '@baize/contracts';
import type { ProviderCommand } from '../../domain/dialect';
import { softswiss } from './softswiss';

const decode = (path: string, body: string | Buffer, method = 'POST') =>
  softswiss.decode({ method, path, query: '', headers: [], body: Buffer.from(body) });
const bet = { action: 'bet', amount: 100, action_id: 'b1' };
const playBody = { user_id: 'p1', currency: 'EUR', game: 'g1', game_id: 'r1', actions: [bet] };
const play = (change: object) => decode('/play', JSON.stringify({ ...playBody, ...change }));
const withBet = (text: string) =>
  decode(
    '/play',
    JSON.stringify(playBody).replace(JSON.stringify(bet), `{"action":"bet","action_id":"b1",${text}}`),
  );

function valueOf(decoded: ReturnType<typeof decode>): ProviderCommand {
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('softswiss decoding', () => {
  it('reads bets and wins of one call, and the close of the round', () => {
    const actions = [bet, { action: 'win', amount: 0, action_id: 'w1', jackpot_contribution: 0.012 }];
    expect(valueOf(play({ actions, finished: true, extra: { any: 'thing' } }))).toEqual({
      intent: 'post',
      playerId: 'p1',
      currency: 'EUR',
      providerGameId: 'g1',
      providerRoundId: 'r1',
      closeRound: true,
      actions: [
        { kind: 'bet', id: 'b1', amount: 100 },
        { kind: 'win', id: 'w1', amount: 0 },
      ],
    });
  });

  it('reads a call without actions as a balance query, and one that finishes as a close', () => {
    expect(valueOf(play({ actions: [] }))).toMatchObject({ intent: 'balance', actions: [] });
    expect(valueOf(decode('/play', '{"user_id":"p1","currency":"EUR"}'))).toMatchObject({
      intent: 'balance',
    });
    expect(valueOf(play({ actions: null, finished: true }))).toMatchObject({
      intent: 'post',
      closeRound: true,
    });
  });

  it('marks a jackpot win, which needs no bet', () => {
    const win = { action: 'win', amount: 500, action_id: 'w1', jackpot_win: 500 };
    expect(valueOf(play({ actions: [win] })).actions).toEqual([
      { kind: 'win', id: 'w1', amount: 500, award: 'jackpot' },
    ]);
  });

  it('keeps the digits of numeric ids', () => {
    const body = '{"user_id":1,"currency":"EUR","game":"g","game_id":9007199254740993,"finished":true}';
    expect(valueOf(decode('/play', body))).toMatchObject({
      playerId: '1',
      providerRoundId: '9007199254740993',
    });
  });

  it('reads rollbacks, which name a bet or a win', () => {
    const actions = [{ action: 'rollback', action_id: 'x1', original_action_id: 'b1' }];
    const decoded = valueOf(decode('/rollback', JSON.stringify({ ...playBody, actions })));
    expect(decoded.actions).toEqual([{ kind: 'rollback', id: 'x1', reference: { kind: 'any', id: 'b1' } }]);
  });

  it('pays free spins once they are played, by their issue id', () => {
    const freespins = (status: string) =>
      valueOf(
        decode(
          '/freespins',
          JSON.stringify({
            issue_id: 'i1',
            user_id: 'p1',
            game: 'g1',
            currency: 'EUR',
            status,
            total_amount: 50,
          }),
        ),
      );
    expect(freespins('played')).toMatchObject({
      intent: 'post',
      actions: [{ kind: 'win', id: 'i1', amount: 50, award: 'free-round' }],
    });
    expect(freespins('active')).toMatchObject({ intent: 'balance', actions: [] });
  });

  it.each([
    ['an unknown path', () => decode('/nowhere', '{}')],
    ['GET', () => decode('/play', JSON.stringify(playBody), 'GET')],
    ['no body', () => decode('/play', '')],
    ['broken JSON', () => decode('/play', '{"user_id":"p1",')],
    ['two values', () => decode('/play', '{} {}')],
    ['a list', () => decode('/play', '[]')],
    ['null', () => decode('/play', 'null')],
    ['a number', () => decode('/play', '1')],
    [
      'bytes that are not UTF-8',
      () => decode('/play', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
    ],
    ['a byte order mark', () => decode('/play', `\ufeff${JSON.stringify(playBody)}`)],
    ['a nesting bomb of lists', () => decode('/play', '['.repeat(60_000))],
    ['a nesting bomb of objects', () => decode('/play', '{"a":'.repeat(10_000))],
    [
      'a nesting bomb in an unknown field',
      () => play({ meta: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown }),
    ],
    [
      'a __proto__ key',
      () => decode('/play', `{"__proto__":{"user_id":"x"},${JSON.stringify(playBody).slice(1)}`),
    ],
    [
      'an escaped __proto__ key',
      () => decode('/play', `{"\\u005f_proto__":1,${JSON.stringify(playBody).slice(1)}`),
    ],
    ['a nested constructor key', () => play({ meta: { constructor: { prototype: { admin: true } } } })],
    [
      'the same key with two values',
      () => decode('/play', `{"currency":"USD",${JSON.stringify(playBody).slice(1)}`),
    ],
    ['no player', () => play({ user_id: undefined })],
    ['an empty player', () => play({ user_id: '' })],
    ['a player that is a list', () => play({ user_id: ['p1'] })],
    ['an endless player', () => play({ user_id: 'x'.repeat(129) })],
    ['half a surrogate pair', () => play({ user_id: '\ud83c' })],
    ['a NUL', () => play({ user_id: 'p\u0000' })],
    ['no currency', () => play({ currency: undefined })],
    ['a currency in lower case', () => play({ currency: 'eur' })],
    ['no game', () => play({ game: undefined })],
    ['no round', () => play({ game_id: undefined })],
    ['actions that are no list', () => play({ actions: {} })],
    ['too many actions', () => play({ actions: Array.from({ length: 65 }, () => bet) })],
    ['an action that is no object', () => play({ actions: ['bet'] })],
    ['an unknown action', () => play({ actions: [{ ...bet, action: 'gift' }] })],
    ['a rollback in a play', () => play({ actions: [{ ...bet, action: 'rollback' }] })],
    ['an action without an id', () => play({ actions: [{ ...bet, action_id: undefined }] })],
    ['finished as text', () => play({ finished: 'yes' })],
    ['no amount', () => withBet('"x":1')],
    ['a negative amount', () => withBet('"amount":-1')],
    ['minus zero', () => withBet('"amount":-0')],
    ['a fraction', () => withBet('"amount":0.5')],
    ['a fraction of nothing', () => withBet('"amount":10.00')],
    ['an exponent', () => withBet('"amount":1e2')],
    ['2^53', () => withBet('"amount":9007199254740992')],
    ['a fraction that a double would round away', () => withBet('"amount":9007199254740991.4')],
    ['a huge exponent', () => withBet('"amount":1e999')],
    ['NaN', () => withBet('"amount":NaN')],
    ['NaN as text', () => withBet('"amount":"NaN"')],
    ['an amount as text', () => withBet('"amount":"100"')],
    ['null', () => withBet('"amount":null')],
    [
      'a rollback without an original',
      () =>
        decode(
          '/rollback',
          JSON.stringify({ ...playBody, actions: [{ action: 'rollback', action_id: 'x' }] }),
        ),
    ],
    [
      'free spins in an unknown status',
      () =>
        decode(
          '/freespins',
          '{"issue_id":"i","user_id":"p","game":"g","currency":"EUR","status":"?","total_amount":1}',
        ),
    ],
  ])('refuses %s', (_what, decoded) => {
    expect(decoded()).toEqual({ ok: false, error: { detail: expect.any(String) } });
  });

  it('takes the largest amount', () => {
    expect(valueOf(withBet('"amount":9007199254740991')).actions[0]?.amount).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('softswiss answers', () => {
  const balance: BalanceDto = { currency: 'EUR', real: 900, bonus: 50, locked: 300, total: 1250, version: 7 };
  const command = valueOf(play({}));
  const at = '2026-01-31T12:00:00.000Z';
  const action: PostedAction = {
    id: 'b1',
    kind: 'bet',
    status: 'posted',
    transactionId: 't1',
    postedAt: at,
    balanceAfter: 1250,
  };
  const bodyOf = (answer: { body: string }) => JSON.parse(answer.body) as unknown;

  it.each([
    ['posted', 't1'],
    ['replayed', 't1'],
    ['tombstoned', ''],
  ] as const)(
    'shows a %s action with the transaction id "%s" and what can be played with',
    (status, tx_id) => {
      const answer = softswiss.answer(
        { kind: 'posted', posted: { actions: [Object.assign({}, action, { status })], balance } },
        command,
      );
      expect(answer.status).toBe(200);
      expect(bodyOf(answer)).toEqual({
        balance: 950,
        game_id: 'r1',
        transactions: [{ action_id: 'b1', tx_id, processed_at: at }],
      });
    },
  );

  it('answers a bet after its rollback with success, the same balance and no transaction', () => {
    const answer = softswiss.answer(
      { kind: 'refused', code: 'wallet.movement-tombstoned', at, balance },
      command,
    );
    expect(answer.status).toBe(200);
    expect(bodyOf(answer)).toEqual({
      balance: 950,
      game_id: 'r1',
      transactions: [{ action_id: 'b1', tx_id: '', processed_at: at }],
    });
  });

  it.each<[ErrorCode, number, number]>([
    ['wallet.insufficient-funds', 412, 100],
    ['wallet.debt-outstanding', 412, 100],
    ['wallet.player-not-found', 412, 101],
    ['wallet.limit-exceeded', 412, 105],
    ['wallet.stake-too-high', 412, 106],
    ['game-sessions.game-not-found', 412, 107],
    ['game-sessions.game-not-available', 412, 107],
    ['wallet.player-restricted', 412, 110],
    ['wallet.currency-mismatch', 412, 154],
    ['wallet.wallet-not-found', 412, 154],
    ['wallet.bet-not-found', 404, 404],
    ['wallet.original-not-found', 404, 404],
    ['wallet.movement-conflict', 400, 400],
    ['wallet.original-settled', 400, 400],
    ['wallet.bet-already-rolled-back', 400, 400],
    ['wallet.round-closed', 400, 400],
    ['wallet.amount-out-of-range', 400, 400],
    ['request.invalid', 400, 400],
  ])('answers %s with HTTP %d and code %d', (code, status, expected) => {
    const answer = softswiss.answer({ kind: 'refused', code, at, balance }, command);
    expect(answer.status).toBe(status);
    expect(bodyOf(answer)).toEqual({ code: expected, message: expect.any(String), balance: 950 });
  });

  it('never words a fault as a refusal', () => {
    expect(softswiss.answer({ kind: 'fault' })).toMatchObject({ status: 500 });
    expect(softswiss.answer({ kind: 'unauthenticated' })).toMatchObject({ status: 403 });
    expect(bodyOf(softswiss.answer({ kind: 'unauthenticated' }))).toMatchObject({ code: 403 });
    expect(softswiss.answer({ kind: 'malformed', detail: 'x' })).toMatchObject({ status: 400 });
  });
});
