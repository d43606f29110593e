import { waitFor } from '@baize/testing';
import { randomUUID } from 'node:crypto';
import {
  gameSessionsCommands,
  gameSessionsQueries,
  identityQueries,
  ok,
  type Eligibility,
  type FreeRoundsDto,
  type FreeRoundsForm,
} from '@baize/contracts';
import {
  brand,
  faultOf,
  gameOf,
  providerApis,
  startTestService,
  type TestService,
} from '../../../test/harness';
import { startProviderApi, type ProviderApiServer } from '../../../test/provider-api-server';
import { Catalogue } from '../../catalogue';
import { FreeRoundLog, takeBackUses } from '../../free-round-log';
import { FreeRoundOrders } from '../../free-round-orders';
import { ProviderGate } from '../../provider-gate';
import { Providers } from '../../providers';
import { secrets } from '../../../test/harness';

const eligible: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' };
const actor = { kind: 'client', id: 'client:test' } as const;

describe('free rounds', () => {
  let api: ProviderApiServer;
  let service: TestService;
  let says: Partial<Eligibility>;
  let endIdentity: () => void;
  let orders: FreeRoundOrders;
  let gate: ProviderGate;
  let player: string;

  const grant = (
    provider: string,
    form: Partial<FreeRoundsForm> = {},
    key: string = randomUUID(),
    sha = '0',
  ) =>
    service.client.call(gameSessionsCommands.grantFreeRounds, {
      brand,
      playerId: player,
      form: {
        gameId: gameOf(provider).id,
        rounds: 2,
        stake: { amount: 20, currency: 'EUR' },
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
        ...form,
      },
      idempotency: { key, caller: 'client:test', bodySha256: sha.repeat(64) },
      actor,
    });
  const granted = async (provider: string) => {
    const result = await grant(provider);
    if (!result.ok) throw new Error(result.error.code);
    return result.value.id;
  };
  const cancel = (id: string) =>
    service.client.call(gameSessionsCommands.cancelFreeRounds, { id, brand, actor });
  const read = async (id: string): Promise<FreeRoundsDto> => {
    const found = await service.client.call(gameSessionsQueries.getFreeRounds, {
      id,
      brand,
      playerId: player,
    });
    if (!found.ok) throw new Error(found.error.code);
    return found.value;
  };
  const eventsOf = async (id: string) => {
    const rows = await service.database.query<{ type: string }>(
      'SELECT type FROM outbox WHERE subject = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ type }) => type.replace(/^game-sessions\.event\.free-rounds-|\.v1$/g, ''));
  };
  /** As time does. */
  const askAgain = async (of = orders) => {
    await service.database.query('UPDATE free_rounds SET next_ask_at = now()');
    await of.settleAll();
  };
  const play = (id: string, reference: string, movementId: string, more = {}) =>
    new FreeRoundLog(service.database).record({ brand, provider: 'hub88', playerId: player, reference }, [
      { kind: 'bet', movementId, transactionId: id, rounds: 1, won: 0, settled: true, ...more },
    ]);

  beforeAll(async () => {
    api = await startProviderApi();
    const apis = providerApis(api.url);
    service = await startTestService({ apis });
    // the schedule's first look asks the same API
    await waitFor(
      async () => {
        const runs = await service.database.query<{ state: string }>('SELECT state FROM catalogue_run');
        return runs.length === Object.keys(apis).length && runs.every(({ state }) => state !== 'running');
      },
      { timeoutMs: 30_000 },
    );
    gate = new ProviderGate();
    const catalogue = new Catalogue(service.database, () => undefined);
    await catalogue.refresh();
    const providers = Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [name, { ...secret, api: apis[name] }]),
    );
    orders = new FreeRoundOrders(
      service.database,
      catalogue,
      new Providers({ brands: { [brand]: { providers } } }),
      gate,
    );
  });
  beforeEach(() => {
    says = {};
    player = randomUUID();
    endIdentity = service.answer(identityQueries.checkEligibility, () =>
      ok(Object.assign({}, eligible, says)),
    );
    api.answer(() => ({ body: {} }));
    api.seen.length = 0;
  });
  afterEach(() => endIdentity());
  afterAll(async () => {
    await gate.close();
    await service.stop();
    await api.stop();
  });

  it('are asked for again with the same id until the provider says what became of them', async () => {
    api.answer(() => 'silence');
    const id = await granted('softswiss');
    expect(await read(id)).toMatchObject({ status: 'pending', consumed: 0 });
    api.answer(() => ({ status: 503, body: {} }));
    await askAgain();
    expect(await read(id)).toMatchObject({ status: 'pending', detail: 'status 503' });
    api.answer(() => ({ body: {} }));
    await askAgain();
    expect(await read(id)).toMatchObject({ status: 'active' });
    expect(api.seen.map(({ body }) => (JSON.parse(body) as { issue_id: string }).issue_id)).toEqual([
      id,
      id,
      id,
    ]);
    await askAgain();
    expect(api.seen).toHaveLength(3);
    expect(await eventsOf(id)).toEqual(['granted']);
  });

  it('are asked about by one of many sweepers', async () => {
    api.answer(() => 'silence');
    const id = await granted('softswiss');
    api.answer(() => ({ body: {} }));
    await service.database.query('UPDATE free_rounds SET next_ask_at = now() WHERE id = $1', [id]);
    await Promise.all([orders.settleAll(), orders.settleAll(), orders.settleAll()]);
    expect(api.seen).toHaveLength(2);
    expect(await eventsOf(id)).toEqual(['granted']);
  });

  it('are granted once of many requests with one key, and refused with another body', async () => {
    const key = randomUUID();
    const results = await Promise.all(Array.from({ length: 6 }, () => grant('softswiss', {}, key)));
    const ids = new Set(results.flatMap((result) => (result.ok ? [result.value.id] : [])));
    expect(ids.size).toBe(1);
    for (const result of results) if (!result.ok) expect(result.error.code).toBe('idempotency.in-progress');
    expect(api.seen).toHaveLength(1);
    expect(await grant('softswiss', {}, key, '1')).toMatchObject({
      error: { code: 'idempotency.key-reused' },
    });
    says = { allowed: false, reasons: ['self-exclusion'] };
    expect(await grant('softswiss', {}, key)).toMatchObject({ ok: true, value: { replayed: true } });
  });

  it('are refused for good by the provider, with the same answer to a repeated key', async () => {
    api.answer(() => ({ status: 422, body: { message: 'no such game' } }));
    const key = randomUUID();
    const refused = {
      ok: false,
      error: { code: 'game-sessions.free-rounds-refused', data: { reasons: ['status 422'] } },
    };
    expect(await grant('softswiss', {}, key)).toMatchObject(refused);
    expect(await grant('softswiss', {}, key)).toMatchObject({ ...refused, error: { replayed: true } });
    expect(api.seen).toHaveLength(1);
  });

  it('begin with what identity says: nothing is granted on a no, or on silence', async () => {
    says = { allowed: false, reasons: ['self-exclusion'] };
    expect(await grant('softswiss')).toMatchObject({
      error: { code: 'game-sessions.free-rounds-refused', data: { reasons: ['self-exclusion'] } },
    });
    says = { country: 'US' };
    expect(await grant('softswiss')).toMatchObject({ error: { code: 'game-sessions.game-not-available' } });
    endIdentity();
    expect((await faultOf(grant('softswiss'))).kind).toBe('fault');
    expect(api.seen).toHaveLength(0);
  });

  it.each<[string, Partial<FreeRoundsForm>, string]>([
    ['an unknown game', { gameId: randomUUID() }, 'game-sessions.game-not-found'],
    ['another currency', { stake: { amount: 20, currency: 'HUF' } }, 'game-sessions.game-not-available'],
    ['no stake', { stake: { amount: 0, currency: 'EUR' } }, 'request.invalid'],
    ['a negative stake', { stake: { amount: -5, currency: 'EUR' } }, 'request.invalid'],
    ['the past', { expiresAt: '2020-01-01T00:00:00.000Z' }, 'request.invalid'],
    ['the far future', { expiresAt: '2099-01-01T00:00:00.000Z' }, 'request.invalid'],
    ['no rounds', { rounds: 0 }, 'request.invalid'],
    ['too many rounds', { rounds: 1_001 }, 'request.invalid'],
  ])('are not granted with %s', async (_what, form, code) => {
    expect(await grant('softswiss', form)).toMatchObject({ ok: false, error: { code } });
    expect(api.seen).toHaveLength(0);
  });

  it('that were played under a name that the provider told only later are counted then', async () => {
    api.answer(() => 'silence');
    const id = await granted('hub88');
    await play(randomUUID(), 'reward-7', 'b1');
    await play(randomUUID(), 'reward-7', 'b1');
    expect(await read(id)).toMatchObject({ status: 'pending', consumed: 0 });
    api.answer(() => ({ body: { reward_uuid: 'reward-7' } }));
    await askAgain();
    expect(await read(id)).toMatchObject({ status: 'active', consumed: 1 });
    await play(randomUUID(), 'reward-7', 'b2');
    expect(await read(id)).toMatchObject({ status: 'completed', consumed: 2 });
    expect(await eventsOf(id)).toEqual(['granted', 'consumed', 'consumed', 'completed']);
  });

  it('of somebody else are not moved on by it', async () => {
    api.answer(() => ({ body: { reward_uuid: 'reward-8' } }));
    const id = await granted('hub88');
    const log = new FreeRoundLog(service.database);
    const use = { kind: 'bet', movementId: 'b1', rounds: 1, won: 0, settled: true } as const;
    await log.record({ brand, provider: 'hub88', playerId: randomUUID(), reference: 'reward-8' }, [use]);
    await log.record({ brand: 'other', provider: 'hub88', playerId: player, reference: 'reward-8' }, [use]);
    await log.record({ brand, provider: 'softswiss', playerId: player, reference: 'reward-8' }, [use]);
    expect(await read(id)).toMatchObject({ status: 'active', consumed: 0 });
  });

  it('get a round back that was rolled back, once', async () => {
    api.answer(() => ({ body: { reward_uuid: 'reward-9' } }));
    const id = await granted('hub88');
    const transaction = randomUUID();
    await play(transaction, 'reward-9', 'b1');
    expect(await read(id)).toMatchObject({ consumed: 1 });
    const takeBack = () =>
      service.database.transactions.run((db) => takeBackUses(db, [transaction, randomUUID()]));
    await takeBack();
    await takeBack();
    expect(await read(id)).toMatchObject({ status: 'active', consumed: 0 });
    expect(await eventsOf(id)).toEqual(['granted', 'consumed', 'consumed']);
  });

  it('are taken back when the provider says so, and asked about until it does', async () => {
    const id = await granted('softswiss');
    api.answer(() => 'silence');
    expect(await cancel(id)).toMatchObject({ value: { status: 'cancelling' } });
    api.answer(() => ({ body: {} }));
    await askAgain();
    expect(await read(id)).toMatchObject({ status: 'cancelled' });
    expect(await eventsOf(id)).toEqual(['granted', 'cancelled']);
    expect(api.seen.map(({ path }) => path)).toEqual([
      '/freespins/issue',
      '/freespins/cancel',
      '/freespins/cancel',
    ]);
  });

  it('go on when the provider does not take them back', async () => {
    const id = await granted('softswiss');
    api.answer(() => ({ status: 409, body: {} }));
    expect(await cancel(id)).toMatchObject({ error: { code: 'game-sessions.free-rounds-over' } });
    expect(await read(id)).toMatchObject({ status: 'active', detail: 'status 409' });
    expect(await cancel(randomUUID())).toMatchObject({
      error: { code: 'game-sessions.free-rounds-not-found' },
    });
    expect(await cancel('nonsense')).toMatchObject({
      error: { code: 'game-sessions.free-rounds-not-found' },
    });
  });

  it('end when their time is long over', async () => {
    const id = await granted('softswiss');
    await service.database.query(
      `UPDATE free_rounds SET expires_at = now() - interval '59 min' WHERE id = $1`,
      [id],
    );
    await orders.settleAll();
    expect(await read(id)).toMatchObject({ status: 'active' });
    await service.database.query(
      `UPDATE free_rounds SET expires_at = now() - interval '61 min' WHERE id = $1`,
      [id],
    );
    await orders.settleAll();
    expect(await read(id)).toMatchObject({ status: 'expired' });
    expect(await eventsOf(id)).toEqual(['granted', 'completed']);
  });

  it('are listed for their player only', async () => {
    const ids = [await granted('softswiss'), await granted('pragmatic').catch(() => 'refused')];
    api.answer(() => ({ body: { error: '0' } }));
    ids[1] = await granted('pragmatic');
    const list = await service.client.call(gameSessionsQueries.listFreeRounds, {
      playerId: player,
      brand,
      limit: 1,
    });
    expect(list.ok && list.value.items.map(({ id }) => id)).toEqual([ids[1]]);
    expect(list.ok && list.value.nextCursor).toBeTruthy();
    const asked = { id: ids[0] ?? '', brand, playerId: randomUUID() };
    expect(await service.client.call(gameSessionsQueries.getFreeRounds, asked)).toMatchObject({
      error: { code: 'game-sessions.free-rounds-not-found' },
    });
  });
});
