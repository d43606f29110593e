import { walletCommands } from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import { waitFor } from '@baize/testing';
import { uuidv7 } from 'uuidv7';
import { insertResolution } from '../src/store/round-resolutions';
import { money, moves } from './conformance/edge-case';
import { softswissSpeaker as speaker } from './conformance/softswiss';
import { Table } from './conformance/table';
import { gameOf } from './harness';
import { softswissText } from './provider-calls';
import { actor, RoundsHouse } from './rounds-house';

/** Decisions about rounds whose provider is not as silent as whoever decides believes. */
describe('decisions about rounds', () => {
  let house: RoundsHouse;
  beforeAll(async () => {
    house = await RoundsHouse.open();
  }, 90_000);
  afterAll(() => house.close(), 60_000);

  async function openRound() {
    const table = await Table.open(house.running, speaker, money);
    const bet = moves();
    await table.hear('accepted', speaker.bet(table.seat, bet));
    const { id } = await house.onlyRound(table.seat.playerId, 1);
    return { table, bet, id };
  }

  it('pay once, though people decide twice while events are behind', async () => {
    const { table, id } = await openRound();
    await house.park(table.seat.playerId);
    const settle = { action: 'settle' as const, reason: 'told by mail', win: 250 };
    expect(await house.resolve(id, settle)).toMatchObject({ ok: true });
    await table.expectBalance(money + 150);
    const again = await house.resolve(id, settle);
    await table.expectBalance(money + 150);
    expect(again).toMatchObject({ error: { code: 'game-sessions.resolution-pending' } });
    expect(await house.roundOf(id)).toMatchObject({ state: 'open', resolutions: [{ status: 'pending' }] });
    await house.unpark(table.seat.playerId, 1);
    await house.finish(id);
    expect(await house.roundOf(id)).toMatchObject({ state: 'closed', resolutions: [{ status: 'done' }] });
    await table.expectBalance(money + 150);
  });

  it('do not void what its provider ended before, seen or not', async () => {
    const { table, bet, id } = await openRound();
    const { playerId, currency } = table.seat;
    await house.park(playerId);
    const win = { action: 'win', action_id: `w-${bet.id}`, amount: 400 };
    const game = gameOf('softswiss').providerGameId;
    const body = { user_id: playerId, currency, game, game_id: bet.round, actions: [win], finished: true };
    await table.hear('accepted', softswissText('/play', JSON.stringify(body)));
    expect(await house.resolve(id, { action: 'void', reason: 'it looks stuck' })).toMatchObject({ ok: true });
    await house.unpark(playerId, 1);
    await house.finish(id);
    await table.expectBalance(money + 300);
    expect(await house.roundOf(id)).toMatchObject({
      state: 'closed',
      won: 400,
      resolutions: [{ status: 'refused', refusal: 'wallet.round-closed' }],
    });
    expect(await house.told('round-closed', id)).toMatchObject([{ data: { staked: 100, won: 400 } }]);
    expect(await house.told('round-voided', id)).toEqual([]);
  });

  it('void a round whose own close was carried out before a crash', async () => {
    const { table, id } = await openRound();
    await house.park(table.seat.playerId);
    expect(await house.resolve(id, { action: 'void', reason: 'lost' })).toMatchObject({ ok: true });
    // it is closed by now, and another replica begins anew
    await house.unpark(table.seat.playerId, 1);
    await house.finish(id);
    await house.expectState(id, 'voided');
    await table.expectBalance(money);
    expect(await house.roundOf(id)).toMatchObject({ resolutions: [{ status: 'done' }] });
  });

  it('take back a win that comes while a round is voided', async () => {
    const { table, bet, id } = await openRound();
    const { database } = house.running.service;
    const decided = { id: uuidv7(), roundId: id, action: 'void', reason: 'lost', actor: actor.id } as const;
    await insertResolution(database, { ...decided, status: 'pending' });
    // nobody else carries it out
    const later = `UPDATE round_resolution SET tried_at = tried_at + interval '1 hour' WHERE id = $1`;
    await database.query(later, [decided.id]);
    const late = speaker.win(table.seat, { ...bet, id: `w-${bet.id}`, amount: 400, betId: bet.id });
    const resolver = house.resolver(before('rollback', () => table.hear('accepted', late)));
    const resolution = { ...decided, status: 'pending' as const, at: new Date().toISOString() };
    await resolver.carryOut(resolution, Date.now() + 20_000);
    await table.expectBalance(money);
    await waitFor(async () => (await house.roundOf(id)).won === 0);
    expect(await house.roundOf(id)).toMatchObject({ state: 'voided', resolutions: [{ status: 'done' }] });
  });

  /** The way to the wallet, and what happens just before the first call with such a movement. */
  function before(kind: string, happen: () => Promise<unknown>): RequestClient {
    const { client } = house.running.service;
    let happened = false;
    return Object.assign(Object.create(client) as RequestClient, {
      async call(...[contract, payload, options]: Parameters<RequestClient['call']>) {
        const { actions } = payload as { actions: { kind: string }[] };
        if (!happened && contract.subject === walletCommands.post.subject && actions[0]?.kind === kind) {
          happened = true;
          await happen();
        }
        return client.call(contract, payload, options);
      },
    });
  }
});
