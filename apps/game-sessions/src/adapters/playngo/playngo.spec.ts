import type { BalanceDto, ErrorCode, PostedAction } from '@baize/contracts';
import type { ProviderCommand } from '../../domain/dialect';
import { playngo } from './playngo';

const movement = {
  externalId: 'p1',
  externalGameSessionId: 's1',
  currency: 'EUR',
  gameId: '100291',
  transactionId: 't1',
  roundId: 'r1',
  real: '10.00',
};
const xmlOf = (root: string, fields: Readonly<Record<string, string | undefined>>) => {
  const elements = Object.entries(fields).map(([name, text]) =>
    text === undefined ? '' : `<${name}>${text}</${name}>`,
  );
  return `<${root}>${elements.join('')}</${root}>`;
};
const decode = (path: string, text: string, method = 'POST') =>
  playngo.decode({ method, path, query: '', headers: [], body: Buffer.from(text) });
const hear = (root: string, change: Readonly<Record<string, string | undefined>> = {}) =>
  decode(`/${root}`, xmlOf(root, { ...movement, ...change }));
const read = (...call: Parameters<typeof hear>) => valueOf(hear(...call));

function valueOf(decoded: ReturnType<typeof decode>): ProviderCommand {
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('playngo decoding', () => {
  const round = {
    intent: 'post',
    session: 's1',
    playerId: 'p1',
    currency: 'EUR',
    providerGameId: '100291',
    providerRoundId: 'r1',
    closeRound: false,
  };
  const win = { kind: 'win', id: 't1', amount: { decimal: '10.00' } };

  it('reads a reserve, on its path and on the base', () => {
    const expected = { ...round, actions: [{ kind: 'bet', id: 't1', amount: { decimal: '10.00' } }] };
    expect(read('reserve', { productId: '1', actualValue: '9', unknown: '<deep><er/></deep>' })).toEqual(
      expected,
    );
    expect(valueOf(decode('/', xmlOf('reserve', movement)))).toEqual(expected);
  });

  it('reads a reserve that leaves currency, game and session out', () => {
    const { session: _session, currency: _currency, providerGameId: _game, ...rest } = round;
    const none = { currency: undefined, gameId: '', externalGameSessionId: '' };
    expect(read('reserve', none)).toMatchObject(rest);
    expect(read('reserve', none).session).toBeUndefined();
  });

  it('reads releases; state 1 closes the round', () => {
    expect(read('release', { state: '0', type: '0' })).toEqual({ ...round, actions: [win] });
    expect(read('release', { state: '1' })).toEqual({ ...round, closeRound: true, actions: [win] });
  });

  it.each([
    [{ freegameExternalId: 'f1' }, 'free-round'],
    [{ jackpotGain: '0.01' }, 'jackpot'],
    [{ type: '1' }, 'promo'],
    [{ jackpotGain: '0.00', type: '0', freegameExternalId: '' }, undefined],
  ])('reads a release with %j as the award %s', (change, award) => {
    expect(read('release', change).actions).toEqual([award ? { ...win, award } : win]);
  });

  it('reads an award outside any round', () => {
    expect(read('release', { type: '1', roundId: '', state: '1' })).toMatchObject({ closeRound: false });
  });

  it('reads a cancelReserve as the rollback of the bet with its id', () => {
    const { providerRoundId: _round, ...rest } = round;
    const actions = [{ kind: 'rollback', id: 't1', reference: { kind: 'bet', id: 't1' } }];
    expect(read('cancelReserve')).toEqual({ ...rest, actions });
    expect(read('cancelReserve', { real: undefined, roundId: undefined })).toEqual({ ...rest, actions });
  });

  it('reads the hand-shake and the balance', () => {
    expect(valueOf(decode('/authenticate', '<authenticate><username>t1</username></authenticate>'))).toEqual({
      intent: 'exchange-token',
      session: 't1',
      withBalance: true,
      closeRound: false,
      actions: [],
    });
    expect(read('balance')).toEqual({
      intent: 'balance',
      session: 's1',
      playerId: 'p1',
      currency: 'EUR',
      closeRound: false,
      actions: [],
    });
  });

  it.each<[string, () => ReturnType<typeof decode>]>([
    ['an unknown function', () => hear('withdraw')],
    ['a function of a prototype', () => hear('constructor')],
    ['a function on the path of another', () => decode('/balance', xmlOf('reserve', movement))],
    ['GET', () => decode('/reserve', xmlOf('reserve', movement), 'GET')],
    ['a DOCTYPE', () => decode('/reserve', `<!DOCTYPE reserve>${xmlOf('reserve', movement)}`)],
    ['a repeated element', () => hear('reserve', { real: '1</real><real>1' })],
    ['no player', () => hear('reserve', { externalId: undefined })],
    ['no transactionId', () => hear('reserve', { transactionId: '' })],
    ['no round', () => hear('reserve', { roundId: '' })],
    ['a win without a round', () => hear('release', { roundId: undefined })],
    ['no amount', () => hear('reserve', { real: undefined })],
    ['an amount of elements', () => hear('reserve', { real: '<a>1</a>' })],
    ['a negative amount', () => hear('reserve', { real: '-1' })],
    ['NaN', () => hear('reserve', { real: 'NaN' })],
    ['an exponent', () => hear('release', { real: '1e3' })],
    ['a comma', () => hear('release', { real: '1,00' })],
    ['spaces around the amount', () => hear('release', { real: ' 1 ' })],
    ['a negative jackpot', () => hear('release', { jackpotGain: '-1' })],
    ['a state that is none', () => hear('release', { state: '2' })],
    ['a cancelled amount that is none', () => hear('cancelReserve', { real: 'x' })],
    ['a currency that is none', () => hear('reserve', { currency: 'euro' })],
    ['a transactionId that is too long', () => hear('reserve', { transactionId: 'x'.repeat(129) })],
    ['a line end in an id', () => hear('reserve', { transactionId: 'a&#10;b' })],
    ['no username', () => decode('/authenticate', '<authenticate/>')],
  ])('refuses %s', (_what, decoded) => {
    expect(decoded()).toEqual({ ok: false, error: { detail: expect.any(String) as string } });
  });
});

describe('playngo answers', () => {
  const balance: BalanceDto = {
    currency: 'EUR',
    real: 1_000,
    bonus: 5,
    locked: 700,
    total: 1_705,
    version: 7,
  };
  const at = '2026-01-31T12:00:00.000Z';
  const money = '<real>10.05</real><currency>EUR</currency>';
  const ok = '<statusCode>0</statusCode><statusMessage>ok</statusMessage>';
  const answerTo = (root: string, status: PostedAction['status']) => {
    const kind = ({ reserve: 'bet', release: 'win' } as const)[root] ?? 'rollback';
    const action: PostedAction = {
      id: 't1',
      kind,
      status,
      transactionId: 'our-1',
      postedAt: at,
      balanceAfter: 1,
    };
    return playngo.answer({ kind: 'posted', posted: { actions: [action], balance } }, read(root));
  };

  it.each(['reserve', 'release', 'cancelReserve'])('answers a %s and its repeat alike', (root) => {
    for (const status of ['posted', 'replayed'] as const)
      expect(answerTo(root, status)).toEqual({
        status: 200,
        contentType: 'text/xml; charset=utf-8',
        body: `<${root}><externalTransactionId>our-1</externalTransactionId>${money}${ok}</${root}>`,
      });
  });

  it('says of the cancel of an unknown reserve that it was not found', () => {
    expect(answerTo('cancelReserve', 'tombstoned').body).toContain('<statusCode>9</statusCode>');
  });

  it('answers the hand-shake and the balance', () => {
    const enter = valueOf(decode('/authenticate', '<authenticate><username>t1</username></authenticate>'));
    expect(playngo.answer({ kind: 'session', session: 's<1', playerId: 'p&1', balance }, enter).body).toBe(
      `<authenticate><externalId>p&amp;1</externalId>${money}` +
        `<externalGameSessionId>s&lt;1</externalGameSessionId>${ok}</authenticate>`,
    );
    expect(playngo.answer({ kind: 'balance', balance }, read('balance')).body).toBe(
      `<balance>${money}${ok}</balance>`,
    );
  });

  it('writes large balances and debts without a float', () => {
    const realOf = (real: number) =>
      playngo.answer({ kind: 'balance', balance: Object.assign({}, balance, { real, bonus: 0 }) }).body;
    expect(realOf(Number.MAX_SAFE_INTEGER)).toContain('<real>90071992547409.91</real>');
    expect(realOf(-105)).toContain('<real>-1.05</real>');
  });

  it.each<[ErrorCode, number]>([
    ['game-sessions.session-not-found', 4],
    ['wallet.player-not-found', 4],
    ['wallet.insufficient-funds', 7],
    ['wallet.debt-outstanding', 7],
    ['wallet.bet-not-found', 9],
    ['wallet.original-not-found', 9],
    ['wallet.movement-tombstoned', 12],
    ['wallet.bet-already-rolled-back', 12],
    ['wallet.original-settled', 12],
    ['wallet.round-closed', 12],
    ['wallet.movement-conflict', 12],
    ['wallet.currency-mismatch', 12],
    ['wallet.wallet-not-found', 12],
    ['wallet.player-restricted', 12],
    ['wallet.limit-exceeded', 12],
    ['wallet.stake-too-high', 12],
    ['wallet.amount-out-of-range', 12],
    ['game-sessions.game-not-found', 12],
    ['game-sessions.game-not-available', 12],
    ['request.invalid', 12],
  ])('answers %s with statusCode %i and the balance', (code, statusCode) => {
    const answer = playngo.answer({ kind: 'refused', code, at, balance }, read('reserve'));
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(`<reserve>${money}<statusCode>${statusCode}</statusCode><statusMessage>`);
  });

  it('words faults, bad secrets and bad bodies as its documentation does', () => {
    expect(playngo.answer({ kind: 'fault' })).toMatchObject({ status: 500 });
    expect(playngo.answer({ kind: 'fault' }, read('reserve')).body).toContain('<statusCode>12</statusCode>');
    const bad = playngo.answer({ kind: 'unauthenticated' });
    expect(bad.status).toBe(200);
    expect(bad.body).toMatch(/^<response><statusCode>1<\/statusCode>/);
    const malformed = playngo.answer({ kind: 'malformed', detail: 'a < b' });
    expect(malformed.status).toBe(200);
    expect(malformed.body).toMatch(/^<response><statusCode>12<\/statusCode>.*a &lt; b/);
  });
});

describe('playngo priorities', () => {
  const priorityOf = (path: string, body: string) =>
    playngo.priorities.find(
      (rule) => rule.path === path && (!rule.bodyPattern || new RegExp(rule.bodyPattern).test(body)),
    )?.priority;

  it.each([
    ['reserve', 'bet'],
    ['release', 'settlement'],
    ['cancelReserve', 'settlement'],
    ['authenticate', 'read'],
    ['balance', 'read'],
  ])('%s is a %s, on its path and on the base', (root, priority) => {
    expect(priorityOf(`/${root}`, '')).toBe(priority);
    expect(priorityOf('/', `<?xml version="1.0"?>\n<${root}><a/></${root}>`)).toBe(priority);
    expect(priorityOf('/', `<n:${root} xmlns:n="x"/>`)).toBe(priority);
  });
});
