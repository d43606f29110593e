import { randomUUID } from 'node:crypto';
import {
  gameSessionsCommands,
  refuse,
  touchpointCommands,
  walletQueries,
  type FreeRoundsForm,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { FreeRoundsHouse } from '../../../test/free-rounds-house';
import { brand, faultOf, gameOf } from '../../../test/harness';

describe('grants of free rounds', () => {
  let house: FreeRoundsHouse;
  beforeAll(async () => {
    house = await FreeRoundsHouse.open();
  });
  beforeEach(() => house.reset());
  afterAll(() => house.close());

  it('are granted once of many requests with one key, and refused with another body', async () => {
    const key = randomUUID();
    const results = await Promise.all(Array.from({ length: 6 }, () => house.grant('softswiss', {}, key)));
    const ids = new Set(results.flatMap((result) => (result.ok ? [result.value.id] : [])));
    expect(ids.size).toBe(1);
    for (const result of results) if (!result.ok) expect(result.error.code).toBe('idempotency.in-progress');
    expect(house.api.seen).toHaveLength(1);
    expect(await house.grant('softswiss', {}, key, '1')).toMatchObject({
      error: { code: 'idempotency.key-reused' },
    });
    house.says = { allowed: false, reasons: ['self-exclusion'] };
    expect(await house.grant('softswiss', {}, key)).toMatchObject({ ok: true, value: { replayed: true } });
  });

  it('are refused for good by the provider, with the same answer to a repeated key', async () => {
    house.api.answer(() => ({ status: 422, body: { message: 'no such game' } }));
    const key = randomUUID();
    const refused = {
      ok: false,
      error: { code: 'game-sessions.free-rounds-refused', data: { reasons: ['status 422'] } },
    };
    expect(await house.grant('softswiss', {}, key)).toMatchObject(refused);
    expect(await house.grant('softswiss', {}, key)).toMatchObject({ ...refused, error: { replayed: true } });
    expect(house.api.seen).toHaveLength(1);
  });

  it('begin with what identity says: nothing is granted on a no, or on silence', async () => {
    house.says = { allowed: false, reasons: ['self-exclusion'] };
    expect(await house.grant('softswiss')).toMatchObject({
      error: { code: 'game-sessions.free-rounds-refused', data: { reasons: ['self-exclusion'] } },
    });
    house.says = { country: 'US' };
    expect(await house.grant('softswiss')).toMatchObject({
      error: { code: 'game-sessions.game-not-available' },
    });
    house.endIdentity();
    expect((await faultOf(house.grant('softswiss'))).kind).toBe('fault');
    expect(house.api.seen).toHaveLength(0);
  });

  it('are refused to whom a restriction forbids them, whatever identity said a moment ago', async () => {
    const players = [{ playerId: house.player, brand, currency: 'EUR', forbids: ['bonus' as const] }];
    const change = { sequence: 1_000, epoch: 1, players };
    await house.service.client.call(touchpointCommands['game-sessions'], change);
    expect(await house.grant('softswiss')).toMatchObject({
      error: {
        code: 'game-sessions.free-rounds-refused',
        data: { reasons: ['identity.player-restricted'] },
      },
    });
    expect(house.api.seen).toHaveLength(0);
  });

  it('are not granted in a currency that the player has no wallet in: what is won could not be paid', async () => {
    const asked: object[] = [];
    const end = house.service.answer(walletQueries.getBalance, (question) => {
      asked.push(question);
      return refuse('wallet.wallet-not-found', 'The player has no wallet in this currency.');
    });
    house.says = { currency: 'USD' };
    expect(await house.grant('softswiss')).toMatchObject({ error: { code: 'wallet.wallet-not-found' } });
    expect(asked).toEqual([{ brand, playerId: house.player, currency: 'EUR' }]);
    end();
    expect((await faultOf(house.grant('softswiss'))).kind).toBe('fault');
    expect(house.api.seen).toHaveLength(0);
  });

  it('are not granted for a game that the brand hides', async () => {
    const show = (rules: { visible: boolean }[]) =>
      house.service.client.call(gameSessionsCommands.setGameVisibility, {
        ...{ brand, gameId: gameOf('softswiss').id, rules, actor: { kind: 'client', id: 'test' } as const },
      });
    await show([{ visible: false }]);
    expect(await house.grant('softswiss')).toMatchObject({
      error: { code: 'game-sessions.game-not-available' },
    });
    await show([]);
    await waitFor(async () => (await house.grant('softswiss')).ok);
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
    expect(await house.grant('softswiss', form)).toMatchObject({ ok: false, error: { code } });
    expect(house.api.seen).toHaveLength(0);
  });
});
