import { randomUUID } from 'node:crypto';
import { gameSessionsQueries } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { FreeRoundsHouse } from '../../../test/free-rounds-house';
import { brand } from '../../../test/harness';
import { FreeRoundLog, takeBackUses } from '../../free-round-log';
import { pruneStrayUses } from '../../store/free-round-uses';

describe('free rounds', () => {
  let house: FreeRoundsHouse;
  beforeAll(async () => {
    house = await FreeRoundsHouse.open();
  });
  beforeEach(() => house.reset());
  afterAll(() => house.close());

  it('are asked for again with the same id until the provider says what became of them', async () => {
    house.api.answer(() => 'silence');
    const id = await house.granted('softswiss');
    expect(await house.read(id)).toMatchObject({ status: 'pending', consumed: 0 });
    house.api.answer(() => ({ status: 503, body: {} }));
    await house.askAgain();
    expect(await house.read(id)).toMatchObject({ status: 'pending', detail: 'status 503' });
    house.api.answer(() => ({ body: {} }));
    await house.askAgain();
    expect(await house.read(id)).toMatchObject({ status: 'active' });
    expect(house.api.seen.map(({ body }) => (JSON.parse(body) as { issue_id: string }).issue_id)).toEqual([
      id,
      id,
      id,
    ]);
    await house.askAgain();
    expect(house.api.seen).toHaveLength(3);
    expect(await house.eventsOf(id)).toEqual(['granted']);
  });

  it('are asked about by one of many sweepers', async () => {
    house.api.answer(() => 'silence');
    const id = await house.granted('softswiss');
    house.api.answer(() => ({ body: {} }));
    await house.service.database.query('UPDATE free_rounds SET next_ask_at = now() WHERE id = $1', [id]);
    await Promise.all([house.orders.settleAll(), house.orders.settleAll(), house.orders.settleAll()]);
    expect(house.api.seen).toHaveLength(2);
    expect(await house.eventsOf(id)).toEqual(['granted']);
  });

  it('of a provider that answers wait for none that is silent', async () => {
    house.api.answer(() => 'silence');
    const silent = [await house.granted('softswiss'), await house.granted('softswiss')];
    const id = await house.granted('pragmatic');
    house.api.answer(({ path }) => (path.startsWith('/freespins') ? 'hanging' : { body: { error: '0' } }));
    await house.service.database.query(
      `UPDATE free_rounds SET next_ask_at = now() - CASE WHEN id = $1 THEN interval '0' ELSE interval '1 min' END
       WHERE status = 'pending'`,
      [id],
    );
    const settling = house.orders.settleAll();
    await waitFor(async () => (await house.read(id)).status === 'active');
    for (const other of silent)
      expect(await house.read(other)).not.toMatchObject({ detail: 'it took too long' });
    await settling;
    for (const other of silent)
      expect(await house.read(other)).toMatchObject({ status: 'pending', detail: 'it took too long' });
  });

  it('that were played under a name that the provider told only later are counted then', async () => {
    house.api.answer(() => 'silence');
    const id = await house.granted('hub88');
    await house.play(randomUUID(), 'reward-7', 'b1');
    await house.play(randomUUID(), 'reward-7', 'b1');
    expect(await house.read(id)).toMatchObject({ status: 'pending', consumed: 0 });
    house.api.answer(() => ({ body: { reward_uuid: 'reward-7' } }));
    await house.askAgain();
    expect(await house.read(id)).toMatchObject({ status: 'active', consumed: 1 });
    await house.play(randomUUID(), 'reward-7', 'b2');
    expect(await house.read(id)).toMatchObject({ status: 'completed', consumed: 2 });
    expect(await house.eventsOf(id)).toEqual(['granted', 'consumed', 'consumed', 'completed']);
  });

  it('of somebody else are not moved on by it', async () => {
    house.api.answer(() => ({ body: { reward_uuid: 'reward-8' } }));
    const id = await house.granted('hub88');
    const log = new FreeRoundLog(house.service.database);
    const use = { kind: 'bet', movementId: 'b1', rounds: 1, won: 0, settled: true } as const;
    await log.record({ brand, provider: 'hub88', playerId: randomUUID(), reference: 'reward-8' }, [use]);
    await log.record({ brand: 'other', provider: 'hub88', playerId: house.player, reference: 'reward-8' }, [
      use,
    ]);
    await log.record({ brand, provider: 'softswiss', playerId: house.player, reference: 'reward-8' }, [use]);
    expect(await house.read(id)).toMatchObject({ status: 'active', consumed: 0 });
  });

  it('leave nothing of others behind after 90 days, and all of their own', async () => {
    house.api.answer(() => ({ body: { reward_uuid: 'reward-10' } }));
    const id = await house.granted('hub88');
    for (const reference of ['reward-10', 'stray-old', 'stray-new'])
      await house.play(randomUUID(), reference, 'b1');
    const { database } = house.service;
    await database.query(
      `UPDATE free_round_use SET at = now() - interval '91 days' WHERE reference IN ('reward-10', 'stray-old')`,
    );
    expect(await pruneStrayUses(database, 1_000)).toBe(1);
    const left = await database.query(
      `SELECT reference FROM free_round_use WHERE reference LIKE 'stray-%' OR reference = 'reward-10' ORDER BY 1`,
    );
    expect(left).toEqual([{ reference: 'reward-10' }, { reference: 'stray-new' }]);
    expect(await house.read(id)).toMatchObject({ consumed: 1 });
  });

  it('that end with what all of them won are paid what their results did not pay', async () => {
    const log = new FreeRoundLog(house.service.database);
    const of = { brand, provider: 'pragmatic', playerId: house.player, reference: randomUUID() };
    const won = (movementId: string, amount: number, total?: number) =>
      log.record(of, [
        { kind: 'win', movementId, rounds: 0, won: amount, settled: true, ...(total && { total }) },
      ]);
    const unpaid = (total: number) => log.unpaidOf(of, { id: 'all', total });
    expect(await unpaid(500)).toBe(500);
    await won('r1', 120);
    await won('r2', 80);
    expect(await unpaid(500)).toBe(300);
    expect(await unpaid(200)).toBe(0);
    expect(await unpaid(150)).toBe(0);
    await won('all', 300, 500);
    await won('r3', 100);
    // asked again: as it was paid, and another total is no retry
    expect(await unpaid(500)).toBe(300);
    expect(await unpaid(501)).not.toBe(300);
  });

  it('get a round back that was rolled back, once', async () => {
    house.api.answer(() => ({ body: { reward_uuid: 'reward-9' } }));
    const id = await house.granted('hub88');
    const transaction = randomUUID();
    await house.play(transaction, 'reward-9', 'b1');
    expect(await house.read(id)).toMatchObject({ consumed: 1 });
    const takeBack = () =>
      house.service.database.transactions.run((db) => takeBackUses(db, [transaction, randomUUID()]));
    await takeBack();
    await takeBack();
    expect(await house.read(id)).toMatchObject({ status: 'active', consumed: 0 });
    expect(await house.eventsOf(id)).toEqual(['granted', 'consumed', 'consumed']);
  });

  it('are taken back when the provider says so, and asked about until it does', async () => {
    const id = await house.granted('softswiss');
    house.api.answer(() => 'silence');
    expect(await house.cancel(id)).toMatchObject({ value: { status: 'cancelling' } });
    house.api.answer(() => ({ body: {} }));
    await house.askAgain();
    expect(await house.read(id)).toMatchObject({ status: 'cancelled' });
    expect(await house.eventsOf(id)).toEqual(['granted', 'cancelled']);
    expect(house.api.seen.map(({ path }) => path)).toEqual([
      '/freespins/issue',
      '/freespins/cancel',
      '/freespins/cancel',
    ]);
  });

  it('are taken back once more when the grant turns out to have come after the cancellation', async () => {
    house.api.answer(() => 'silence');
    const id = await house.granted('softswiss');
    house.api.answer(() => ({ status: 404, body: {} }));
    expect(await house.cancel(id)).toMatchObject({ value: { status: 'cancelled' } });
    const word = { kind: 'word', movementId: 'known', rounds: 0, won: 0, settled: false } as const;
    const of = { brand, provider: 'softswiss', playerId: house.player, reference: id };
    await new FreeRoundLog(house.service.database).record(of, [word]);
    expect(await house.read(id)).toMatchObject({ status: 'cancelling' });
    house.api.seen.length = 0;
    house.api.answer(() => ({ body: {} }));
    await house.askAgain();
    expect(house.api.seen.map(({ path }) => path)).toEqual(['/freespins/cancel']);
    expect(await house.read(id)).toMatchObject({ status: 'cancelled' });
  });

  it('go on when the provider does not take them back', async () => {
    const id = await house.granted('softswiss');
    house.api.answer(() => ({ status: 409, body: {} }));
    expect(await house.cancel(id)).toMatchObject({ error: { code: 'game-sessions.free-rounds-over' } });
    expect(await house.read(id)).toMatchObject({ status: 'active', detail: 'status 409' });
    expect(await house.cancel(randomUUID())).toMatchObject({
      error: { code: 'game-sessions.free-rounds-not-found' },
    });
    expect(await house.cancel('nonsense')).toMatchObject({
      error: { code: 'game-sessions.free-rounds-not-found' },
    });
  });

  it('end when their time is long over', async () => {
    const id = await house.granted('softswiss');
    await house.service.database.query(
      `UPDATE free_rounds SET expires_at = now() - interval '59 min' WHERE id = $1`,
      [id],
    );
    await house.orders.endOverdue();
    expect(await house.read(id)).toMatchObject({ status: 'active' });
    await house.service.database.query(
      `UPDATE free_rounds SET expires_at = now() - interval '61 min' WHERE id = $1`,
      [id],
    );
    await house.orders.endOverdue();
    expect(await house.read(id)).toMatchObject({ status: 'expired' });
    expect(await house.eventsOf(id)).toEqual(['granted', 'completed']);
  });

  it('are listed for their player only', async () => {
    const ids = [await house.granted('softswiss'), await house.granted('pragmatic').catch(() => 'refused')];
    house.api.answer(() => ({ body: { error: '0' } }));
    ids[1] = await house.granted('pragmatic');
    const list = await house.service.client.call(gameSessionsQueries.listFreeRounds, {
      playerId: house.player,
      brand,
      limit: 1,
    });
    expect(list.ok && list.value.items.map(({ id }) => id)).toEqual([ids[1]]);
    expect(list.ok && list.value.nextCursor).toBeTruthy();
    const asked = { id: ids[0] ?? '', brand, playerId: randomUUID() };
    expect(await house.service.client.call(gameSessionsQueries.getFreeRounds, asked)).toMatchObject({
      error: { code: 'game-sessions.free-rounds-not-found' },
    });
  });
});
