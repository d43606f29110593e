import { randomUUID } from 'node:crypto';
import { money, moves } from './conformance/edge-case';
import { evolutionSpeaker } from './conformance/evolution';
import { softswissSpeaker } from './conformance/softswiss';
import { speakers } from './conformance/speakers';
import { Table } from './conformance/table';
import { waitFor } from '@baize/testing';
import { actor, RoundsHouse } from './rounds-house';

/** What becomes of rounds that their provider does not end, with the wallet as it runs. */
describe('rounds that nobody ends', () => {
  let house: RoundsHouse;
  beforeAll(async () => {
    house = await RoundsHouse.open();
  }, 90_000);
  afterAll(() => house.close(), 60_000);

  it.each([softswissSpeaker, evolutionSpeaker])(
    'are voided with all wagers returned and the wins taken back, once ($provider)',
    async (speaker) => {
      const table = await Table.open(house.running, speaker, money);
      const bet = moves(300);
      const second = { ...bet, id: `m-${randomUUID()}`, amount: 200 };
      await table.hear('accepted', speaker.bet(table.seat, bet));
      await table.hear('accepted', speaker.bet(table.seat, second));
      await table.hear('accepted', speaker.win(table.seat, { ...bet, id: 'w1', amount: 70, betId: bet.id }));
      const { id } = await house.onlyRound(table.seat.playerId, 3);
      const key = randomUUID();
      const form = { action: 'void' as const, reason: 'the provider lost it' };
      const first = await house.resolve(id, form, key);
      expect(first).toMatchObject({ ok: true, value: { roundId: id, action: 'void' } });
      await house.expectState(id, 'voided');
      await table.expectBalance(money);
      expect(await house.resolve(id, form, key)).toEqual({
        ok: true,
        value: { ...(first.ok && first.value), replayed: true },
      });
      expect(await house.resolve(id, form)).toMatchObject({ error: { code: 'game-sessions.round-over' } });
      const round = await house.roundOf(id);
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
        await house.running.service.database.query(
          `SELECT actor_id, action, reason FROM audit_entry WHERE details ->> 'roundId' = $1`,
          [id],
        ),
      ).toEqual([{ actor_id: actor.id, action: 'round.void', reason: form.reason }]);
      expect(await house.told('round-voided', id)).toMatchObject([{ data: { won: 0 } }]);
      expect(await house.told('round-closed', id)).toEqual([]);
      // and the provider comes back: nothing more moves
      await table.say(speaker.rollBackBet(table.seat, { ...bet, id: 'rb', betId: bet.id }));
      await table.say(speaker.bet(table.seat, { ...bet, id: 'late' }));
      await table.say(speaker.win(table.seat, { ...bet, id: 'w2', betId: bet.id }));
      await table.expectBalance(money);
    },
  );

  it('lose no bet to a voiding that comes while bets are being placed', async () => {
    const table = await Table.open(house.running, softswissSpeaker, money);
    const bet = moves(10);
    await table.hear('accepted', softswissSpeaker.bet(table.seat, bet));
    const { id } = await house.onlyRound(table.seat.playerId, 1);
    const storm = Array.from({ length: 40 }, (_, n) =>
      table.say(softswissSpeaker.bet(table.seat, { ...bet, id: `storm-${n}` })),
    );
    await house.resolve(id, { action: 'void', reason: 'in the middle of it' });
    await Promise.all(storm);
    await waitFor(async () => (await house.roundOf(id)).resolutions?.[0]?.status === 'done');
    await house.expectState(id, 'voided');
    await table.expectBalance(money);
  });

  it('are called interrupted when they are open for too long, and go on when something moves', async () => {
    const table = await Table.open(house.running, softswissSpeaker, money);
    const bet = moves();
    await table.hear('accepted', softswissSpeaker.bet(table.seat, bet));
    const { id } = await house.onlyRound(table.seat.playerId, 1);
    await house.sweep();
    expect(await house.stuck()).not.toContain(id);
    await house.overdue(id);
    await Promise.all([house.sweep(), house.sweep()]);
    expect(await house.stuck()).toContain(id);
    expect(await house.roundOf(id)).toMatchObject({
      state: 'interrupted',
      interruptedAt: expect.any(String),
    });
    expect(await house.told('round-interrupted', id)).toMatchObject([{ data: { staked: 100 } }]);
    // the policy gives people time
    await house.sweep();
    expect(await house.roundOf(id)).toMatchObject({ state: 'interrupted', resolutions: [] });
    await table.hear('accepted', softswissSpeaker.bet(table.seat, { ...bet, id: 'another' }));
    await house.expectState(id, 'open');
    expect(await house.stuck()).not.toContain(id);
    await table.expectBalance(money - 200);
  });

  it('are resumed, settled with what was won, and paid once', async () => {
    const table = await Table.open(house.running, softswissSpeaker, money);
    const bet = moves();
    await table.hear('accepted', softswissSpeaker.bet(table.seat, bet));
    const { id } = await house.onlyRound(table.seat.playerId, 1);
    const resume = { action: 'resume' as const, reason: 'the provider is back' };
    expect(await house.resolve(id, resume)).toMatchObject({
      error: { code: 'game-sessions.round-not-interrupted' },
    });
    await house.overdue(id);
    await house.sweep();
    expect(await house.resolve(id, resume)).toMatchObject({ ok: true });
    expect(await house.roundOf(id)).toMatchObject({ state: 'open' });
    await house.sweep();
    expect(await house.roundOf(id)).toMatchObject({ state: 'open' });
    expect(await house.resolve(id, { ...resume, win: 5 })).toMatchObject({
      error: { code: 'request.invalid' },
    });
    const settle = { action: 'settle' as const, reason: 'told by mail', win: 250 };
    expect(await house.resolve(id, settle)).toMatchObject({ ok: true });
    await house.expectState(id, 'closed');
    await table.expectBalance(money + 150);
    expect(await house.told('round-closed', id)).toMatchObject([{ data: { staked: 100, won: 250 } }]);
    expect((await house.roundOf(id)).resolutions).toHaveLength(2);
  });

  it('are voided by the policy in the end, whatever dies on the way', async () => {
    const table = await Table.open(house.running, softswissSpeaker, money);
    await table.hear('accepted', softswissSpeaker.bet(table.seat, moves(500)));
    const { id } = await house.onlyRound(table.seat.playerId, 1);
    await house.overdue(id);
    await house.sweep();
    await house.running.wallet.kill();
    try {
      await house.overdue(id);
      await house.sweep();
      expect((await house.roundOf(id)).resolutions).toMatchObject([
        { actor: 'system:round-policy', status: 'pending' },
      ]);
      expect(await house.resolve(id, { action: 'settle', reason: 'too late' })).toMatchObject({
        error: { code: 'game-sessions.resolution-pending' },
      });
    } finally {
      house.running.wallet = await house.running.startWallet();
    }
    const untried = `UPDATE round_resolution SET tried_at = clock_timestamp() - interval '1 min' WHERE round_id = $1`;
    await waitFor(async () => {
      await house.running.service.database.query(untried, [id]);
      await house.sweep();
      return (await house.roundOf(id)).state === 'voided';
    });
    await table.expectBalance(money);
    expect((await house.roundOf(id)).resolutions).toMatchObject([{ status: 'done' }]);
  });

  it.each(speakers)(
    'that have had their result keep it, whoever never says that they are over ($provider)',
    async (speaker) => {
      const table = await Table.open(house.running, speaker, money);
      const bet = moves(300);
      await table.hear('accepted', speaker.bet(table.seat, bet));
      await table.hear(
        'accepted',
        speaker.win(table.seat, { ...bet, id: `w-${bet.id}`, amount: 70, betId: bet.id }),
      );
      const { id, actions } = await house.onlyRound(table.seat.playerId, 2);
      // its time is up, and once more if that only interrupts it
      await house.overdue(id);
      await house.sweep();
      const saysEnds = speaker.can.closeRounds;
      expect(await house.roundOf(id)).toMatchObject({ state: saysEnds ? 'interrupted' : 'closed' });
      await house.overdue(id);
      await house.sweep();
      await house.expectState(id, 'closed');
      await table.expectBalance(money - 230);
      const round = await house.roundOf(id);
      expect(round).toMatchObject({ staked: 300, won: 70 });
      if (!saysEnds) expect(round.closedAt).toBe(actions[1]?.at);
      expect(round.resolutions?.map(({ action }) => action)).toEqual(saysEnds ? ['settle'] : []);
      expect(await house.told('round-closed', id)).toMatchObject([{ data: { staked: 300, won: 70 } }]);
      expect(await house.told('round-voided', id)).toEqual([]);
    },
  );

  it('give the stake back that had no result, though an earlier one had', async () => {
    const table = await Table.open(house.running, evolutionSpeaker, money);
    const bet = moves(300);
    await table.hear('accepted', evolutionSpeaker.bet(table.seat, bet));
    await table.hear(
      'accepted',
      evolutionSpeaker.win(table.seat, { ...bet, id: `w-${bet.id}`, amount: 0, betId: bet.id }),
    );
    await table.hear('accepted', evolutionSpeaker.bet(table.seat, { ...bet, id: `b-${bet.id}`, amount: 50 }));
    const { id } = await house.onlyRound(table.seat.playerId, 3);
    await house.overdue(id);
    await house.sweep();
    expect(await house.stuck()).toContain(id);
    await house.overdue(id);
    await house.sweep();
    await house.expectState(id, 'voided');
    await table.expectBalance(money);
  });
});
