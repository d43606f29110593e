import {
  identityCommands,
  identityEvents,
  identityQueries,
  playerActions,
  type PlayerSessionEnded,
  type SessionTokens,
} from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { codeOf, quietLog, Surroundings, valueOf } from '../../../test/identity-fixture';
import { IdentityConfig } from '../../config';
import { startIdentity } from '../../service';

describe('sessions', () => {
  let around: Surroundings;
  let identity: RunningService;

  beforeAll(async () => {
    around = await Surroundings.start();
    const environment = around.environment({
      LOGIN_MAX_FAILURES: '4',
      LOGIN_FIRST_LOCK_SECONDS: '60',
      MAX_SESSIONS_PER_PLAYER: '5',
    });
    identity = await startIdentity(loadConfig(IdentityConfig, environment), quietLog());
  });
  afterAll(async () => {
    await identity.stop();
    await around.stop();
  });

  const authenticate = (accessToken: string) =>
    around.client.call(identityQueries.authenticateSession, { accessToken });
  const refresh = (refreshToken: string, brand = 'demo') =>
    around.client.call(identityCommands.refreshSession, { brand, refreshToken });
  const end = (accessToken: string) => around.client.call(identityCommands.endSession, { accessToken });
  const eligibility = async (playerId: string, action: (typeof playerActions)[number], brand = 'demo') =>
    around.client.call(identityQueries.checkEligibility, { playerId, brand, action });
  const setStatus = (playerId: string, status: string) =>
    around.database.query('UPDATE player SET status = $2 WHERE id = $1', [playerId, status]);
  const endedFor = (playerId: string) =>
    (around.dataOf(identityEvents.playerSessionEnded.type) as PlayerSessionEnded[]).filter(
      (data) => data.playerId === playerId,
    );

  async function player(): Promise<{ playerId: string; email: string; tokens: SessionTokens }> {
    const form = around.form();
    const { id } = await around.registered(form);
    return { playerId: id, email: form.email, tokens: valueOf(await around.login(form.email)) };
  }

  describe('logging in', () => {
    it('gives tokens that authenticate, whatever the case of the address, and tells of it', async () => {
      const { playerId, email, tokens } = await player();
      const loud = valueOf(await around.login(email.toUpperCase()));
      expect(tokens).toMatchObject({ playerId, expiresIn: 600 });
      const session = valueOf(await authenticate(tokens.accessToken));
      expect(session).toEqual({ playerId, brand: 'demo', sessionId: expect.any(String) });
      expect(valueOf(await authenticate(loud.accessToken)).sessionId).not.toBe(session.sessionId);
      const { type } = identityEvents.playerSessionStarted;
      const told = expect.objectContaining({ playerId, sessionId: session.sessionId });
      await waitFor(() => around.dataOf(type).length > 1);
      expect(around.dataOf(type)).toContainEqual(told);
    });

    it('answers a wrong password, an unknown address and another brand alike', async () => {
      const { email } = await player();
      const wrong = await around.login(email, 'not the password');
      expect(codeOf(wrong)).toBe('identity.invalid-login');
      expect(await around.login('nobody@example.com')).toEqual(wrong);
      expect(await around.login(email, undefined, 'other')).toEqual(wrong);
      expect(await around.login('no address at all')).toEqual(wrong);
    });

    /** So many seconds, less those since it began. */
    function expectLockOf(seconds: number, locked: Awaited<ReturnType<Surroundings['login']>>): void {
      const { retryAfterSeconds } = (locked.ok ? {} : locked.error.data) as { retryAfterSeconds?: number };
      expect(retryAfterSeconds).toBeLessThanOrEqual(seconds);
      expect(retryAfterSeconds).toBeGreaterThan(seconds / 2);
    }

    it('locks after the configured failures, existing or not, and longer each time', async () => {
      const { email } = await player();
      for (const address of [email, 'never-registered@example.com']) {
        for (let failure = 0; failure < 4; failure += 1) {
          expect(codeOf(await around.login(address, 'wrong wrong'))).toBe('identity.invalid-login');
        }
        const locked = await around.login(address);
        expect(codeOf(locked)).toBe('identity.login-locked');
        expectLockOf(60, locked);
      }
      await around.database.query(`UPDATE login_guard SET locked_until = now() - interval '1 second'`);
      expect(codeOf(await around.login(email, 'wrong wrong'))).toBe('identity.invalid-login');
      expectLockOf(120, await around.login(email));
      await around.database.query(`UPDATE login_guard SET locked_until = now() - interval '1 second'`);
      expect(codeOf(await around.login(email))).toBe('ok');
      expect(codeOf(await around.login(email, 'wrong wrong'))).toBe('identity.invalid-login');
      expect(codeOf(await around.login(email))).toBe('ok');
    });

    it('lets many guesses at once get no further than as many one by one', async () => {
      const { email } = await player();
      await Promise.all(Array.from({ length: 30 }, (_, i) => around.login(email, `guess number ${i}`)));
      expect(codeOf(await around.login(email))).toBe('identity.login-locked');
      const [guard] = await around.database.query<{ failures: number }>(
        'SELECT failures FROM login_guard ORDER BY updated_at DESC LIMIT 1',
      );
      expect(guard?.failures).toBe(4);
    });
  });

  describe('a player that is not active', () => {
    it.each(['suspended', 'closed'])(
      '%s stops at once: tokens, refresh, login, every action but withdrawals',
      async (status) => {
        const { playerId, email, tokens } = await player();
        expect(valueOf(await eligibility(playerId, 'bet'))).toEqual({
          ...{ allowed: true, reasons: [], epoch: 0 },
          ...{ country: 'MT', currency: 'EUR' },
        });
        await setStatus(playerId, status);
        expect(codeOf(await authenticate(tokens.accessToken))).toBe('auth.invalid-token');
        expect(codeOf(await refresh(tokens.refreshToken))).toBe('identity.invalid-refresh-token');
        const login = await around.login(email);
        expect(login).toMatchObject({
          error: { code: 'identity.action-not-allowed', data: { reasons: [`identity.player-${status}`] } },
        });
        for (const action of playerActions) {
          const { allowed, reasons } = valueOf(await eligibility(playerId, action));
          expect([action, allowed]).toEqual([action, action === 'withdraw']);
          expect(reasons).toEqual(allowed ? [] : [`identity.player-${status}`]);
        }
      },
    );

    it('is not asked about by another brand or under another name', async () => {
      const { playerId } = await player();
      expect(codeOf(await eligibility(playerId, 'bet', 'other'))).toBe('identity.player-not-found');
      expect(codeOf(await eligibility('nobody', 'bet'))).toBe('identity.player-not-found');
    });
  });

  describe('refreshing', () => {
    it('replaces both tokens and keeps the session', async () => {
      const { tokens } = await player();
      const session = valueOf(await authenticate(tokens.accessToken));
      const next = valueOf(await refresh(tokens.refreshToken));
      expect(valueOf(await authenticate(next.accessToken))).toEqual(session);
      expect(codeOf(await authenticate(tokens.accessToken))).toBe('auth.invalid-token');
      const third = valueOf(await refresh(next.refreshToken));
      expect(valueOf(await authenticate(third.accessToken))).toEqual(session);
    });

    it('ends the session when a spent token comes back, however old', async () => {
      const { playerId, tokens } = await player();
      const next = valueOf(await refresh(tokens.refreshToken));
      const third = valueOf(await refresh(next.refreshToken));
      expect(codeOf(await refresh(tokens.refreshToken))).toBe('identity.invalid-refresh-token');
      expect(codeOf(await authenticate(third.accessToken))).toBe('auth.invalid-token');
      expect(codeOf(await refresh(third.refreshToken))).toBe('identity.invalid-refresh-token');
      await waitFor(() => endedFor(playerId).length > 0);
      expect(endedFor(playerId).map(({ reason }) => reason)).toEqual(['refresh-reuse']);
    });

    it('at once from two sides gives at most one pair, which then is dead', async () => {
      const { playerId, tokens } = await player();
      const results = await Promise.all(Array.from({ length: 8 }, () => refresh(tokens.refreshToken)));
      const winners = results.flatMap((result) => (result.ok ? [result.value] : []));
      expect(winners).toHaveLength(1);
      for (const { accessToken, refreshToken } of winners) {
        expect(codeOf(await authenticate(accessToken))).toBe('auth.invalid-token');
        expect(codeOf(await refresh(refreshToken))).toBe('identity.invalid-refresh-token');
      }
      expect(await around.count('player_session', `player_id = '${playerId}' AND ended_at IS NULL`)).toBe(0);
      await waitFor(() => endedFor(playerId).length > 0);
      expect(endedFor(playerId).map(({ reason }) => reason)).toEqual(['refresh-reuse']);
    });

    it('knows no made-up token and none of another brand', async () => {
      const { tokens } = await player();
      expect(codeOf(await refresh('made-up'))).toBe('identity.invalid-refresh-token');
      expect(codeOf(await refresh(tokens.refreshToken, 'other'))).toBe('identity.invalid-refresh-token');
      expect(codeOf(await refresh(tokens.refreshToken))).toBe('ok');
    });

    it('takes an access token for nothing else', async () => {
      const { tokens } = await player();
      expect(codeOf(await refresh(tokens.accessToken))).toBe('identity.invalid-refresh-token');
      expect(codeOf(await authenticate(tokens.refreshToken))).toBe('auth.invalid-token');
    });
  });

  describe('the end of a session', () => {
    it('is a login too many, for the oldest', async () => {
      const { playerId, email, tokens } = await player();
      const later: SessionTokens[] = [];
      while (later.length < 5) later.push(valueOf(await around.login(email)));
      expect(codeOf(await authenticate(tokens.accessToken))).toBe('auth.invalid-token');
      for (const { accessToken } of later) expect(codeOf(await authenticate(accessToken))).toBe('ok');
      await waitFor(() => endedFor(playerId).length > 0);
      expect(endedFor(playerId).map(({ reason }) => reason)).toEqual(['revoked']);
    });

    it('leaves its traces for as long as configured', async () => {
      const { playerId, tokens } = await player();
      await end(tokens.accessToken);
      await around.database.query(
        `UPDATE player_session SET ended_at = now() - interval '91 days' WHERE player_id = $1`,
        [playerId],
      );
      const kept = async () => around.count('player_session', `player_id = '${playerId}'`);
      await waitFor(async () => (await kept()) === 0);
    });

    it('is its logout, once', async () => {
      const { playerId, tokens } = await player();
      expect(codeOf(await end(tokens.accessToken))).toBe('ok');
      expect(codeOf(await end(tokens.accessToken))).toBe('identity.session-not-found');
      expect(codeOf(await authenticate(tokens.accessToken))).toBe('auth.invalid-token');
      expect(codeOf(await refresh(tokens.refreshToken))).toBe('identity.invalid-refresh-token');
      await waitFor(() => endedFor(playerId).length > 0);
      expect(endedFor(playerId).map(({ reason }) => reason)).toEqual(['logout']);
    });

    it('is not the end of its access token, which a refresh replaces', async () => {
      const { tokens } = await player();
      await around.database.query(
        `UPDATE player_session SET access_expires_at = now() WHERE player_id = $1`,
        [tokens.playerId],
      );
      expect(codeOf(await authenticate(tokens.accessToken))).toBe('auth.invalid-token');
      const next = valueOf(await refresh(tokens.refreshToken));
      expect(codeOf(await authenticate(next.accessToken))).toBe('ok');
    });

    it('is the end of its refresh token, and is told of', async () => {
      const { playerId, tokens } = await player();
      await around.database.query(
        `UPDATE player_session SET refresh_expires_at = now() WHERE player_id = $1`,
        [playerId],
      );
      expect(codeOf(await refresh(tokens.refreshToken))).toBe('identity.invalid-refresh-token');
      await waitFor(() => endedFor(playerId).length > 0);
      expect(endedFor(playerId).map(({ reason }) => reason)).toEqual(['expired']);
      expect(codeOf(await authenticate(tokens.accessToken))).toBe('auth.invalid-token');
    });
  });

  it('reports its health', async () => {
    expect(valueOf(await around.client.call(identityQueries.getHealth, {})).status).toBe('ready');
  });
});
