import {
  auditQueryOf,
  gameSessionsCommands,
  gameSessionsQueries,
  roundQueries,
  identityQueries,
  ok,
  refuse,
  walletCommands,
  walletQueries,
  type Eligibility,
  type GameLaunched,
  type LaunchGame,
} from '@baize/contracts';
import { brand, faultOf, gameOf, startTestService, type TestService } from '../../../test/harness';
import { evolutionCall, evolutionMovement } from '../../../test/provider-calls';
import { endExpired } from '../../chores';

const player = '01976f0e-0000-7000-8000-000000000001';
const eligible: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' };
const balance = { currency: 'EUR', real: 5000, bonus: 0, locked: 0, total: 5000, version: 3 };

describe('launch-game', () => {
  let service: TestService;
  let says: Partial<Eligibility>;
  let endIdentity: () => void;

  const identityAnswers = () =>
    service.answer(identityQueries.checkEligibility, () => ok(Object.assign({}, eligible, says)));
  const launch = (provider: string, form: Partial<LaunchGame['form']> = {}, gameId = gameOf(provider).id) =>
    service.client.call(gameSessionsCommands.launchGame, {
      brand,
      gameId,
      form: { playerId: player, mode: 'real', ...form },
    });
  const launched = async (provider: string): Promise<GameLaunched> => {
    const result = await launch(provider);
    if (!result.ok) throw new Error(result.error.code);
    return result.value;
  };
  const evolution = async (call: ReturnType<typeof evolutionCall>): Promise<Record<string, unknown>> =>
    JSON.parse((await service.callback(call)).body) as Record<string, unknown>;
  const exchange = (token: string, userId = player) =>
    evolution(evolutionCall('/check', { sid: token, userId }));
  const sessionCount = async () =>
    Number((await service.database.query<{ n: bigint }>('SELECT count(*) AS n FROM game_session'))[0]?.n);

  beforeAll(async () => {
    service = await startTestService();
    service.answer(walletQueries.getBalance, () => ok(balance));
    service.answer(walletCommands.post, ({ actions, noNewBets }) => {
      if (noNewBets) return refuse('wallet.bet-not-found', 'It was never taken.');
      return ok({
        actions: actions.map(({ id, kind }) => ({
          id,
          kind,
          status: 'posted' as const,
          transactionId: `tx-${id}`,
          postedAt: '2026-01-31T12:00:00.000Z',
          balanceAfter: 5000,
        })),
        balance,
      });
    });
  });
  beforeEach(() => {
    says = {};
    endIdentity = identityAnswers();
  });
  afterEach(() => endIdentity());
  afterAll(() => service.stop());

  it('gives a URL with all that the provider needs, and keeps only a digest of the token', async () => {
    const game = gameOf('softswiss');
    const result = await launched('softswiss');
    const query = Object.fromEntries(new URL(result.launchUrl).searchParams);
    expect(query).toEqual({
      lobby: '1',
      token: result.token,
      player,
      game: game.providerGameId,
      currency: 'EUR',
      locale: 'en',
      mode: 'real',
    });
    const [row] = await service.database.query<object>('SELECT * FROM game_session WHERE id = $1', [
      result.sessionId,
    ]);
    expect(JSON.stringify(row)).not.toContain(result.token);
    const events = await service.database.query<{ data: object; partition_key: string }>(
      `SELECT data, partition_key FROM outbox WHERE subject = $1`,
      [result.sessionId],
    );
    expect(events).toMatchObject([{ partition_key: player, data: { gameId: game.id, mode: 'real' } }]);
  });

  it('refuses without a session what identity does not allow', async () => {
    const before = await sessionCount();
    says = { allowed: false, reasons: ['self-exclusion'] };
    expect(await launch('softswiss')).toMatchObject({
      ok: false,
      error: { code: 'game-sessions.launch-refused', data: { reasons: ['self-exclusion'] } },
    });
    expect(await sessionCount()).toBe(before);
  });

  it.each([
    { returnUrl: 'javascript:alert(1)' },
    { returnUrl: 'data:text/html,x' },
    { returnUrl: '/lobby' },
    { locale: '<script>' },
    { locale: 'english please' },
  ])('refuses %j, which pages would be built from', async (form) => {
    expect(await launch('softswiss', form)).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
  });

  it('passes the language and the way back on', async () => {
    const returnUrl = 'https://casino.example/lobby?from=game#top';
    const result = await launch('softswiss', { locale: 'pt-BR', returnUrl });
    if (!result.ok) throw new Error(result.error.code);
    const query = new URL(result.value.launchUrl).searchParams;
    expect([query.get('locale'), query.get('returnUrl')]).toEqual(['pt-BR', returnUrl]);
  });

  it('passes on that identity does not know the player', async () => {
    endIdentity();
    endIdentity = service.answer(identityQueries.checkEligibility, () =>
      refuse('identity.player-not-found', 'No.'),
    );
    expect(await launch('softswiss')).toMatchObject({
      ok: false,
      error: { code: 'identity.player-not-found' },
    });
  });

  it('starts nothing while identity is silent', async () => {
    const before = await sessionCount();
    endIdentity();
    expect((await faultOf(launch('softswiss'))).kind).toBe('fault');
    expect(await sessionCount()).toBe(before);
  });

  it.each([
    ['an unknown game', {}, {}, '01976f0e-0000-7000-8000-0000000000ff', 'game-sessions.game-not-found'],
    ['a blocked country', { country: 'US' }, {}, undefined, 'game-sessions.game-not-available'],
    ['a currency it does not have', { currency: 'HUF' }, {}, undefined, 'game-sessions.game-not-available'],
    [
      'a demo that it does not have',
      {},
      { mode: 'demo' },
      gameOf('evolution').id,
      'game-sessions.game-not-available',
    ],
  ] as const)('refuses %s', async (_what, eligibility, form, gameId, code) => {
    says = eligibility;
    expect(await launch('softswiss', form, gameId)).toMatchObject({ ok: false, error: { code } });
  });

  it('exchanges a launch token once, and only for its own player', async () => {
    const { token } = await launched('evolution');
    expect(await exchange(token, 'somebody-else')).toEqual({ status: 'INVALID_SID', uuid: 'call-1' });
    const first = await exchange(token);
    expect(first).toMatchObject({ status: 'OK', uuid: 'call-1' });
    expect(first.sid).not.toBe(token);
    expect((await exchange(token)).status).toBe('INVALID_SID');
    // the session value itself stays good
    expect(await exchange(String(first.sid))).toMatchObject({ status: 'OK', sid: first.sid });
    expect(await evolution(evolutionCall('/sid', { sid: first.sid, userId: player }))).toMatchObject({
      sid: first.sid,
    });
    expect(await evolution(evolutionCall('/balance', { sid: first.sid, userId: player }))).toMatchObject({
      status: 'OK',
      balance: 50,
      bonus: 0,
    });
    expect(await evolution(evolutionCall('/balance', { sid: token, userId: player }))).toMatchObject({
      status: 'INVALID_SID',
    });
  });

  it('lets only one of many exchanges at once succeed', async () => {
    const { token } = await launched('evolution');
    const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(token)));
    expect(answers.filter(({ status }) => status === 'OK')).toHaveLength(1);
  });

  const end = (sessionId: string, playerId?: string) =>
    service.client.call(gameSessionsCommands.endGameSession, {
      sessionId,
      brand,
      ...(playerId !== undefined && { playerId }),
    });

  it('takes no bets in an ended session, but wins and rollbacks', async () => {
    const { token, sessionId } = await launched('evolution');
    const seat = { sid: String((await exchange(token)).sid), playerId: player };
    const move = (path: string, id: string) =>
      evolution(evolutionMovement(path, seat, { id, refId: 'ref-1', amount: '1.00' }));
    expect(await move('/debit', 'd1')).toMatchObject({ status: 'OK' });
    expect(await end(sessionId, 'somebody-else')).toMatchObject({ ok: false });
    expect(await end(sessionId, player)).toEqual({ ok: true, value: {} });
    expect(await end(sessionId)).toEqual({ ok: true, value: {} });
    expect(await move('/debit', 'd2')).toMatchObject({ status: 'INVALID_SID' });
    expect(await move('/credit', 'c1')).toMatchObject({ status: 'OK' });
    expect(await move('/cancel', 'd1')).toMatchObject({ status: 'OK' });
    const ended = await service.database.query<{ data: object }>(
      `SELECT data FROM outbox WHERE subject = $1 AND type LIKE '%session-ended%'`,
      [sessionId],
    );
    expect(ended).toMatchObject([{ data: { reason: 'player' } }]);
  });

  it('writes to the audit log who ended a session that is not their own', async () => {
    const { sessionId } = await launched('evolution');
    const actor = { kind: 'staff', id: 'ines' } as const;
    const command = { sessionId, brand, actor };
    await service.client.call(gameSessionsCommands.endGameSession, command);
    await service.client.call(gameSessionsCommands.endGameSession, command);
    const asked = { brand, subject: player, limit: 10 };
    const audited = await service.client.call(auditQueryOf('game-sessions'), asked);
    expect(audited.ok && audited.value.items).toEqual([
      expect.objectContaining({ actor, action: 'game-session.ended', details: { sessionId } }),
    ]);
  });

  it('ends expired sessions once, with an event, and credits late wins', async () => {
    const { token, sessionId } = await launched('evolution');
    const seat = { sid: String((await exchange(token)).sid), playerId: player };
    await service.database.query(
      `UPDATE game_session SET expires_at = now() - interval '1 s' WHERE id = $1`,
      [sessionId],
    );
    await Promise.all([endExpired(service.database), endExpired(service.database)]);
    const ended = await service.database.query<{ data: object }>(
      `SELECT data FROM outbox WHERE subject = $1 AND type LIKE '%session-ended%'`,
      [sessionId],
    );
    expect(ended).toMatchObject([{ data: { reason: 'expired' } }]);
    const move = (path: string) =>
      evolution(evolutionMovement(path, seat, { id: 'x', refId: 'r', amount: '2' }));
    expect(await move('/debit')).toMatchObject({ status: 'INVALID_SID' });
    expect(await move('/credit')).toMatchObject({ status: 'OK' });
  });

  it('lists the sessions of a player, newest first, page by page', async () => {
    const call = (cursor?: string) =>
      service.client.call(gameSessionsQueries.listPlayerGameSessions, {
        playerId: player,
        brand,
        limit: 2,
        ...(cursor !== undefined && { cursor }),
      });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(cursor);
      if (!page.ok) throw new Error(page.error.code);
      expect(page.value.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.value.items.map(({ id }) => id));
      cursor = page.value.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(await sessionCount());
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    expect(await call('nonsense')).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
  });

  it('tells a player without sessions or rounds from nobody', async () => {
    const asked = { playerId: '01976f0e-0000-7000-8000-00000000dead', brand };
    const lists = () =>
      Promise.all([
        service.client.call(gameSessionsQueries.listPlayerGameSessions, asked),
        service.client.call(roundQueries.listPlayerRounds, asked),
      ]);
    for (const list of await lists()) expect(list).toMatchObject({ ok: true, value: { items: [] } });
    endIdentity();
    endIdentity = service.answer(identityQueries.checkEligibility, () =>
      refuse('identity.player-not-found', 'No.'),
    );
    for (const list of await lists())
      expect(list).toMatchObject({ ok: false, error: { code: 'identity.player-not-found' } });
  });
});
