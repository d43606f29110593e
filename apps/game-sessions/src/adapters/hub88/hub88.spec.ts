import { generateKeyPairSync, sign } from 'node:crypto';
import type { BalanceDto, ErrorCode, PostedAction } from '@baize/contracts';
import type { ProviderCall, ProviderCommand } from '../../domain/dialect';
import { hub88 } from './hub88';

const decode = (path: string, body: string, method = 'POST') =>
  hub88.decode({ method, path, query: '', headers: [], body: Buffer.from(body) });
const caller = { user: 'p1', token: 't1', request_uuid: 'call-1' };
const movement = {
  ...caller,
  transaction_uuid: 'tx-1',
  round: 'r1',
  round_closed: false,
  game_code: 'g1',
  currency: 'EUR',
  amount: 2_946_000,
  is_free: false,
  bet: 'zero',
};
const won = { ...movement, reference_transaction_uuid: 'bet-1' };
const read = (path: string, body: object) => valueOf(decode(path, JSON.stringify(body)));
const bet = (change: object) => decode('/transaction/bet', JSON.stringify({ ...movement, ...change }));
const withAmount = (text: string, currency = 'EUR') =>
  decode(
    '/transaction/bet',
    JSON.stringify({ ...movement, currency }).replace('"amount":2946000', `"amount":${text}`),
  );

function valueOf(decoded: ReturnType<typeof decode>): ProviderCommand {
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('hub88 decoding', () => {
  it('reads a bet', () => {
    expect(read('/transaction/bet', { ...movement, round_closed: true, meta: { any: [1] } })).toEqual({
      intent: 'post',
      session: 't1',
      playerId: 'p1',
      callId: 'call-1',
      currency: 'EUR',
      providerGameId: 'g1',
      providerRoundId: 'r1',
      closeRound: true,
      actions: [{ kind: 'bet', id: 'tx-1', amount: 2_946, choice: 'zero' }],
    });
  });

  it('keeps what the player chose, and no more of it than is shown', () => {
    const choiceOf = (more: object) => read('/transaction/bet', { ...movement, ...more }).actions[0]?.choice;
    expect(choiceOf({ bet: 'home', meta: { selection: 'home_team', odds: 2.5, nested: {}, '': null } })).toBe(
      'home, selection=home_team, odds=2.5',
    );
    expect(choiceOf({ bet: undefined })).toBeUndefined();
    expect(choiceOf({ bet: 'x'.repeat(5_000) })).toHaveLength(1_000);
    expect(choiceOf({ bet: 'a\0b\ud800' })).toBe('a b ');
  });

  it('reads a win with and without its bet', () => {
    expect(read('/transaction/win', won).actions).toEqual([
      { kind: 'win', id: 'tx-1', amount: 2_946, reference: { kind: 'bet', id: 'bet-1' } },
    ]);
    expect(read('/transaction/win', movement).actions).toEqual([{ kind: 'win', id: 'tx-1', amount: 2_946 }]);
  });

  it('reads promotions, which close no round and may have none', () => {
    const promo = { ...movement, is_supplier_promo: true, round_closed: true };
    expect(read('/transaction/win', promo)).toMatchObject({
      closeRound: false,
      actions: [{ kind: 'win', amount: 2_946, award: 'promo' }],
    });
    expect(read('/transaction/win', { ...promo, round: undefined }).providerRoundId).toBeUndefined();
  });

  it('takes no stake for a free bet, and pays what it wins', () => {
    expect(read('/transaction/bet', { ...movement, is_free: true }).actions).toMatchObject([{ amount: 0 }]);
    expect(read('/transaction/win', { ...won, is_free: true }).actions).toMatchObject([
      { amount: 2_946, award: 'free-round' },
    ]);
  });

  it('reads a rollback without amount and currency', () => {
    const rollback = { ...won, currency: undefined, amount: undefined, odds: [0.1] };
    expect(read('/transaction/rollback', rollback)).toEqual({
      intent: 'post',
      session: 't1',
      playerId: 'p1',
      callId: 'call-1',
      providerGameId: 'g1',
      providerRoundId: 'r1',
      closeRound: false,
      actions: [{ kind: 'rollback', id: 'tx-1', reference: { kind: 'any', id: 'bet-1' } }],
    });
  });

  it('reads questions, with and without a token', () => {
    expect(read('/user/balance', caller)).toMatchObject({ intent: 'balance', session: 't1', playerId: 'p1' });
    expect(read('/user/info', { user: 'p1', request_uuid: 'c' }).session).toBeUndefined();
  });

  it.each([
    ['0', 'EUR', 0],
    ['1000', 'EUR', 1],
    ['9007199254740991000', 'EUR', Number.MAX_SAFE_INTEGER],
    ['700000', 'JPY', 7],
    ['1', 'BTC', 1_000],
    ['100', 'KWD', 1],
  ])('reads %s %s exactly', (text, currency, minor) => {
    expect(valueOf(withAmount(text, currency)).actions[0]?.amount).toBe(minor);
  });

  it.each([
    ['an unknown path', () => decode('/transaction/refund', JSON.stringify(movement))],
    ['GET', () => decode('/transaction/bet', JSON.stringify(movement), 'GET')],
    ['broken JSON', () => decode('/transaction/bet', '{"user":')],
    ['a nesting bomb', () => decode('/transaction/bet', '{"a":'.repeat(10_000))],
    [
      'a __proto__ key',
      () => decode('/transaction/bet', `{"__proto__":{},${JSON.stringify(movement).slice(1)}`),
    ],
    ['no request_uuid', () => bet({ request_uuid: undefined })],
  ])('refuses %s', (_what, decoded) => {
    expect(decoded()).toEqual({ ok: false, error: { detail: expect.any(String) } });
  });

  it.each([
    ['no user', () => bet({ user: null })],
    ['no token', () => bet({ token: undefined })],
    ['no transaction', () => bet({ transaction_uuid: '' })],
    ['no game', () => bet({ game_code: undefined })],
    ['no round', () => bet({ round: null })],
    ['a round_closed that is text', () => bet({ round_closed: 'true' })],
    ['a currency that is not carried', () => bet({ currency: 'XXX' })],
    ['a rollback of nothing', () => decode('/transaction/rollback', JSON.stringify(movement))],
    ['a negative amount', () => withAmount('-1000')],
    ['a finer amount than the currency has', () => withAmount('1')],
    ['a finer amount than yen', () => withAmount('1000', 'JPY')],
    ['a fraction', () => withAmount('1000.5')],
    ['an exponent', () => withAmount('1e5')],
    ['an amount as text', () => withAmount('"1000"')],
    ['an amount above 2^53-1 minor units', () => withAmount('9007199254740992000')],
    ['an amount of a thousand digits', () => withAmount('1'.repeat(1_000))],
  ])('refuses %s and echoes the request', (_what, decoded) => {
    expect(decoded()).toEqual({ ok: false, error: { detail: expect.any(String), callId: 'call-1' } });
  });
});

describe('hub88 signatures', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = (key: typeof publicKey) => key.export({ type: 'spki', format: 'pem' }).toString();
  const verify = hub88.verifier({ publicKeyPem: pem(publicKey) });
  const body = Buffer.from('{}');
  const signature = sign('sha256', body, privateKey).toString('base64');
  const signed = (...values: string[]): ProviderCall => ({
    method: 'POST',
    path: '/user/info',
    query: '',
    headers: values.map((value) => ({ name: 'X-Hub88-Signature', value })),
    body,
  });

  it('takes the one spelling of the signature, once', () => {
    expect(verify(signed(signature), 0)).toBe(true);
    for (const other of [`${signature}=`, ` ${signature}`, signature.replace(/=+$/, ''), `${signature}AAAA`])
      expect(verify(signed(other), 0)).toBe(false);
    expect(verify(signed(signature, signature), 0)).toBe(false);
  });

  it('refuses what is no RSA public key when it is configured, and never shows it', () => {
    const other = generateKeyPairSync('ed25519').publicKey;
    expect(() => hub88.verifier({ publicKeyPem: pem(other) })).toThrow('"publicKeyPem" must be an RSA key');
    expect(() => hub88.verifier({ publicKeyPem: 'not-a-key-at-all' })).toThrow(
      '"publicKeyPem" must be a public key in PEM',
    );
  });
});

describe('hub88 answers', () => {
  const command = valueOf(bet({}));
  const at = '2026-01-31T12:00:00.000Z';
  const balanceOf = (real: number, currency = 'EUR', bonus = 0): BalanceDto => ({
    currency,
    real,
    bonus,
    locked: 7,
    total: real + bonus + 7,
    version: 7,
  });
  const refused = (code: ErrorCode, sessionOver?: true) =>
    hub88.answer(
      { kind: 'refused', code, at, balance: balanceOf(5), ...(sessionOver && { sessionOver }) },
      command,
    );

  it.each([
    [balanceOf(Number.MAX_SAFE_INTEGER), '9007199254740991000'],
    [balanceOf(100, 'EUR', 5), '105000'],
    [balanceOf(-105), '-105000'],
    [balanceOf(7, 'JPY'), '700000'],
    [balanceOf(123_456_789, 'BTC'), '123456'],
    [balanceOf(-1, 'BTC'), '-1'],
  ])('writes a balance without a double (%#)', (balance, digits) => {
    expect(hub88.answer({ kind: 'balance', balance }, command).body).toContain(`"balance":${digits}}`);
  });

  it.each<PostedAction['status']>(['posted', 'replayed', 'tombstoned'])('accepts what was %s', (status) => {
    const action = {
      id: 'tx-1',
      kind: 'rollback',
      status,
      transactionId: 'x',
      postedAt: at,
      balanceAfter: 1,
    } as const;
    const posted = { actions: [action], balance: balanceOf(1) };
    expect(hub88.answer({ kind: 'posted', posted }, command)).toEqual({
      status: 200,
      contentType: 'application/json',
      body: '{"status":"RS_OK","user":"p1","request_uuid":"call-1","currency":"EUR","balance":1000}',
    });
  });

  it.each<[ErrorCode, string]>([
    ['game-sessions.session-not-found', 'RS_ERROR_INVALID_TOKEN'],
    ['game-sessions.game-not-found', 'RS_ERROR_INVALID_GAME'],
    ['game-sessions.game-not-available', 'RS_ERROR_INVALID_GAME'],
    ['wallet.player-not-found', 'RS_ERROR_INVALID_TOKEN'],
    ['wallet.wallet-not-found', 'RS_ERROR_WRONG_CURRENCY'],
    ['wallet.currency-mismatch', 'RS_ERROR_WRONG_CURRENCY'],
    ['wallet.insufficient-funds', 'RS_ERROR_NOT_ENOUGH_MONEY'],
    ['wallet.debt-outstanding', 'RS_ERROR_NOT_ENOUGH_MONEY'],
    ['wallet.player-restricted', 'RS_ERROR_USER_DISABLED'],
    ['wallet.limit-exceeded', 'RS_ERROR_LIMIT_REACHED'],
    ['wallet.stake-too-high', 'RS_ERROR_LIMIT_REACHED'],
    ['wallet.movement-conflict', 'RS_ERROR_DUPLICATE_TRANSACTION'],
    ['wallet.movement-tombstoned', 'RS_ERROR_TRANSACTION_ROLLED_BACK'],
    ['wallet.bet-not-found', 'RS_ERROR_TRANSACTION_DOES_NOT_EXIST'],
    ['wallet.bet-already-rolled-back', 'RS_ERROR_TRANSACTION_DOES_NOT_EXIST'],
    ['wallet.original-settled', 'RS_ERROR_WRONG_SYNTAX'],
    ['wallet.round-closed', 'RS_ERROR_WRONG_SYNTAX'],
    ['request.invalid', 'RS_ERROR_WRONG_SYNTAX'],
  ])('answers %s with %s and the balance', (code, status) => {
    const answer = refused(code);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ status, request_uuid: 'call-1', balance: 5_000 });
  });

  it('tells a token that expired from one that never was', () => {
    expect(refused('game-sessions.session-not-found', true).body).toContain('RS_ERROR_TOKEN_EXPIRED');
  });

  it('words faults, bad signatures and bad bodies as its documentation does', () => {
    expect(hub88.answer({ kind: 'fault' }).body).toBe('{"status":"RS_ERROR_UNKNOWN"}');
    expect(hub88.answer({ kind: 'unauthenticated' }).body).toBe('{"status":"RS_ERROR_INVALID_SIGNATURE"}');
    expect(hub88.answer({ kind: 'malformed', detail: 'x', callId: 'c' }).body).toBe(
      '{"status":"RS_ERROR_WRONG_SYNTAX","request_uuid":"c"}',
    );
  });
});
