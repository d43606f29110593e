import {
  gameSessionsCommands,
  gameSessionsQueries,
  identityQueries,
  ok,
  providerCommands,
  providerQueries,
  walletCommands,
  walletQueries,
  type BalanceDto,
  type Eligibility,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { brand, gameOf, startTestService, type TestService } from '../../../test/harness';
import { softswissCall, softswissText } from '../../../test/provider-calls';
import { Providers } from '../../providers';
import { ProviderWatch } from '../../provider-watch';

const balance: BalanceDto = { currency: 'EUR', real: 5000, bonus: 0, locked: 0, total: 5000, version: 3 };
const actor = { kind: 'client' as const, id: 'client:operator' };
const eligibility: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' };
const key = { brand, provider: 'softswiss' };

describe('the health of providers', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    service.answer(identityQueries.checkEligibility, () => ok(eligibility));
    service.answer(walletQueries.getBalance, () => ok(balance));
    service.answer(walletCommands.post, ({ actions }) => {
      const posted = actions.map(({ id, kind }) => ({
        ...{ id, kind, status: 'posted' as const, transactionId: `tx-${id}` },
        ...{ postedAt: '2026-01-31T12:00:00.000Z', balanceAfter: 4900 },
      }));
      return ok({ actions: posted, balance });
    });
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    await set('close');
    await nextSecond();
  });

  /** The second in which a breaker changed does not count. */
  async function nextSecond(): Promise<void> {
    const changed = Date.parse((await health()).changedAt);
    await waitFor(() => Promise.resolve(Date.now() > changed + 1_000));
  }

  const set = (action: 'open' | 'close', reason = 'test') =>
    service.client.call(providerCommands.setBreaker, { ...key, form: { action, reason }, actor });
  const launch = (provider = 'softswiss') =>
    service.client.call(gameSessionsCommands.launchGame, {
      brand,
      gameId: gameOf(provider).id,
      form: { playerId: 'p', mode: 'real' },
    });
  async function health(provider = 'softswiss') {
    const list = await service.client.call(providerQueries.listProviderHealth, { brand });
    if (!list.ok) throw new Error(list.error.code);
    return list.value.items.find((one) => one.provider === provider)!;
  }
  const isState = (state: string) => waitFor(async () => (await health()).state === state);
  const listed = async () => {
    const page = await service.client.call(gameSessionsQueries.listGames, { brand, limit: 200 });
    return page.ok ? new Set(page.value.items.map(({ provider }) => provider)) : new Set<string>();
  };
  const malformed = (count: number) =>
    Promise.all(Array.from({ length: count }, () => service.callback(softswissText('/play', '[]'))));
  const settle = (kind: 'win' | 'rollback') =>
    service.callback(
      softswissCall(kind === 'win' ? '/play' : '/rollback', {
        user_id: 'p',
        game_id: 'r1',
        actions: [{ action: kind, amount: 1, action_id: `${kind}-1`, original_action_id: 'b' }],
      }),
    );
  const told = () =>
    service.database.query<{ data: { from: string; to: string; manual: boolean; reason: string } }>(
      `SELECT data FROM outbox WHERE type = 'game-sessions.event.provider-health-changed.v1' ORDER BY id`,
    );

  it('knows every provider of the brand, closed at first', async () => {
    const list = await service.client.call(providerQueries.listProviderHealth, { brand });
    expect(list.ok && list.value.items.map(({ provider }) => provider)).toEqual([
      ...['evolution', 'hub88', 'playngo', 'pragmatic', 'slotegrator', 'softswiss', 'swipegames'],
    ]);
    expect(list.ok && list.value.items.every(({ state }) => state === 'closed')).toBe(true);
  });

  it('opens on calls that fail, hides games and refuses launches, and takes wins and rollbacks all the while', async () => {
    expect(await launch()).toMatchObject({ ok: true });
    await malformed(40);
    await isState('open');
    expect((await health()).reason).toMatch(/^of \d+ calls \d+ failed/);
    expect(await launch()).toMatchObject({ error: { code: 'game-sessions.provider-unavailable' } });
    expect(await launch('hub88')).toMatchObject({ ok: true });
    expect((await listed()).has('softswiss')).toBe(false);
    expect((await listed()).has('hub88')).toBe(true);
    expect(await settle('win')).toMatchObject({ status: 200, outcome: 'ok' });
    expect(await settle('rollback')).toMatchObject({ status: 200, outcome: 'ok' });
    expect((await told()).at(-1)?.data).toMatchObject({ from: 'closed', to: 'open', manual: false });
  });

  it('stays closed while we cannot serve a provider: that is our trouble', async () => {
    const bet = softswissCall('/play', {
      user_id: 'p',
      game_id: 'r2',
      actions: [{ action: 'bet', amount: 1, action_id: 'b' }],
    });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => service.callback(bet, Date.now() - 1)),
    );
    expect(answers.every(({ outcome }) => outcome === 'fault')).toBe(true);
    const seen = () =>
      service.database.query<{ fault: bigint }>(
        `SELECT sum(fault) AS fault FROM provider_quality WHERE provider = 'softswiss'`,
      );
    await waitFor(async () => Number((await seen())[0]?.fault) >= 40);
    await nextSecond();
    expect(await health()).toMatchObject({ state: 'closed' });
    expect(await launch()).toMatchObject({ ok: true });
  });

  it('is tried again after a while: some launches, then by what their calls say', async () => {
    await malformed(40);
    await isState('open');
    const retryNow = `UPDATE provider_health SET retry_at = clock_timestamp() WHERE provider = 'softswiss'`;
    await service.database.query(retryNow);
    await isState('half-open');
    // nobody launches what nobody sees
    await waitFor(async () => (await listed()).has('softswiss'));
    const launches = await Promise.all(Array.from({ length: 12 }, () => launch()));
    expect(launches.filter((one) => one.ok)).toHaveLength(5);
    await nextSecond();
    for (let n = 0; n < 8; n++) await settle('win');
    await isState('closed');
    expect(await launch()).toMatchObject({ ok: true });
  });

  it('opens on what is asked of the provider, failed or slow', async () => {
    const watch = new ProviderWatch(service.database, [key], () => undefined);
    for (let n = 0; n < 15; n++) watch.sawOutbound(key, { ok: false, ms: 10 });
    for (let n = 0; n < 15; n++) watch.sawOutbound(key, { ok: true, ms: 9_000 });
    await watch.look();
    await isState('open'); // the running service heeds what another replica saw
    expect(await launch()).toMatchObject({ ok: false });
  });

  it('is not opened by what was seen before it was closed, however late that is written down', async () => {
    const watch = new ProviderWatch(service.database, [key], () => undefined);
    for (let n = 0; n < 40; n++) watch.sawCallback(key, 'malformed');
    await set('close');
    await nextSecond();
    await watch.look();
    expect(await health()).toMatchObject({ state: 'closed', failures: 0 });
    for (let n = 0; n < 40; n++) watch.sawCallback(key, 'malformed');
    await watch.look();
    await isState('open');
  });

  it('is not opened by strangers', async () => {
    const forged = softswissText('/play', '{}', 'not-the-secret');
    await Promise.all(Array.from({ length: 60 }, () => service.callback(forged)));
    const watch = new ProviderWatch(service.database, [key], () => undefined);
    await watch.look();
    await watch.look();
    expect(await health()).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('is opened by a person until a person closes it, also across restarts, and that is written down', async () => {
    expect(await set('open', 'maintenance')).toMatchObject({ value: { state: 'open', manual: true } });
    expect(await launch()).toMatchObject({ error: { code: 'game-sessions.provider-unavailable' } });
    for (let n = 0; n < 25; n++) await settle('win');
    const restarted = new ProviderWatch(
      service.database,
      new Providers({ brands: {} }).keys(),
      () => undefined,
    );
    await restarted.start();
    expect(restarted.isHidden(brand, 'softswiss')).toBe(true);
    await restarted.stop();
    expect(await health()).toMatchObject({ state: 'open', manual: true, reason: 'maintenance' });
    expect((await told()).at(-1)?.data).toMatchObject({ to: 'open', manual: true, reason: 'maintenance' });
    expect(await set('close', 'done')).toMatchObject({ value: { state: 'closed', manual: false } });
    expect((await told()).at(-1)?.data).toMatchObject({ from: 'open', to: 'closed', manual: true });
    expect(await launch()).toMatchObject({ ok: true });
    const rows = await service.database.query(
      `SELECT action, reason, actor_id FROM audit_entry WHERE subject = 'softswiss' AND reason <> 'test' ORDER BY id`,
    );
    expect(rows).toEqual([
      { action: 'provider-breaker.open', reason: 'maintenance', actor_id: actor.id },
      { action: 'provider-breaker.close', reason: 'done', actor_id: actor.id },
    ]);
    const unknown = { brand, provider: 'nobody', form: { action: 'open' as const, reason: 'x' }, actor };
    expect(await service.client.call(providerCommands.setBreaker, unknown)).toMatchObject({
      error: { code: 'game-sessions.unknown-provider' },
    });
  });

  it('counts each sign by itself', async () => {
    const hub = { brand, provider: 'hub88' };
    const columns = {
      ...{ malformed: 'malformed', unauthenticated: 'unauthenticated', duplicate: 'duplicate' },
      ...{ conflicting: 'conflicting', 'out-of-order': 'out_of_order', late: 'late', orphan: 'orphan' },
      fault: 'fault',
    } as const;
    const watch = new ProviderWatch(service.database, [hub], () => undefined);
    const signs = Object.keys(columns) as (keyof typeof columns)[];
    signs.forEach((sign, at) => {
      for (let n = 0; n <= at; n++) watch.sawCallback(hub, sign);
    });
    await watch.look();
    const [row] = await service.database.query<Record<string, string>>(
      `SELECT ${Object.values(columns)
        .map((column) => `sum(${column}) AS ${column}`)
        .join()} FROM provider_quality WHERE provider = 'hub88'`,
    );
    expect(signs.map((sign) => Number(row?.[columns[sign]]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('counts what was seen by the hour, with what reconciliation found, and explains the score', async () => {
    const hub = { brand, provider: 'swipegames' };
    const watch = new ProviderWatch(service.database, [hub], () => undefined);
    for (let n = 0; n < 100; n++) watch.sawCallback(hub, n < 4 ? 'malformed' : undefined);
    watch.sawCallback(hub, 'unauthenticated');
    watch.sawOutbound(hub, { ok: true, ms: 30 });
    watch.sawOutbound(hub, { ok: true, ms: 50 });
    await watch.look();
    const other = new ProviderWatch(service.database, [hub], () => undefined); // another replica
    for (let n = 0; n < 100; n++) other.sawCallback(hub, n < 2 ? 'conflicting' : undefined);
    await other.look();
    const day = new Date().toISOString().slice(0, 10);
    const record = (differences: number, of = day) =>
      service.client.call(providerCommands.recordReconciliation, {
        ...{ ...hub, day: of, actor, form: { compared: 1_000, differences } },
      });
    expect(await record(1, '2026-02-30')).toMatchObject({ error: { code: 'request.invalid' } });
    expect(await record(2_000)).toMatchObject({ error: { code: 'request.invalid' } });
    expect(await record(9)).toEqual(ok({}));
    expect(await record(1)).toEqual(ok({}));
    const asked = { ...hub, from: `${day}T00:00:00Z` };
    const quality = await service.client.call(providerQueries.getProviderQuality, asked);
    if (!quality.ok) throw new Error(quality.error.code);
    const { total, history } = quality.value;
    expect(total).toMatchObject({ callbacks: 200, outbound: 2, outboundMs: 40, unauthenticated: 1 });
    const penalties = total.components.filter(({ penalty }) => penalty > 0);
    expect(penalties.map(({ sign, count, of, penalty }) => [sign, count, of, penalty])).toEqual([
      ['reconciliation-difference', 1, 1_000, 2],
      ['conflicting', 2, 200, 10],
      ['malformed', 4, 200, 10],
    ]);
    expect(total.score).toBe(78);
    expect(history.length).toBeGreaterThan(0);
    // what is counted is whole hours or days, and is said so
    const minute = { ...hub, from: `${day}T00:30:00Z`, to: `${day}T00:31:00Z` };
    const of = async (bucket: 'hour' | 'day') => {
      const asked = await service.client.call(providerQueries.getProviderQuality, { ...minute, bucket });
      return asked.ok && asked.value;
    };
    const midnight = `${day}T00:00:00.000Z`;
    const tomorrow = new Date(Date.parse(day) + 86_400_000).toISOString();
    expect(await of('hour')).toMatchObject({ from: midnight, to: `${day}T01:00:00.000Z` });
    expect(await of('day')).toMatchObject({ from: midnight, to: tomorrow, total: { callbacks: 200 } });
    const tooLong = { ...hub, from: '2020-01-01T00:00:00Z' };
    expect(await service.client.call(providerQueries.getProviderQuality, tooLong)).toMatchObject({
      error: { code: 'request.invalid' },
    });
  });
});
