import {
  gameSessionsCommands,
  gameSessionsQueries,
  identityQueries,
  ok,
  refuse,
  walletQueries,
  type Eligibility,
  type GameLaunched,
  type GameSessionDetails,
  type LaunchForm,
} from '@baize/contracts';
import { waitFor, zoneAtNoon } from '@baize/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { brand, gameOf, startTestService, type TestService } from '../../../test/harness';
import { endIdle } from '../../chores';
import { insertSession, lockLaunches } from '../../store/sessions';

const eligible: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' };

describe('the rules of sessions', () => {
  let service: TestService;
  const start = async (sessions: object) => {
    service = await startTestService({ sessions });
    service.answer(identityQueries.checkEligibility, () => ok(eligible));
    service.answer(walletQueries.getBalance, ({ currency = 'EUR' }) =>
      currency === 'USD'
        ? ok({ currency, real: 0, bonus: 0, locked: 0, total: 0, version: 1 })
        : refuse('wallet.wallet-not-found', 'No.'),
    );
  };
  const launch = (playerId: string, provider: string, form: Partial<LaunchForm> = {}) =>
    service.client.call(gameSessionsCommands.launchGame, {
      brand,
      gameId: gameOf(provider).id,
      form: { playerId, mode: 'real', ...form },
    });
  const launched = async (...args: Parameters<typeof launch>): Promise<GameLaunched> => {
    const result = await launch(...args);
    if (!result.ok) throw new Error(result.error.code);
    return result.value;
  };
  const session = async (sessionId: string, playerId?: string) => {
    const asked = { sessionId, brand, ...(playerId !== undefined && { playerId }) };
    const result = await service.client.call(gameSessionsQueries.getGameSession, asked);
    return result.ok ? result.value : result.error;
  };
  const events = (subject: string) =>
    service.database.query<{ type: string; data: object }>(
      `SELECT type, data FROM outbox WHERE subject = $1 ORDER BY id`,
      [subject],
    );
  afterEach(() => service.stop());

  it('one at all, the newest wins: the others end, told of, and demos are not counted', async () => {
    await start({ concurrent: 'one', realityCheckMinutes: 30 });
    const player = randomUUID();
    const demo = await launched(player, 'softswiss', { mode: 'demo' });
    const first = await launched(player, 'softswiss');
    const other = await launched(randomUUID(), 'softswiss');
    const second = await launched(player, 'evolution', { device: 'mobile', locale: 'de' });
    expect(await session(first.sessionId)).toMatchObject({ status: 'ended', endReason: 'replaced' });
    expect(await events(first.sessionId)).toMatchObject([{}, { data: { reason: 'replaced' } }]);
    for (const { sessionId } of [demo, other, second])
      expect(await session(sessionId)).toMatchObject({ status: 'open' });
    expect(second.realityCheckMinutes).toBe(30);
    expect(new URL(second.launchUrl).searchParams.get('realityCheckMinutes')).toBe('30');
    const details = await session(second.sessionId);
    expect(details).toMatchObject({ device: 'mobile', locale: 'de', currency: 'EUR', rounds: 0, net: 0 });
    const { startedAt, nextRealityCheckAt } = details as { startedAt: string; nextRealityCheckAt: string };
    expect(Date.parse(nextRealityCheckAt) - Date.parse(startedAt)).toBe(30 * 60_000);
  });

  it('one per provider, or refused: also of many launches at once', async () => {
    await start({ concurrent: 'one-per-provider', onConflict: 'refuse' });
    const player = randomUUID();
    const launches = await Promise.all(Array.from({ length: 8 }, () => launch(player, 'evolution')));
    expect(launches.filter(({ ok: started }) => started)).toHaveLength(1);
    for (const result of launches)
      if (!result.ok) expect(result.error.code).toBe('game-sessions.session-open');
    await launched(player, 'softswiss');
    const [open] = launches.flatMap((result) => (result.ok ? [result.value.sessionId] : []));
    await service.client.call(gameSessionsCommands.endGameSession, { sessionId: open ?? '', brand });
    await launched(player, 'evolution');
  });

  /** A launch that has to wait for another one, whose session began after this launch came. */
  const launchBehindAnother = async (playerId: string) => {
    const other = await service.database.session();
    await other.query('BEGIN');
    await lockLaunches(other, brand, playerId);
    const launching = launch(playerId, 'softswiss');
    await waitFor(async () => {
      const waiting = await service.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
      );
      return waiting.length > 0;
    });
    const about = { brand, playerId, provider: 'evolution', gameId: gameOf('evolution').id } as const;
    const [startedAtMs, expiresAtMs] = [Date.now(), Date.now() + 60_000];
    const underWay = { id: randomUUID(), ...about, mode: 'real', currency: 'EUR' } as const;
    await insertSession(other, { ...underWay, startedAtMs, expiresAtMs }, randomBytes(32));
    await other.query('COMMIT');
    await other.close();
    return { other: underWay.id, launched: await launching };
  };

  it('counts the session of a launch that was under way when this one came', async () => {
    await start({ concurrent: 'one', onConflict: 'refuse' });
    expect(await launchBehindAnother(randomUUID())).toMatchObject({
      launched: { error: { code: 'game-sessions.session-open' } },
    });
  });

  it('begins behind the session that it ends, and time of play is counted of both', async () => {
    await start({ concurrent: 'one' });
    const playerId = randomUUID();
    const limits = [{ period: 'month' as const, minutes: 600 }];
    await service.client.call(gameSessionsCommands.applySessionLimits, {
      ...{ playerId, epoch: 1, timeZone: zoneAtNoon(), limits },
    });
    const { other, launched: newest } = await launchBehindAnother(playerId);
    const replaced = (await session(other)) as GameSessionDetails;
    const replacing = (await session(newest.ok ? newest.value.sessionId : '')) as GameSessionDetails;
    expect(replaced).toMatchObject({ status: 'ended', endReason: 'replaced' });
    expect(Date.parse(replaced.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(replaced.startedAt));
    expect(Date.parse(replacing.startedAt)).toBeGreaterThanOrEqual(Date.parse(replaced.startedAt));
    // ended by a machine whose clock is behind the one that began it
    await service.database.query(
      `UPDATE game_session SET ended_at = started_at - interval '1 s' WHERE id = $1`,
      [other],
    );
    expect(await launch(playerId, 'softswiss')).toMatchObject({ ok: true });
  });

  it('ends what nobody plays in, not what somebody plays in', async () => {
    await start({ idleMinutes: 10, maxMinutes: 60 });
    const player = randomUUID();
    const [idle, played] = [await launched(player, 'softswiss'), await launched(player, 'softswiss')];
    await service.database.query(
      `UPDATE game_session SET started_at = now() - interval '11 min',
         last_active_at = CASE id WHEN $1 THEN now() - interval '9 min' END`,
      [played.sessionId],
    );
    await Promise.all([endIdle(service.database), endIdle(service.database)]);
    expect(await session(idle.sessionId)).toMatchObject({ status: 'ended', endReason: 'idle' });
    expect(await session(played.sessionId)).toMatchObject({ status: 'open' });
    expect(await events(idle.sessionId)).toMatchObject([{}, { data: { reason: 'idle' } }]);
  });

  it('shows a session to its player only, and plays in a currency that there is a wallet for', async () => {
    await start({});
    const player = randomUUID();
    const usd = await launched(player, 'softswiss', { currency: 'USD', cashierUrl: 'https://x.example/pay' });
    expect(new URL(usd.launchUrl).searchParams.get('currency')).toBe('USD');
    expect(new URL(usd.launchUrl).searchParams.get('cashierUrl')).toBe('https://x.example/pay');
    expect(await session(usd.sessionId, player)).toMatchObject({ currency: 'USD' });
    const notFound = { code: 'game-sessions.session-not-found' };
    expect(await session(usd.sessionId, randomUUID())).toMatchObject(notFound);
    expect(await session('nonsense')).toMatchObject(notFound);
    expect(await launch(player, 'softswiss', { currency: 'GBP' })).toMatchObject({
      error: { code: 'wallet.wallet-not-found' },
    });
    expect(await launch(player, 'softswiss', { currency: 'XXX' })).toMatchObject({
      error: { code: 'game-sessions.game-not-available' },
    });
  });

  it('launches nothing that the brand hides from the country of the player', async () => {
    await start({});
    const gameId = gameOf('softswiss').id;
    const show = (rules: { market?: string; visible: boolean }[]) =>
      service.client.call(gameSessionsCommands.setGameVisibility, {
        brand,
        gameId,
        rules,
        actor: { kind: 'client', id: 'test' },
      });
    expect(await show([{ market: 'MT', visible: false }])).toMatchObject({ ok: true });
    expect(await launch(randomUUID(), 'softswiss')).toMatchObject({
      error: { code: 'game-sessions.game-not-available' },
    });
    const listed = async (country?: string) => {
      const asked = { brand, provider: 'softswiss', ...(country !== undefined && { country }) };
      const page = await service.client.call(gameSessionsQueries.listGames, asked);
      return page.ok && page.value.items.some(({ id }) => id === gameId);
    };
    expect([await listed(), await listed('MT')]).toEqual([true, false]);
    await show([{ visible: false }, { market: 'MT', visible: true }]);
    expect([await listed(), await listed('MT')]).toEqual([false, true]);
    expect(await service.client.call(gameSessionsQueries.getGame, { brand, gameId })).toMatchObject({
      ok: false,
    });
    expect(await service.client.call(gameSessionsQueries.getGameVisibility, { brand, gameId })).toMatchObject(
      {
        value: { rules: [{ visible: false }, { market: 'MT', visible: true }] },
      },
    );
    expect(await show([{ visible: false }, { visible: true }])).toMatchObject({
      error: { code: 'request.invalid' },
    });
    await show([]);
    await waitFor(async () => (await launch(randomUUID(), 'softswiss')).ok);
  });
});
