import { createHmac } from 'node:crypto';
import type { BalanceDto, ErrorCode, PostedAction } from '@baize/contracts';
import type { ProviderCommand } from '../../domain/dialect';
import { slotegrator } from './slotegrator';

const decodeText = (body: string, path = '/', method = 'POST') =>
  slotegrator.decode({ method, path, query: '', headers: [], body: Buffer.from(body) });
const formOf = (fields: Record<string, string | undefined>) =>
  Object.entries(fields)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
const decode = (fields: Record<string, string | undefined>) => decodeText(formOf(fields));
const caller = { player_id: 'p1', currency: 'EUR', session_id: 's1' };
const movement = {
  ...caller,
  action: 'bet',
  amount: '10.50',
  game_uuid: 'g1',
  transaction_id: 'tx-1',
  round_id: 'r1',
  type: 'bet',
};
const rolledBack = (...items: [action: string, id: string][]) =>
  Object.fromEntries(
    items.flatMap(([action, id], place) => [
      [`rollback_transactions[${place}][action]`, action],
      [`rollback_transactions[${place}][transaction_id]`, id],
      [`rollback_transactions[${place}][amount]`, '1.00'],
    ]),
  ) as Record<string, string>;
const rollback = { ...movement, action: 'rollback', type: 'rollback' };
const read = (change: Record<string, string | undefined>) => valueOf(decode({ ...movement, ...change }));

function valueOf(decoded: ReturnType<typeof decode>): ProviderCommand {
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('slotegrator signatures', () => {
  const [merchantId, merchantKey] = ['the-merchant', 'the-merchant-key'];
  const verify = slotegrator.verifier({ merchantId, merchantKey });
  const now = 1_800_000_000;
  const signed = (canonical: string, body: string, timestamp = String(now), nonce = 'n1') => {
    const signature = createHmac('sha1', merchantKey).update(canonical).digest('hex');
    const headers = {
      'X-Merchant-Id': merchantId,
      'X-Timestamp': timestamp,
      'X-Nonce': nonce,
      'X-Sign': signature,
    };
    return verify(
      {
        method: 'POST',
        path: '/',
        query: '',
        headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
        body: Buffer.from(body),
      },
      now * 1_000,
    );
  };
  const head = (timestamp: string | number = now) =>
    `X-Merchant-Id=${merchantId}&X-Nonce=n1&X-Timestamp=${timestamp}`;

  it('signs the headers above parameters of their names', () => {
    expect(signed(`${head()}&a=1`, 'X-Nonce=mine&a=1')).toBe(true);
    expect(
      signed(`X-Merchant-Id=${merchantId}&X-Nonce=mine&X-Timestamp=${now}&a=1`, 'X-Nonce=mine&a=1'),
    ).toBe(false);
  });

  it.each([
    [now - 300, true],
    [now + 300, true],
    [now - 301, false],
    [now + 301, false],
    ['', false],
    ['now', false],
    [`${now}.0`, false],
    [`-${now}`, false],
    ['9'.repeat(400), false],
  ])('with the time %s is %s', (timestamp, expected) => {
    expect(signed(`${head(timestamp)}&a=1`, 'a=1', String(timestamp))).toBe(expected);
  });

  it('needs a nonce, and never signs a bomb', () => {
    expect(
      signed(`X-Merchant-Id=${merchantId}&X-Nonce=&X-Timestamp=${now}&a=1`, 'a=1', String(now), ''),
    ).toBe(false);
    expect(signed(head(), 'a[]=1&'.repeat(5_000))).toBe(false);
  });
});

describe('slotegrator decoding', () => {
  it('reads a bet', () => {
    expect(read({ finished: '1', casino_request_retry_count: '3', freespin_id: '' })).toEqual({
      intent: 'post',
      session: 's1',
      playerId: 'p1',
      currency: 'EUR',
      providerGameId: 'g1',
      providerRoundId: 'r1',
      closeRound: true,
      actions: [{ kind: 'bet', id: 'tx-1', amount: { decimal: '10.50' } }],
    });
  });

  it('gives a bet without a round one of its own, in which its win and refund are found', () => {
    expect(read({ round_id: '' }).providerRoundId).toBe('tx-1');
    const later = { round_id: undefined, bet_transaction_id: 'bet-1', transaction_id: 'tx-2' };
    expect(read({ ...later, action: 'win', type: 'win' })).toMatchObject({
      providerRoundId: 'bet-1',
      actions: [{ kind: 'win', id: 'tx-2', reference: { kind: 'bet', id: 'bet-1' } }],
    });
    expect(read({ ...later, action: 'refund' })).toMatchObject({
      providerRoundId: 'bet-1',
      actions: [{ kind: 'rollback', id: 'tx-2', reference: { kind: 'bet', id: 'bet-1' } }],
    });
  });

  it.each([
    ['win', undefined],
    ['jackpot', 'jackpot'],
    ['freespin', 'free-round'],
    ['bonus', 'promo'],
    ['pragmatic_tournament', 'promo'],
  ])('reads a win of the type %s as the award %s', (type, award) => {
    expect(read({ action: 'win', type }).actions[0]?.award).toBe(award);
  });

  it('takes no stake for free spins', () => {
    expect(read({ type: 'freespin', freespin_id: 'f1', quantity: '10' }).actions).toMatchObject([
      { amount: 0 },
    ]);
  });

  it('reads a balance with and without a session', () => {
    expect(valueOf(decode({ action: 'balance', ...caller }))).toMatchObject({
      intent: 'balance',
      session: 's1',
    });
    expect(valueOf(decode({ action: 'balance', player_id: 'p1', currency: 'EUR' })).session).toBeUndefined();
  });

  it('rolls back wins before bets, each under an id of its own', () => {
    const items = rolledBack(['bet', 'b1'], ['win', 'w1'], ['bet', 'b2']);
    expect(valueOf(decode({ ...rollback, round_id: '', ...items }))).toEqual({
      intent: 'post',
      session: 's1',
      playerId: 'p1',
      currency: 'EUR',
      providerGameId: 'g1',
      callId: 'tx-1',
      closeRound: false,
      actions: [
        { kind: 'rollback', id: 'tx-1', reference: { kind: 'win', id: 'w1' } },
        { kind: 'rollback', id: 'tx-1:1', reference: { kind: 'bet', id: 'b1' } },
        { kind: 'rollback', id: 'tx-1:2', reference: { kind: 'bet', id: 'b2' } },
      ],
    });
  });

  const many = Array.from({ length: 65 }, (_none, place): [string, string] => ['bet', `b${place}`]);
  it.each([
    ['GET', () => decodeText('action=balance&player_id=p&currency=EUR', '/', 'GET')],
    ['a path below the base', () => decodeText('action=balance&player_id=p&currency=EUR', '/bet')],
    ['no body', () => decodeText('')],
    ['an unknown action', () => decode({ ...movement, action: 'toString' })],
    ['an action that is a list', () => decodeText('action[]=bet')],
    ['a parameter that comes twice', () => decodeText(`${formOf(movement)}&amount=1`)],
    ['a list that is a text as well', () => decodeText(`amount[a]=1&${formOf(movement)}`)],
    ['a text that is a list as well', () => decodeText(`${formOf(movement)}&round_id[a]=r2`)],
    ['an array bomb', () => decodeText('action=rollback&rollback_transactions[][a]=1'.repeat(1_000))],
    ['bytes that are not UTF-8', () => decodeText('action=bet&player_id=%ff')],
    ['no player', () => decode({ ...movement, player_id: undefined })],
    ['a player that is a list', () => decodeText('action=balance&player_id[]=p&currency=EUR')],
    ['NUL in an id', () => decode({ ...movement, transaction_id: 'a\0b' })],
    ['a bet without a session', () => decode({ ...movement, session_id: '' })],
    ['a bet without an id', () => decode({ ...movement, transaction_id: undefined })],
    ['a win that is tied to nothing', () => decode({ ...movement, action: 'win', round_id: '' })],
    ['a refund of nothing', () => decode({ ...movement, action: 'refund' })],
    ['a rollback of nothing', () => decode(rollback)],
    [
      'a list whose further ids would be too long',
      () =>
        decode({ ...rollback, ...rolledBack(['bet', 'b1'], ['bet', 'b2']), transaction_id: 'x'.repeat(126) }),
    ],
    ['a rollback of a text', () => decode({ ...rollback, rollback_transactions: 'b1' })],
    ['a rollback of texts', () => decode({ ...rollback, 'rollback_transactions[0]': 'b1' })],
    ['a rollback of a refund', () => decode({ ...rollback, ...rolledBack(['refund', 'b1']) })],
    ['a rollback of too many', () => decode({ ...rollback, ...rolledBack(...many) })],
    ['no currency', () => decode({ ...movement, currency: '' })],
    ['no amount', () => decode({ ...movement, amount: undefined })],
    ['a negative amount', () => decode({ ...movement, amount: '-1' })],
    ['an exponent', () => decode({ ...movement, amount: '1e2' })],
    ['NaN', () => decode({ ...movement, amount: 'NaN' })],
    ['a comma', () => decode({ ...movement, amount: '1,5' })],
    ['an amount of a thousand digits', () => decode({ ...movement, amount: '1'.repeat(1_000) })],
    ['a free spin with a bad amount', () => decode({ ...movement, type: 'freespin', amount: '' })],
    ['another word for finished', () => decode({ ...movement, finished: 'yes' })],
  ])('refuses %s', (_what, decoded) => {
    expect(decoded()).toEqual({ ok: false, error: { detail: expect.any(String) } });
  });
});

describe('slotegrator answers', () => {
  const at = '2026-01-31T12:00:00.000Z';
  const balance: BalanceDto = { currency: 'EUR', real: -205, bonus: 100, locked: 7, total: -98, version: 7 };
  const bodyOf = (code: ErrorCode) => {
    const { status, body } = slotegrator.answer({ kind: 'refused', code, at, balance });
    expect(status).toBe(200);
    return JSON.parse(body) as Record<string, string>;
  };
  const posted = (status: PostedAction['status'], command?: ProviderCommand) => {
    const action = {
      id: 'tx-1',
      kind: 'bet',
      status,
      transactionId: 'ours',
      postedAt: at,
      balanceAfter: 1,
    } as const;
    return slotegrator.answer({ kind: 'posted', posted: { actions: [action], balance } }, command);
  };

  it.each<PostedAction['status']>(['posted', 'replayed', 'tombstoned'])('accepts what was %s', (status) => {
    expect(posted(status, read({}))).toEqual({
      status: 200,
      contentType: 'application/json',
      body: '{"balance":-1.05,"transaction_id":"ours"}',
    });
  });

  it('names what a rollback took back', () => {
    const command = valueOf(decode({ ...rollback, ...rolledBack(['bet', 'b1'], ['win', 'w1']) }));
    expect(JSON.parse(posted('posted', command).body)).toMatchObject({ rollback_transactions: ['w1', 'b1'] });
    const refund = read({ action: 'refund', bet_transaction_id: 'b1' });
    expect(posted('posted', refund).body).toBe('{"balance":-1.05,"transaction_id":"ours"}');
  });

  it('writes balances without a float', () => {
    const rich = { ...balance, real: Number.MAX_SAFE_INTEGER, bonus: 0 };
    expect(slotegrator.answer({ kind: 'balance', balance: rich }).body).toBe('{"balance":90071992547409.91}');
  });

  it.each<[ErrorCode, string, RegExp]>([
    ['wallet.insufficient-funds', 'INSUFFICIENT_FUNDS', /money/],
    ['wallet.debt-outstanding', 'INSUFFICIENT_FUNDS', /money/],
    ['game-sessions.session-not-found', 'INTERNAL_ERROR', /session/],
    ['game-sessions.game-not-found', 'INTERNAL_ERROR', /game is unknown/],
    ['game-sessions.game-not-available', 'INTERNAL_ERROR', /not available/],
    ['wallet.player-not-found', 'INTERNAL_ERROR', /player is unknown/],
    ['wallet.wallet-not-found', 'INTERNAL_ERROR', /currency/],
    ['wallet.currency-mismatch', 'INTERNAL_ERROR', /currency/],
    ['wallet.player-restricted', 'INTERNAL_ERROR', /may not bet/],
    ['wallet.limit-exceeded', 'INTERNAL_ERROR', /limit/],
    ['wallet.stake-too-high', 'INTERNAL_ERROR', /too high/],
    ['wallet.bet-not-found', 'INTERNAL_ERROR', /not known yet/],
    ['wallet.bet-already-rolled-back', 'INTERNAL_ERROR', /rolled back/],
    ['wallet.movement-tombstoned', 'INTERNAL_ERROR', /rolled back/],
    ['wallet.movement-conflict', 'INTERNAL_ERROR', /other data/],
    ['wallet.original-settled', 'INTERNAL_ERROR', /settled/],
    ['wallet.round-closed', 'INTERNAL_ERROR', /finished/],
    ['request.invalid', 'INTERNAL_ERROR', /refused/],
  ])('answers %s with %s', (code, word, description) => {
    expect(bodyOf(code)).toEqual({ error_code: word, error_description: expect.stringMatching(description) });
  });

  it('is HTTP 500 only when the fault is ours', () => {
    expect(slotegrator.answer({ kind: 'fault' }).status).toBe(500);
    expect(slotegrator.answer({ kind: 'unauthenticated' })).toMatchObject({
      status: 200,
      body: expect.stringMatching(/INTERNAL_ERROR.*X-Sign/),
    });
    expect(slotegrator.answer({ kind: 'malformed', detail: 'x' })).toMatchObject({
      status: 200,
      body: '{"error_code":"INTERNAL_ERROR","error_description":"Bad request: x"}',
    });
  });
});
