import { randomUUID } from 'node:crypto';
import { gameSessionsCommands } from '@baize/contracts';
import { brand, gameOf } from '../harness';
import { money, moves, type EdgeCase } from './edge-case';
import { softswissSpeaker } from './softswiss';
import { Table } from './table';

/** Who may play, what is understood, and what happens while the wallet is away. */
export const outsideCases: readonly EdgeCase[] = [
  {
    name: 'a wrong currency moves nothing',
    proves: ['currency mismatch'],
    applies: (can) => !can.namesOnlySessions,
    async play(table) {
      const { speaker, seat } = table;
      await table.hear('wrongCurrency', speaker.bet({ ...seat, currency: 'USD' }, moves()));
      const bet = moves();
      await table.hear('accepted', speaker.bet(seat, bet));
      const win = { ...bet, id: 'w1', amount: 70, betId: bet.id };
      await table.hear('wrongCurrency', speaker.win({ ...seat, currency: 'USD' }, win));
      await table.expectKept('disputed', 1); // held for review, never converted
      await table.hear('accepted', speaker.win(seat, win));
      await table.expectBalance(money - 30);
    },
  },
  {
    name: 'unknown players and unknown games are refused',
    proves: ['unknown player'],
    applies: (can) => !can.namesOnlySessions,
    async play(table) {
      const { speaker, seat } = table;
      await table.hear('unknownPlayer', speaker.bet({ ...seat, playerId: randomUUID() }, moves()));
      await table.hear('unknownPlayer', speaker.bet({ ...seat, playerId: 'not-even-an-id' }, moves()));
      await table.hear('unknownGame', speaker.betOnGame(seat, moves(), 'no-such-game'));
      await table.expectBalance(money);
    },
  },
  {
    name: "a session that is nobody's, another player's or another provider's takes no call",
    proves: ['token of another player', 'token of another provider'],
    applies: (_can, { launchToken }) => launchToken !== 'not-presented',
    async play(table) {
      const { speaker, seat, house } = table;
      const bet = moves();
      await table.hear('accepted', speaker.bet(seat, bet));
      const elsewhere = await Table.open(house, softswissSpeaker, money);
      const strangers = [{ ...seat, sid: randomUUID() }, elsewhere.seat];
      if (!speaker.can.namesOnlySessions)
        strangers.push({ ...(await Table.open(house, speaker, money)).seat, sid: seat.sid });
      for (const stranger of strangers) {
        await table.hear('unknownPlayer', speaker.balance(stranger));
        await table.hear('unknownPlayer', speaker.bet(stranger, moves()));
        await table.hear('unknownPlayer', speaker.win(stranger, { ...bet, id: 'w1', betId: bet.id }));
        await table.hear('unknownPlayer', speaker.rollBackBet(stranger, { ...bet, id: 'x1', betId: bet.id }));
      }
      await table.expectBalance(money - 100);
      await elsewhere.expectBalance(money);
    },
  },
  {
    name: 'a game of another provider takes no bet',
    applies: (can) => !can.namesOnlySessions,
    async play(table) {
      const { speaker, seat } = table;
      const other = speaker.provider === 'softswiss' ? 'evolution' : 'softswiss';
      await table.hear('unknownGame', speaker.betOnGame(seat, moves(), gameOf(other).providerGameId));
      await table.expectBalance(money);
    },
  },
  {
    name: 'a launch token is exchanged once, by its own provider, while its session is open',
    applies: (_can, { launchToken }) => launchToken === 'exchanged-once',
    async play(table) {
      const { speaker, seat, house } = table;
      const launch = async (provider: string) => {
        const form = { playerId: seat.playerId, mode: 'real' as const };
        const asked = { brand, gameId: gameOf(provider).id, form };
        const launched = await house.service.client.call(gameSessionsCommands.launchGame, asked);
        if (!launched.ok) throw new Error(launched.error.code);
        return launched.value;
      };
      const enter = async (token: string) => {
        const entering = speaker.enter?.(seat, token);
        if (!entering) throw new Error('the dialect has no hand-shake');
        return (await table.say(entering.call)).body[entering.sidIn];
      };
      const { token } = await launch(speaker.provider);
      const sid = await enter(token);
      expect(sid).toEqual(expect.any(String));
      expect(sid).not.toBe(token);
      expect(await enter(token)).toBeUndefined();
      // one whose tokens wait to be exchanged, too
      const other = speaker.provider === 'evolution' ? 'pragmatic' : 'evolution';
      expect(await enter((await launch(other)).token)).toBeUndefined();
      const [ended, expired] = [await launch(speaker.provider), await launch(speaker.provider)];
      await house.service.client.call(gameSessionsCommands.endGameSession, {
        sessionId: ended.sessionId,
        brand,
      });
      await house.service.database.query(
        `UPDATE game_session SET expires_at = clock_timestamp() - interval '1 s' WHERE id = $1`,
        [expired.sessionId],
      );
      for (const late of [ended, expired]) expect(await enter(late.token)).toBeUndefined();
      expect(await enter('no-such-token')).toBeUndefined();
    },
  },
  {
    name: 'a session that ended or expired takes no bet',
    proves: ['expired token'],
    async play(table) {
      const { speaker, seat, house } = table;
      const expired = await Table.open(house, speaker, money);
      await table.endSession();
      await expired.expireSession();
      const bets = [speaker.bet(seat, moves()), speaker.bet(expired.seat, moves())];
      for (const bet of bets) expect(await table.say(bet)).not.toMatchObject(speaker.words.accepted);
      await table.expectBalance(money);
      await expired.expectBalance(money);
    },
  },
  {
    name: 'a bet that was placed is answered as it was then, though its session is over',
    proves: ['exact retry'],
    async play(table) {
      const { speaker, seat, house } = table;
      const bet = moves();
      const first = await table.hear('accepted', speaker.bet(seat, bet));
      await table.endSession();
      const again = await table.hear('repeatedBet', speaker.bet(seat, bet));
      expect(speaker.transactionIn?.(again.body)).toBe(speaker.transactionIn?.(first.body));
      const other = await table.say(speaker.bet(seat, { ...bet, id: `m-${randomUUID()}` }));
      expect(other).not.toMatchObject(speaker.words.accepted);
      const stranger = await Table.open(house, speaker, money);
      await stranger.endSession();
      const theirs = await table.say(speaker.bet(stranger.seat, bet));
      expect(theirs).not.toMatchObject(speaker.words.accepted);
      await table.expectBalance(money - 100);
      await stranger.expectBalance(money);
    },
  },
  {
    name: 'a session that plays for fun moves no money',
    applies: (_can, { launchToken }, { provider }) =>
      launchToken === 'is-session' && gameOf(provider).demoAvailable,
    async play(table) {
      const { speaker, seat, house } = table;
      const form = { playerId: seat.playerId, mode: 'demo' as const };
      const asked = { brand, gameId: gameOf(speaker.provider).id, form };
      const launched = await house.service.client.call(gameSessionsCommands.launchGame, asked);
      if (!launched.ok) throw new Error(launched.error.code);
      const forFun = { ...seat, sid: launched.value.token };
      const bet = moves();
      await table.hear('accepted', speaker.bet(seat, bet));
      await table.hear('unknownPlayer', speaker.balance(forFun));
      await table.hear('unknownPlayer', speaker.bet(forFun, moves()));
      await table.hear('unknownPlayer', speaker.win(forFun, { ...bet, id: 'w1', betId: bet.id }));
      await table.expectBalance(money - 100);
    },
  },
  {
    name: 'late wins and rollbacks are accepted after the session ended or expired',
    proves: ['late win'],
    async play(table) {
      const { speaker, seat } = table;
      const [won, back] = [moves(), moves()];
      await table.hear('accepted', speaker.bet(seat, won));
      await table.hear('accepted', speaker.bet(seat, back));
      await table.expireSession();
      await table.endSession();
      await table.hear('accepted', speaker.win(seat, { ...won, id: 'w1', amount: 900, betId: won.id }));
      await table.hear('accepted', speaker.rollBackBet(seat, { ...back, id: 'rb1', betId: back.id }));
      await table.expectBalance(money + 800);
    },
  },
  {
    name: 'a blocked player places no bets, but is paid',
    proves: ['session of an excluded player'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      await table.hear('accepted', speaker.bet(seat, bet));
      await table.restrict();
      await table.hear('restricted', speaker.bet(seat, moves()));
      await table.hear('repeatedBet', speaker.bet(seat, bet));
      await table.hear('accepted', speaker.win(seat, { ...bet, id: 'w1', amount: 500, betId: bet.id }));
      await table.expectBalance(money + 400);
    },
  },
  {
    name: 'forged calls move nothing',
    proves: ['wrong or missing signature'],
    async play(table) {
      const { speaker, seat } = table;
      await table.hear('unauthenticated', speaker.forged(speaker.bet(seat, moves())));
      await table.expectBalance(money);
    },
  },
  {
    name: 'malformed calls and amounts that no wallet holds move nothing',
    proves: ['not JSON, XML or a form', 'nesting bombs', 'excess precision, NaN, negative, 2^53+'],
    async play(table) {
      const { speaker, seat } = table;
      for (const text of ['', '{', '[]', 'null', '{"__proto__":{}}', '['.repeat(50_000)])
        await table.hear('malformed', speaker.text(text));
      for (const amount of speaker.badAmounts)
        await table.hear('malformed', speaker.betWithAmount(seat, moves(), amount));
      await table.expectBalance(money);
    },
  },
  {
    name: 'a dead wallet is a fault, never a refusal, and the retry moves money once',
    proves: ['wallet unreachable'],
    async play(table) {
      const { speaker, seat, house } = table;
      const [before, during] = [moves(), moves()];
      await table.hear('accepted', speaker.bet(seat, before));
      const win = { ...before, id: 'w1', amount: 40, betId: before.id };
      await house.wallet.kill();
      try {
        await table.hear('fault', speaker.bet(seat, during));
        await table.hear('fault', speaker.win(seat, win));
      } finally {
        house.wallet = await house.startWallet();
      }
      await table.hear('repeatedBet', speaker.bet(seat, before));
      await table.hear('accepted', speaker.bet(seat, during));
      await table.hear('accepted', speaker.win(seat, win));
      await table.expectBalance(money - 160);
    },
  },
];
