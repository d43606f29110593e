import { randomUUID } from 'node:crypto';
import {
  fenceQueries,
  gameSessionsCommands,
  touchpointCommands,
  type ApplyRestriction,
  type RestrictedAction,
} from '@baize/contracts';
import { waitFor, zoneAtNoon } from '@baize/testing';
import { brand, faultOf, gameOf, startTestService, type TestService } from '../../../test/harness';
import { passFence } from '../../store/fence';
import { identityAllows } from '../../../test/conformance/table';

describe('restrictions in game-sessions', () => {
  let service: TestService;
  let playerId: string;
  let epoch = 0;

  beforeAll(async () => {
    service = await startTestService();
    // Whatever identity says: what is tested is that a launch does not depend on it.
    identityAllows(service);
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    playerId = randomUUID();
  });

  const apply = (forbids: RestrictedAction[], changes: Partial<ApplyRestriction> = {}) =>
    service.client.call(touchpointCommands['game-sessions'], {
      ...{ sequence: 1_000, epoch: (epoch += 1) },
      players: [{ playerId, brand, currency: 'EUR', forbids }],
      ...changes,
    });
  const launch = () =>
    service.client.call(gameSessionsCommands.launchGame, {
      ...{ brand, gameId: gameOf('softswiss').id, form: { playerId, mode: 'real' } },
    });
  const sessions = () =>
    service.database.query<{ end_reason: string | null }>(
      `SELECT end_reason FROM game_session WHERE player_id = $1 ORDER BY started_at`,
      [playerId],
    );

  it('refuses launches and ends open sessions, until it is lifted', async () => {
    expect(await launch()).toMatchObject({ ok: true });
    expect(await apply(['launch', 'bet'])).toMatchObject({
      ok: true,
      value: { appliedAt: expect.any(String) },
    });
    expect(await sessions()).toEqual([{ end_reason: 'restricted' }]);
    expect(await launch()).toMatchObject({
      error: { code: 'game-sessions.launch-refused', data: { reasons: ['identity.player-restricted'] } },
    });
    await apply([]);
    expect(await launch()).toMatchObject({ ok: true });
  });

  it('is not changed by an older epoch, nor by what was said before', async () => {
    await apply(['launch'], { epoch: 2_000 });
    await apply([], { epoch: 1_999 });
    await apply([], { epoch: 2_000 });
    expect(await launch()).toMatchObject({ ok: false });
  });

  it('of launches and a restriction at once leaves no open session', async () => {
    const launches = Array.from({ length: 20 }, launch);
    await apply(['launch']);
    await Promise.all(launches);
    expect((await sessions()).filter(({ end_reason }) => end_reason === null)).toEqual([]);
  });

  it('a launch under way is waited for', async () => {
    await apply([]);
    const session = await service.database.session();
    await session.query('BEGIN');
    await passFence(session, playerId, 'launch');
    let isApplied = false;
    const applying = apply(['launch']).then(() => (isApplied = true));
    await waitFor(async () => {
      const waiting = await service.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    expect(isApplied).toBe(false);
    await session.query('COMMIT');
    await session.close();
    await applying;
  });

  it('a launch waits for a restriction that is being committed', async () => {
    await apply([]);
    const session = await service.database.session();
    await session.query('BEGIN');
    await session.query(
      `UPDATE player_fence SET forbids = '{launch}', epoch = epoch + 1 WHERE player_id = $1`,
      [playerId],
    );
    const launching = launch();
    await waitFor(async () => {
      const waiting = await service.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    await session.query('COMMIT');
    await session.close();
    expect(await launching).toMatchObject({ error: { code: 'game-sessions.launch-refused' } });
  });

  it('starts nothing without a lease', async () => {
    service.withdrawFence();
    const faulted = async () => {
      // again: an answer that was under way may have renewed it
      await service.database.query(`UPDATE fence_lease SET valid_until = clock_timestamp()`);
      return faultOf(launch());
    };
    expect(await waitFor(faulted)).toMatchObject({ code: 'game-sessions.fault' });
    const stop = service.answer(fenceQueries.askRestrictionSequence, () => ({
      ok: true,
      value: { sequence: 0 },
    }));
    await waitFor(async () => (await launch().catch(() => undefined))?.ok === true);
    stop();
  });
});

describe('limits on time of play', () => {
  let service: TestService;
  let playerId: string;
  let epoch = 0;

  beforeAll(async () => {
    service = await startTestService();
    identityAllows(service);
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    playerId = randomUUID();
  });

  const limit = (period: 'once' | 'day' | 'week' | 'month', minutes: number) =>
    service.client.call(gameSessionsCommands.applySessionLimits, {
      ...{ playerId, epoch: (epoch += 1), timeZone: zoneAtNoon(), limits: [{ period, minutes }] },
    });
  const launch = () =>
    service.client.call(gameSessionsCommands.launchGame, {
      ...{ brand, gameId: gameOf('softswiss').id, form: { playerId, mode: 'real' } },
    });
  const minutesLeft = async () => {
    const launched = await launch();
    return launched.ok
      ? Math.round((Date.parse(launched.value.expiresAt) - Date.now()) / 60_000)
      : launched.error.data?.reasons;
  };
  /** The open sessions lasted so many minutes and ended just now; those before them were over by then. */
  const played = (minutes: number) =>
    service.database.query(
      `WITH earlier AS (
         UPDATE game_session SET started_at = started_at - make_interval(mins => $2), ended_at = ended_at - make_interval(mins => $2)
         WHERE player_id = $1 AND ended_at IS NOT NULL)
       UPDATE game_session SET started_at = clock_timestamp() - make_interval(mins => $2), ended_at = clock_timestamp(), end_reason = 'player'
       WHERE player_id = $1 AND ended_at IS NULL`,
      [playerId, minutes],
    );

  it('end a session in time, and leave no more than what was not played yet', async () => {
    await limit('month', 60);
    expect(await minutesLeft()).toBe(60);
    await played(45);
    expect(await minutesLeft()).toBe(15);
    await played(20);
    expect(await minutesLeft()).toEqual(['identity.session-time-limit']);
    await limit('month', 90);
    expect(await minutesLeft()).toBe(25);
  });

  it('count sessions at once only once, and single sessions by themselves', async () => {
    await limit('month', 60);
    await launch();
    await launch();
    await played(30);
    expect(await minutesLeft()).toBe(30);
    await played(1);
    await limit('once', 10);
    expect(await minutesLeft()).toBe(10);
  });

  it('shorten the session that is open when they become lower', async () => {
    await launch();
    await limit('day', 5);
    const [row] = await service.database.query<{ minutes: number }>(
      `SELECT round(extract(epoch FROM expires_at - clock_timestamp()) / 60)::int AS minutes FROM game_session WHERE player_id = $1`,
      [playerId],
    );
    expect(row!.minutes).toBe(5);
  });
});
