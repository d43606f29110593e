import { randomUUID } from 'node:crypto';
import {
  roundCommands,
  roundQueries,
  type ResolveRound,
  type RoundDto,
  type RoundResolutionForm,
} from '@baize/contracts';
import { createLogger } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { idScopeOf, roundPolicyOf } from '../src/providers';
import { RoundResolver } from '../src/round-resolver';
import { EndStuckRoundsUseCase } from '../src/use-cases/end-stuck-rounds/end-stuck-rounds';
import { money, moves } from './conformance/edge-case';
import { evolutionSpeaker } from './conformance/evolution';
import { closeHouse, openHouse } from './conformance/house';
import { softswissSpeaker } from './conformance/softswiss';
import { Table } from './conformance/table';
import { brand } from './harness';

const actor = { kind: 'client' as const, id: 'client:operator' };

/** What becomes of rounds that their provider does not end, with the wallet as it runs. */
describe('rounds that nobody ends', () => {
  let house: Awaited<ReturnType<typeof openHouse>>;
  beforeAll(async () => {
    house = await openHouse();
  }, 90_000);
  afterAll(() => closeHouse(house), 60_000);

  const sweep = () => {
    const { database, client } = house.service;
    const log = createLogger('test');
    log.level = 'silent';
    const ends = { policyOf: roundPolicyOf, idScopeOf };
    return new EndStuckRoundsUseCase(database, new RoundResolver(database, client, ends, log), roundPolicyOf);
  };

  function request(roundId: string, form: RoundResolutionForm, key: string = randomUUID()): ResolveRound {
    const idempotency = { key, caller: actor.id, bodySha256: '0'.repeat(64) };
    return { roundId, brand, form, actor, idempotency };
  }
  const resolve = (roundId: string, form: RoundResolutionForm, key?: string) =>
    house.service.client.call(roundCommands.resolveRound, request(roundId, form, key));

  async function roundOf(roundId: string): Promise<RoundDto> {
    const found = await house.service.client.call(roundQueries.getRound, { roundId, brand });
    if (!found.ok) throw new Error(found.error.code);
    return found.value;
  }

  /** The only round of a player, once it has so many actions. */
  async function onlyRound(playerId: string, actions: number): Promise<RoundDto> {
    let round: RoundDto | undefined;
    await waitFor(async () => {
      const page = await house.service.client.call(roundQueries.listPlayerRounds, { playerId, brand });
      round = page.ok ? page.value.items[0] : undefined;
      return round?.actions.length === actions;
    });
    return round!;
  }
  const told = (type: string, roundId: string) =>
    house.service.database.query<{ data: object }>(
      'SELECT data FROM outbox WHERE type = $1 AND subject = $2',
      [`game-sessions.event.${type}.v1`, roundId],
    );
  const stuck = async () => {
    const page = await house.service.client.call(roundQueries.listStuckRounds, { brand, limit: 200 });
    return page.ok ? page.value.items.map(({ id }) => id) : [];
  };
  const overdue = (roundId: string) =>
    house.service.database.query(
      `UPDATE round SET due_at = clock_timestamp() - interval '1 s' WHERE id = $1`,
      [roundId],
    );
  const expectState = (roundId: string, state: RoundDto['state']) =>
    waitFor(async () => (await roundOf(roundId)).state === state);

  it.each([softswissSpeaker, evolutionSpeaker])(
    'are voided with all wagers returned and the wins taken back, once ($provider)',
    async (speaker) => {
      const table = await Table.open(house, speaker, money);
      const bet = moves(300);
      const second = { ...bet, id: `m-${randomUUID()}`, amount: 200 };
      await table.hear('accepted', speaker.bet(table.seat, bet));
      await table.hear('accepted', speaker.bet(table.seat, second));
      await table.hear('accepted', speaker.win(table.seat, { ...bet, id: 'w1', amount: 70, betId: bet.id }));
      const { id } = await onlyRound(table.seat.playerId, 3);
      const key = randomUUID();
      const form = { action: 'void' as const, reason: 'the provider lost it' };
      const first = await resolve(id, form, key);
      expect(first).toMatchObject({ ok: true, value: { roundId: id, action: 'void' } });
      await expectState(id, 'voided');
      await table.expectBalance(money);
      expect(await resolve(id, form, key)).toEqual({
        ok: true,
        value: { ...(first.ok && first.value), replayed: true },
      });
      expect(await resolve(id, form)).toMatchObject({ error: { code: 'game-sessions.round-over' } });
      const round = await roundOf(id);
      expect(round).toMatchObject({ staked: 0, won: 0, balanceAtStart: money, balanceAtEnd: money });
      expect(round.actions.map(({ kind, amount }) => [kind, amount])).toEqual([
        ['bet', -300],
        ['bet', -200],
        ['win', 70],
        ['rollback', -70],
        ['rollback', 300],
        ['rollback', 200],
      ]);
      expect(round.resolutions).toMatchObject([
        { action: 'void', reason: form.reason, actor: actor.id, status: 'done' },
      ]);
      expect(
        await house.service.database.query(
          `SELECT actor_id, action, reason FROM audit_entry WHERE details ->> 'roundId' = $1`,
          [id],
        ),
      ).toEqual([{ actor_id: actor.id, action: 'round.void', reason: form.reason }]);
      expect(await told('round-voided', id)).toMatchObject([{ data: { won: 0 } }]);
      expect(await told('round-closed', id)).toEqual([]);
      // and the provider comes back: nothing more moves
      await table.say(speaker.rollBackBet(table.seat, { ...bet, id: 'rb', betId: bet.id }));
      await table.say(speaker.bet(table.seat, { ...bet, id: 'late' }));
      await table.say(speaker.win(table.seat, { ...bet, id: 'w2', betId: bet.id }));
      await table.expectBalance(money);
    },
  );

  it('lose no bet to a voiding that comes while bets are being placed', async () => {
    const table = await Table.open(house, softswissSpeaker, money);
    const bet = moves(10);
    await table.hear('accepted', softswissSpeaker.bet(table.seat, bet));
    const { id } = await onlyRound(table.seat.playerId, 1);
    const storm = Array.from({ length: 40 }, (_, n) =>
      table.say(softswissSpeaker.bet(table.seat, { ...bet, id: `storm-${n}` })),
    );
    await resolve(id, { action: 'void', reason: 'in the middle of it' });
    await Promise.all(storm);
    await waitFor(async () => (await roundOf(id)).resolutions?.[0]?.status === 'done');
    await expectState(id, 'voided');
    await table.expectBalance(money);
  });

  it('are called interrupted when they are open for too long, and go on when something moves', async () => {
    const table = await Table.open(house, softswissSpeaker, money);
    const bet = moves();
    await table.hear('accepted', softswissSpeaker.bet(table.seat, bet));
    const { id } = await onlyRound(table.seat.playerId, 1);
    await sweep().execute();
    expect(await stuck()).not.toContain(id);
    await overdue(id);
    await Promise.all([sweep().execute(), sweep().execute()]);
    expect(await stuck()).toContain(id);
    expect(await roundOf(id)).toMatchObject({ state: 'interrupted', interruptedAt: expect.any(String) });
    expect(await told('round-interrupted', id)).toMatchObject([{ data: { staked: 100 } }]);
    // the policy gives people time
    await sweep().execute();
    expect(await roundOf(id)).toMatchObject({ state: 'interrupted', resolutions: [] });
    await table.hear('accepted', softswissSpeaker.bet(table.seat, { ...bet, id: 'another' }));
    await expectState(id, 'open');
    expect(await stuck()).not.toContain(id);
    await table.expectBalance(money - 200);
  });

  it('are resumed, settled with what was won, and paid once', async () => {
    const table = await Table.open(house, softswissSpeaker, money);
    const bet = moves();
    await table.hear('accepted', softswissSpeaker.bet(table.seat, bet));
    const { id } = await onlyRound(table.seat.playerId, 1);
    const resume = { action: 'resume' as const, reason: 'the provider is back' };
    expect(await resolve(id, resume)).toMatchObject({
      error: { code: 'game-sessions.round-not-interrupted' },
    });
    await overdue(id);
    await sweep().execute();
    expect(await resolve(id, resume)).toMatchObject({ ok: true });
    expect(await roundOf(id)).toMatchObject({ state: 'open' });
    await sweep().execute();
    expect(await roundOf(id)).toMatchObject({ state: 'open' });
    expect(await resolve(id, { ...resume, win: 5 })).toMatchObject({ error: { code: 'request.invalid' } });
    const settle = { action: 'settle' as const, reason: 'told by mail', win: 250 };
    expect(await resolve(id, settle)).toMatchObject({ ok: true });
    await expectState(id, 'closed');
    await table.expectBalance(money + 150);
    expect(await told('round-closed', id)).toMatchObject([{ data: { staked: 100, won: 250 } }]);
    expect((await roundOf(id)).resolutions).toHaveLength(2);
  });

  it('are voided by the policy in the end, whatever dies on the way', async () => {
    const table = await Table.open(house, softswissSpeaker, money);
    await table.hear('accepted', softswissSpeaker.bet(table.seat, moves(500)));
    const { id } = await onlyRound(table.seat.playerId, 1);
    await overdue(id);
    await sweep().execute();
    await house.wallet.kill();
    try {
      await overdue(id);
      await sweep().execute();
      expect((await roundOf(id)).resolutions).toMatchObject([
        { actor: 'system:round-policy', status: 'pending' },
      ]);
      expect(await resolve(id, { action: 'settle', reason: 'too late' })).toMatchObject({
        error: { code: 'game-sessions.resolution-pending' },
      });
    } finally {
      house.wallet = await house.startWallet();
    }
    const untried = `UPDATE round_resolution SET tried_at = clock_timestamp() - interval '1 min' WHERE round_id = $1`;
    await waitFor(async () => {
      await house.service.database.query(untried, [id]);
      await sweep().execute();
      return (await roundOf(id)).state === 'voided';
    });
    await table.expectBalance(money);
    expect((await roundOf(id)).resolutions).toMatchObject([{ status: 'done' }]);
  });
});
