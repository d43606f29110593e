import { randomUUID } from 'node:crypto';
import {
  accountCommands,
  exclusionCommands,
  exclusionQueries,
  identityCommands,
  identityQueries,
  playerActions,
  walletQueries,
  type Actor,
  type LimitWish,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { registrationForm } from './registration-form';
import { ServiceStack } from './service-stack';

const brand = 'demo';
const officer = (id: string): Actor => ({ kind: 'client', id });

describe('restrictions and limits, a process per service', () => {
  let stack: ServiceStack;

  beforeAll(async () => {
    stack = await ServiceStack.start('identity', 'wallet', 'game-sessions', 'gateway');
    await stack.open();
  }, 150_000);
  afterAll(() => stack.stop());

  const block = (playerId: string) =>
    stack.exclude(
      playerId,
      randomUUID(),
      { kind: 'operator-block', duration: null, reason: 'r' },
      officer('a'),
    );
  const allowed = async (playerId: string) => {
    const answers = await Promise.all(
      playerActions.map(async (action) => {
        const answer = await stack.client.call(identityQueries.checkEligibility, { playerId, brand, action });
        return answer.ok && answer.value.allowed ? action : undefined;
      }),
    );
    return answers.filter((action) => action !== undefined);
  };
  const codeOf = (answer: { ok: boolean; error?: { code: string } }) =>
    answer.ok ? 'ok' : answer.error!.code;
  const requestLift = (exclusionId: string, actor: Actor) =>
    stack.client.call(exclusionCommands.requestLift, { exclusionId, brand, form: { reason: 'r' }, actor });
  const approve = (exclusionId: string, actor: Actor) =>
    stack.client.call(exclusionCommands.approveLift, { exclusionId, brand, actor });
  const over = (id: string) =>
    stack.identity.query(
      `UPDATE restriction SET expires_at = clock_timestamp() - interval '1 second' WHERE id = $1`,
      [id],
    );

  /** Until whatever is over has ended: that of somebody else, which was over later, has. */
  const ends = async () => {
    const other = await stack.player();
    const form = { kind: 'time-out' as const, duration: 'PT24H', reason: 'r' };
    await over((await stack.exclude(other, randomUUID(), form))!.id);
    await waitFor(async () => (await stack.bet(other)) === 'ok');
  };

  test('a time-out leaves login and withdrawals, ends by itself, and play goes on', async () => {
    const playerId = await stack.player();
    const form = { kind: 'time-out' as const, duration: 'PT24H', reason: 'r' };
    const { id } = (await stack.exclude(playerId, randomUUID(), form))!;
    expect(await allowed(playerId)).toEqual(['login', 'withdraw']);
    expect(await stack.bet(playerId)).toBe('wallet.player-restricted');
    await over(id);
    await waitFor(async () => (await stack.bet(playerId)) === 'ok');
    expect(await allowed(playerId)).toEqual([...playerActions]);
  });

  test('a closed account stakes no more and is paid what was won, whatever is lifted of its person', async () => {
    const playerId = await stack.player();
    const round = randomUUID();
    const act = (kind: 'bet' | 'win') =>
      stack.post(playerId, [{ kind, id: randomUUID(), amount: 100 }], round);
    expect(await act('bet')).toBe('ok');
    const actor = officer('a');
    const closing = { brand, playerId, actor, reason: 'r' };
    expect(codeOf(await stack.client.call(accountCommands.closeAccount, closing))).toBe('ok');
    await waitFor(async () => (await stack.bet(playerId)) === 'wallet.player-restricted');
    expect(await act('win')).toBe('ok');
    const { id } = (await block(playerId))!;
    expect(codeOf(await requestLift(id, actor))).toBe('ok');
    expect(codeOf(await approve(id, officer('b')))).toBe('ok');
    expect(await stack.bet(playerId)).toBe('wallet.player-restricted');
  });

  test('the end of a self-exclusion opens nothing; two people do, after the cooling-off', async () => {
    const playerId = await stack.player();
    const { id } = (await stack.exclude(playerId))!;
    expect(codeOf(await requestLift(id, officer('a')))).toBe('identity.exclusion-not-liftable');
    await over(id);
    await ends();
    expect(await allowed(playerId)).toEqual(['withdraw']);
    expect(codeOf(await approve(id, officer('a')))).toBe('identity.exclusion-not-liftable');
    const asked = await requestLift(id, { kind: 'player', id: playerId });
    expect(asked).toMatchObject({ value: { status: 'awaiting-approval', approvals: 0 } });
    expect(codeOf(await approve(id, officer('a')))).toBe('identity.cooling-off');
    await stack.identity.query(
      `UPDATE lift_request SET earliest_at = clock_timestamp() WHERE restriction_id = $1`,
      [id],
    );
    expect(await approve(id, officer('a'))).toMatchObject({
      value: { status: 'awaiting-approval', approvals: 1 },
    });
    expect(codeOf(await approve(id, officer('a')))).toBe('identity.same-approver');
    expect(await stack.bet(playerId)).toBe('wallet.player-restricted');
    expect(await approve(id, officer('b'))).toMatchObject({ value: { status: 'lifted' } });
    await waitFor(async () => (await stack.bet(playerId)) === 'ok');
  });

  test('who asks for the end of a block is one of the two; the longest of several counts', async () => {
    const playerId = await stack.player();
    const { id } = (await block(playerId))!;
    expect(await requestLift(id, officer('a'))).toMatchObject({ value: { approvals: 1 } });
    expect(codeOf(await approve(id, officer('a')))).toBe('identity.same-approver');
    const longer = (await stack.exclude(playerId, randomUUID(), {
      kind: 'self-exclusion',
      duration: 'P5Y',
      reason: 'r',
    }))!;
    const shorter = (await stack.exclude(playerId))!;
    expect(shorter.expiresAt).toBe(longer.expiresAt);
    expect(await approve(id, officer('b'))).toMatchObject({ value: { status: 'lifted' } });
    expect(await allowed(playerId)).toEqual(['withdraw']);
    const listed = await stack.client.call(exclusionQueries.listExclusions, { playerId, brand });
    expect(listed.ok && listed.value.items.map(({ kind, endedAt }) => [kind, endedAt === null])).toEqual([
      ['self-exclusion', true],
      ['self-exclusion', true],
      ['operator-block', false],
    ]);
  });

  test('the same key is the same exclusion, with another body none', async () => {
    const playerId = await stack.player();
    const key = randomUUID();
    const [first, second] = await Promise.all([stack.exclude(playerId, key), stack.exclude(playerId, key)]);
    const again = (await stack.exclude(playerId, key))!;
    expect(new Set([first?.id, second?.id, again.id]).size).toBe(1);
    expect(again.replayed).toBe(true);
    const other = { kind: 'time-out' as const, duration: 'PT24H', reason: 'r' };
    expect(await stack.exclude(playerId, key, other)).toBeUndefined();
    const rows = await stack.identity.query(`SELECT FROM restriction WHERE player_id = $1`, [playerId]);
    expect(rows).toHaveLength(1);
  });

  test('sessions end with the exclusion and no login starts another', async () => {
    const form = registrationForm();
    const playerId = await stack.player(100, form);
    const login = () =>
      stack.client.call(identityCommands.createSession, {
        brand,
        form: { email: form.email, password: form.password },
      });
    const tokens = await login();
    const accessToken = tokens.ok ? tokens.value.accessToken : '';
    const refreshToken = tokens.ok ? tokens.value.refreshToken : '';
    const living = () => stack.client.call(identityQueries.authenticateSession, { accessToken });
    expect(codeOf(await living())).toBe('ok');
    const logins = Array.from({ length: 10 }, login);
    await stack.exclude(playerId);
    expect(codeOf(await living())).toBe('auth.invalid-token');
    expect(codeOf(await stack.client.call(identityCommands.refreshSession, { brand, refreshToken }))).toBe(
      'identity.invalid-refresh-token',
    );
    await Promise.all(logins);
    const [row] = await stack.identity.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM player_session WHERE player_id = $1 AND ended_at IS NULL`,
      [playerId],
    );
    expect(row!.n).toBe(0n);
    expect(codeOf(await login())).toBe('identity.action-not-allowed');
  });

  test('whoever is excluded opens no other account, at another brand or under another spelling', async () => {
    const form = registrationForm({
      firstName: 'Jürgen',
      lastName: `Größe${randomUUID().slice(0, 4).replace(/\d/g, 'x')}`,
    });
    await stack.exclude(await stack.player(100, form));
    const disguises = [
      { ...registrationForm(form), email: `x${form.email}` },
      {
        ...registrationForm(form),
        email: `y${form.email}`,
        firstName: 'JURGEN',
        lastName: form.lastName.replace('öß', 'oss'),
      },
    ];
    for (const disguise of disguises) {
      for (const brandName of ['demo', 'other']) {
        expect(codeOf(await stack.register(disguise, brandName))).toBe('identity.person-excluded');
      }
    }
  });

  test('an account opened during a time-out is restricted from its first moment', async () => {
    const form = registrationForm();
    const first = await stack.player(100, form);
    await stack.exclude(first, randomUUID(), { kind: 'time-out', duration: 'P7D', reason: 'r' });
    const second = await stack.register({ ...form, email: `x${form.email}` }, 'other');
    const playerId = second.ok ? second.value.id : '';
    expect(await stack.bet(playerId, 1, randomUUID(), 'other')).toBe('wallet.player-restricted');
  });

  test('accounts that turn out to be one person share what restricts either', async () => {
    const [one, two] = [await stack.player(), await stack.player()];
    await block(one);
    expect(await stack.bet(two)).toBe('ok');
    const linked = await stack.client.call(exclusionCommands.linkPlayers, {
      ...{ playerId: two, brand, otherPlayerId: one, reason: 'same card', actor: officer('a') },
    });
    expect(linked).toMatchObject({ ok: true });
    expect(await stack.bet(two)).toBe('wallet.player-restricted');
    expect(await allowed(two)).toEqual(['withdraw']);
    const { epoch } = (await stack.exclude(two))!;
    expect(epoch).toBeGreaterThan(1);
  });

  const setLimit = (playerId: string, wish: Partial<LimitWish>) =>
    stack.client.call(exclusionCommands.setLimit, {
      ...{ playerId, brand, actor: { kind: 'player' as const, id: playerId } },
      wish: { kind: 'wager', period: 'month', amount: null, minutes: null, ...wish },
    });

  test('a limit is enforced when it is answered, never exceeded by 200 bets at once, and raised only later', async () => {
    const playerId = await stack.player();
    expect(await setLimit(playerId, { amount: 57 })).toMatchObject({
      value: {
        active: { kind: 'wager', period: 'month', amount: { amount: 57, currency: 'EUR' } },
        pending: null,
      },
    });
    // On a busy machine some are not answered in time: who asks again with the same id hears what became of it.
    const stake = async (id: string): Promise<string> => {
      const outcome = await stack.bet(playerId, 1, id);
      return outcome === 'fault' ? stake(id) : outcome;
    };
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => stake(randomUUID())));
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(57);
    expect(outcomes.filter((outcome) => outcome === 'wallet.limit-exceeded')).toHaveLength(143);
    const raised = await setLimit(playerId, { amount: 100 });
    expect(raised).toMatchObject({
      value: { active: { amount: { amount: 57 } }, pending: { amount: { amount: 100 } } },
    });
    expect(await stack.bet(playerId)).toBe('wallet.limit-exceeded');
    await stack.identity.query(
      `UPDATE player_limit SET effective_at = clock_timestamp() WHERE player_id = $1`,
      [playerId],
    );
    await waitFor(async () => (await stack.bet(playerId)) === 'ok');
  });

  test('is refused when it does not fit, and tells what the market has for everybody', async () => {
    const playerId = await stack.player();
    expect(codeOf(await setLimit(playerId, { kind: 'stake', amount: 5 }))).toBe('request.invalid');
    expect(codeOf(await setLimit(playerId, { kind: 'session-time', amount: 5 }))).toBe('request.invalid');
    expect(codeOf(await setLimit(playerId, { minutes: 5 }))).toBe('request.invalid');
    expect(codeOf(await setLimit(playerId, { amount: 5, currency: 'USD' }))).toBe('request.invalid');
    expect(codeOf(await setLimit(playerId, { period: null, amount: 5 }))).toBe('request.invalid');
    const spaniard = await stack.player(100, { country: 'ES', currency: 'EUR' });
    const limits = await stack.client.call(exclusionQueries.listLimits, { playerId: spaniard, brand });
    expect(
      limits.ok &&
        limits.value.items.map(({ active }) => [active?.kind, active?.period, active?.amount?.amount]),
    ).toEqual([
      ['deposit', 'day', 60_000],
      ['deposit', 'week', 150_000],
      ['deposit', 'month', 300_000],
    ]);
    const balance = await stack.client.call(walletQueries.getBalance, { playerId: spaniard, brand });
    expect(codeOf(balance)).toBe('ok');
  });
});
