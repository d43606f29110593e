import { hash } from 'node:crypto';
import type { BalanceDto, ErrorCode, PostedAction } from '@baize/contracts';
import type { ProviderCommand } from '../../domain/dialect';
import { pragmatic } from './pragmatic';

const callOf = (path: string, body: string | Buffer, method = 'POST') => ({
  method,
  path,
  query: '',
  headers: [],
  body: Buffer.from(body as string),
});
const decode = (path: string, body: string | Buffer, method?: string) =>
  pragmatic.decode(callOf(path, body, method));
const movement = { token: 's1', userId: 'p1', gameId: 'g1', roundId: 'r1', reference: 'x1', amount: '10.00' };
const formOf = (change: Record<string, string | undefined>, of: object = movement) =>
  new URLSearchParams(
    Object.entries({ ...of, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();
const read = (path: string, change: Record<string, string | undefined> = {}) =>
  valueOf(decode(path, formOf(change)));

function valueOf(decoded: ReturnType<typeof decode>): ProviderCommand {
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('pragmatic decoding', () => {
  const round = {
    intent: 'post',
    session: 's1',
    playerId: 'p1',
    providerGameId: 'g1',
    providerRoundId: 'r1',
    closeRound: false,
  };

  it('reads a bet whose currency is the session’s', () => {
    expect(read('/bet', { roundDetails: 'spin', timestamp: '1', hash: 'h', bonusCode: '' })).toEqual({
      ...round,
      actions: [{ kind: 'bet', id: 'x1', amount: { decimal: '10.00' }, choice: 'spin' }],
    });
  });

  it('reads a bet that leaves the token out, and a currency where it is given', () => {
    const command = read('/bet', { token: undefined, currency: 'USD' });
    expect(command.session).toBeUndefined();
    expect(command).toMatchObject({ playerId: 'p1', currency: 'USD' });
  });

  it('reads results: plain, of free spins, and with a prize of a campaign', () => {
    const win = { kind: 'win', id: 'x1', amount: { decimal: '0.1' } };
    expect(read('/result', { amount: '0.1' })).toEqual({ ...round, actions: [win] });
    expect(read('/result', { amount: '0.1', bonusCode: 'b1' }).actions).toEqual([
      { ...win, award: 'free-round' },
    ]);
    const prize = { promoWinAmount: '5', promoWinReference: 'x2' };
    expect(read('/result', { amount: '0.1', ...prize }).actions).toEqual([
      win,
      { kind: 'win', id: 'x2', amount: { decimal: '5' }, award: 'promo' },
    ]);
  });

  it('reads a bonus win as what all of its free rounds won', () => {
    expect(read('/bonusWin', { bonusCode: 'b1' }).freeRounds).toEqual({
      ...{ reference: 'b1', rounds: 0 },
      ...{ isTotal: true, finished: 'completed' },
    });
    expect(read('/result', { bonusCode: 'b1' }).freeRounds).toEqual({ reference: 'b1', rounds: 1 });
  });

  it.each([
    ['/bonusWin', 'free-round'],
    ['/jackpotWin', 'jackpot'],
    ['/promoWin', 'promo'],
  ])('reads %s with and without a game and a round', (path, award) => {
    const actions = [{ kind: 'win', id: 'x1', amount: { decimal: '10.00' }, award }];
    expect(read(path)).toEqual({ ...round, actions });
    expect(read(path, { token: undefined, gameId: undefined, roundId: undefined })).toEqual({
      intent: 'post',
      playerId: 'p1',
      closeRound: false,
      actions,
    });
  });

  it('reads one refund from all ways of saying it', () => {
    const { providerRoundId: _round, ...refund } = round;
    const expected = {
      ...refund,
      actions: [{ kind: 'rollback', id: 'x1', reference: { kind: 'bet', id: 'x1' } }],
    };
    expect(read('/refund')).toEqual(expected);
    expect(read('/refund', { amount: undefined, roundId: undefined })).toEqual(expected);
    expect(read('/refund', { gameId: undefined }).providerGameId).toBeUndefined();
  });

  it('closes rounds with endRound only', () => {
    expect(read('/endRound')).toEqual({ ...round, closeRound: true, actions: [] });
  });

  it('reads adjustments up as wins and down as bets', () => {
    expect(read('/adjustment', { amount: '1.50' }).actions).toEqual([
      { kind: 'win', id: 'x1', amount: { decimal: '1.50' } },
    ]);
    expect(read('/adjustment', { amount: '-1.50' }).actions).toEqual([
      { kind: 'bet', id: 'x1', amount: { decimal: '1.50' } },
    ]);
  });

  it('reads the hand-shake and the balance', () => {
    expect(valueOf(decode('/authenticate', 'token=t1&providerId=x'))).toEqual({
      intent: 'exchange-token',
      session: 't1',
      withBalance: true,
      closeRound: false,
      actions: [],
    });
    expect(valueOf(decode('/balance', 'userId=p1'))).toEqual({
      intent: 'balance',
      playerId: 'p1',
      closeRound: false,
      actions: [],
    });
  });

  it.each([
    ['an unknown path', () => decode('/withdraw', formOf({}))],
    ['the base', () => decode('/', formOf({}))],
    ['GET', () => decode('/bet', formOf({}), 'GET')],
    ['an empty body', () => decode('/bet', '')],
    ['JSON', () => decode('/bet', JSON.stringify(movement))],
    ['a broken escape', () => decode('/bet', `${formOf({})}&x=%4`)],
    ['an escape that is none', () => decode('/bet', `${formOf({})}&x=%zz`)],
    ['bytes that are no UTF-8', () => decode('/bet', `${formOf({ userId: undefined })}&userId=%ff`)],
    [
      'raw bytes that are no UTF-8',
      () => decode('/bet', Buffer.concat([Buffer.from(`${formOf({})}&x=`), Buffer.of(0xc3)])),
    ],
    ['an overlong slash', () => decode('/bet', `${formOf({ userId: undefined })}&userId=%c0%af`)],
    ['a repeated amount', () => decode('/bet', `${formOf({})}&amount=1`)],
    ['a repeated name in other words', () => decode('/bet', `${formOf({})}&%61mount=1`)],
    ['a repeated empty name', () => decode('/bet', `${formOf({})}&x=&x=`)],
    ['a form bomb', () => decode('/bet', `${formOf({})}${'&a'.repeat(30_000)}`)],
    ['PHP arrays instead of values', () => decode('/bet', `${formOf({ userId: undefined })}&userId[]=p1`)],
    ['a prototype instead of values', () => decode('/bet', '__proto__=1&constructor=2')],
  ])('refuses %s', (_what, decoded) => {
    expect(decoded()).toEqual({ ok: false, error: { detail: expect.any(String) as string } });
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['no player', { userId: undefined }],
    ['an empty player', { userId: '' }],
    ['no game', { gameId: undefined }],
    ['no round', { roundId: undefined }],
    ['no reference', { reference: undefined }],
    ['a reference that is too long', { reference: 'x'.repeat(129) }],
    ['a NUL in a reference', { reference: 'x\0' }],
    ['no amount', { amount: undefined }],
    ['an empty amount', { amount: '' }],
    ['a negative amount', { amount: '-1' }],
    ['NaN', { amount: 'NaN' }],
    ['Infinity', { amount: 'Infinity' }],
    ['an exponent', { amount: '1e3' }],
    ['a comma', { amount: '1,5' }],
    ['spaces', { amount: ' 1' }],
    ['a sign', { amount: '+1' }],
    ['hexadecimal digits', { amount: '0x10' }],
    ['other digits', { amount: '١' }],
    ['an amount without end', { amount: '9'.repeat(60_000) }],
    ['a currency that is none', { currency: 'eur' }],
  ])('refuses a bet with %s', (_what, change) => {
    expect(decode('/bet', formOf(change))).toMatchObject({ ok: false });
  });

  it.each(['--1', '-', '-NaN'])('refuses an adjustment by %s', (amount) => {
    expect(decode('/adjustment', formOf({ amount }))).toMatchObject({ ok: false });
  });

  it('refuses a refund whose amount is none', () => {
    expect(decode('/refund', formOf({ amount: '-1' }))).toMatchObject({ ok: false });
  });
});

describe('pragmatic hashes', () => {
  const verify = pragmatic.verifier({ secretKey: 'testKey' });
  const signed = (canonical: string) => hash('md5', `${canonical}testKey`, 'hex');
  const holds = (body: string) => verify(callOf('/bet', body), 0);

  it('sorts names by their bytes, where UTF-16 would sort otherwise', () => {
    const name = { private: '\u{e000}', astral: '\u{1f3b0}' };
    const body = `${name.astral}=1&${name.private}=2`;
    expect(holds(`${body}&hash=${signed(`${name.private}=2&${name.astral}=1`)}`)).toBe(true);
  });

  it('sorts by names alone', () => {
    expect(holds(`a1=x&a=y&hash=${signed('a=y&a1=x')}`)).toBe(true);
  });

  it.each([
    ['two hashes', `a=1&hash=${signed('a=1')}&hash=${signed('a=1')}`],
    ['a broken escape', `a=%4&hash=${signed('a=%4')}`],
    ['more parameters than anybody sends', `${'a=1&'.repeat(200)}hash=${signed('a=1')}`],
    ['a hash in other letters', `a=1&hash=${signed('a=1').slice(0, -1)}é`],
    ['nothing', ''],
  ])('does not trust %s', (_what, body) => {
    expect(holds(body)).toBe(false);
  });

  it('wants a key', () => {
    expect(() => pragmatic.verifier({ secretKey: 'short' })).toThrow('"secretKey" must be text');
  });
});

describe('pragmatic answers', () => {
  const balance: BalanceDto = {
    currency: 'EUR',
    real: 90071992547409_91,
    bonus: 5,
    locked: 0,
    total: 0,
    version: 7,
  };
  const at = '2026-01-31T12:00:00.000Z';
  const money = '"currency":"EUR","cash":90071992547409.91,"bonus":0.05';
  const done = '"error":0,"description":"Success"';

  it.each(['posted', 'replayed', 'tombstoned'] as const)('says our id of what was %s', (status) => {
    const action: PostedAction = {
      id: 'x1',
      kind: 'bet',
      status,
      transactionId: 't1',
      postedAt: at,
      balanceAfter: 1,
    };
    expect(pragmatic.answer({ kind: 'posted', posted: { actions: [action], balance } }).body).toBe(
      `{"transactionId":"t1",${money},${done}}`,
    );
  });

  it('answers the end of a round, the balance and the hand-shake', () => {
    const plain = `{${money},${done}}`;
    expect(pragmatic.answer({ kind: 'posted', posted: { actions: [], balance } }).body).toBe(plain);
    expect(pragmatic.answer({ kind: 'balance', balance }).body).toBe(plain);
    expect(pragmatic.answer({ kind: 'session', session: 's1', playerId: 'p1', balance }).body).toBe(
      `{"userId":"p1","token":"s1",${money},${done}}`,
    );
  });

  it('writes a debt as negative cash', () => {
    const debt = Object.assign({}, balance, { real: -105 });
    expect(pragmatic.answer({ kind: 'balance', balance: debt }).body).toContain('"cash":-1.05,');
  });

  it.each<[ErrorCode, number]>([
    ['wallet.insufficient-funds', 1],
    ['wallet.debt-outstanding', 1],
    ['wallet.player-not-found', 2],
    ['wallet.movement-tombstoned', 3],
    ['wallet.round-closed', 3],
    ['wallet.bet-not-found', 3],
    ['game-sessions.session-not-found', 4],
    ['wallet.player-restricted', 6],
    ['wallet.wallet-not-found', 7],
    ['wallet.currency-mismatch', 7],
    ['wallet.movement-conflict', 7],
    ['wallet.amount-out-of-range', 7],
    ['game-sessions.game-not-found', 8],
    ['game-sessions.game-not-available', 8],
    ['wallet.limit-exceeded', 50],
    ['wallet.stake-too-high', 310],
    ['wallet.original-settled', 120],
    ['wallet.bet-already-rolled-back', 120],
    ['wallet.original-not-found', 120],
    ['request.invalid', 120],
  ])('answers %s with error %i and the balance', (code, error) => {
    const answer = pragmatic.answer({ kind: 'refused', code, at, balance });
    expect(answer).toMatchObject({ status: 200, contentType: 'application/json' });
    expect(JSON.parse(answer.body)).toMatchObject({ error, currency: 'EUR', bonus: 0.05 });
  });

  it('words faults, bad hashes and bad bodies as its documentation does', () => {
    const errorOf = (outcome: Parameters<typeof pragmatic.answer>[0]) => {
      const { status, body } = pragmatic.answer(outcome);
      return { status, error: (JSON.parse(body) as { error: number }).error };
    };
    expect(errorOf({ kind: 'fault' })).toEqual({ status: 200, error: 100 });
    expect(errorOf({ kind: 'unauthenticated' })).toEqual({ status: 200, error: 5 });
    expect(errorOf({ kind: 'malformed', detail: 'x' })).toEqual({ status: 200, error: 7 });
  });
});
