import { randomUUID } from 'node:crypto';
import { money, moves, type EdgeCase } from './edge-case';
import { Table } from './table';

/** Repeats, orders and sums of movements. */
export const moneyCases: readonly EdgeCase[] = [
  {
    name: 'a bet and its win move money once each, and the answer shows the live balance',
    proves: ['deposit in mid round'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves(250);
      const placed = await table.hear('accepted', speaker.bet(seat, bet));
      expect(speaker.balanceIn(placed.body)).toBe(money - 250);
      await table.fund(1_000); // a deposit in mid round
      const won = await table.hear(
        'accepted',
        speaker.win(seat, { ...bet, id: 'w1', amount: 500, betId: bet.id }),
      );
      expect(speaker.balanceIn(won.body)).toBe(money + 1_250);
      expect(speaker.balanceIn((await table.hear('accepted', speaker.balance(seat))).body)).toBe(
        money + 1_250,
      );
      await table.expectBalance(money + 1_250);
    },
  },
  {
    name: 'an exact retry of a bet and of a win gives the stored outcome and moves nothing',
    proves: ['exact retry'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      const win = { ...bet, id: 'w1', amount: 300, betId: bet.id };
      const first = await table.hear('accepted', speaker.bet(seat, bet));
      const again = await table.hear('repeatedBet', speaker.bet(seat, bet));
      expect(speaker.transactionIn?.(again.body)).toBe(speaker.transactionIn?.(first.body));
      await table.hear('accepted', speaker.win(seat, win));
      await table.hear('repeatedWin', speaker.win(seat, win));
      await table.hear('repeatedBet', speaker.bet(seat, bet));
      await table.expectBalance(money + 200);
    },
  },
  {
    name: 'many copies of one bet at once move money once',
    proves: ['exact retry'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      await Promise.all(Array.from({ length: 20 }, () => table.say(speaker.bet(seat, bet))));
      await table.expectBalance(money - 100);
    },
  },
  {
    name: 'the same id with another amount or round is a conflict',
    proves: ['same id, other payload'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      await table.hear('accepted', speaker.bet(seat, bet));
      await table.hear('conflict', speaker.bet(seat, { ...bet, amount: 101 }));
      await table.hear('conflict', speaker.bet(seat, { ...bet, round: 'another' }));
      await table.expectBalance(money - 100);
      await table.expectKept('disputed', 2); // somebody has to look at it
    },
  },
  {
    name: 'a refusal does not consume the id: the retry is decided afresh',
    proves: ['retry of a refused call'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves(money + 1);
      const refused = await table.hear('noFunds', speaker.bet(seat, bet));
      const shown = speaker.balanceIn({ bonus: 0, ...refused.body });
      // some dialects show no balance beside a refusal
      expect(Number.isNaN(shown) ? money : shown).toBe(money);
      await table.fund(1);
      await table.hear('accepted', speaker.bet(seat, bet));
      await table.expectBalance(0);
    },
  },
  {
    name: 'a win before its bet is refused as not found yet, and accepted after the bet',
    proves: ['win before its bet', 'unknown round'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      const win = { ...bet, id: 'w1', amount: 70, betId: bet.id };
      await table.hear('winBeforeBet', speaker.win(seat, win));
      await table.expectBalance(money);
      await table.hear('accepted', speaker.bet(seat, bet));
      await table.hear('accepted', speaker.win(seat, win));
      await table.expectBalance(money - 30);
    },
  },
  {
    name: 'promotions need no bet, and are paid once',
    proves: ['awards without a bet'],
    async play(table) {
      const { speaker, seat } = table;
      const award = { id: 'award-1', amount: 400 };
      await table.hear('accepted', speaker.award(seat, award));
      await table.say(speaker.award(seat, award));
      await table.expectBalance(money + 400);
    },
  },
  {
    name: 'a prize that names neither session nor game is paid once, whatever was launched in between',
    proves: ['exact retry'],
    applies: (_can, _dialect, { prize }) => prize !== null,
    async play(table) {
      const { speaker, seat } = table;
      const prize = speaker.prize?.(seat, { id: 'prize-1', amount: 400 }) ?? speaker.text('');
      const first = await table.hear('accepted', prize);
      await table.launchAnother();
      const again = await table.hear('repeatedWin', prize);
      expect(speaker.transactionIn?.(again.body)).toBe(speaker.transactionIn?.(first.body));
      await table.hear('conflict', speaker.prize?.(seat, { id: 'prize-1', amount: 401 }) ?? prize);
      await table.expectBalance(money + 400);
    },
  },
  {
    name: 'a rollback before its bet is remembered: the later bet moves nothing',
    proves: ['rollback before its bet'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      const rollback = { ...bet, id: 'rb1', betId: bet.id };
      await table.hear('unknownOriginal', speaker.rollBackBet(seat, rollback));
      await table.hear('unknownOriginal', speaker.rollBackBet(seat, rollback));
      await table.hear('betAfterItsRollback', speaker.bet(seat, bet));
      await table.hear('betAfterItsRollback', speaker.bet(seat, bet));
      await table.expectBalance(money);
    },
  },
  {
    name: 'a bet is rolled back once, and takes no win afterwards',
    proves: ['duplicate rollback', 'win after rollback'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      const rollback = { ...bet, id: 'rb1', betId: bet.id };
      await table.hear('accepted', speaker.bet(seat, bet));
      await table.hear('accepted', speaker.rollBackBet(seat, rollback));
      await table.hear('repeatedRollback', speaker.rollBackBet(seat, rollback));
      await table.hear('winAfterRollback', speaker.win(seat, { ...bet, id: 'w1', amount: 5, betId: bet.id }));
      await table.expectKept('disputed', 1);
      await table.say(speaker.bet(seat, bet));
      await table.expectBalance(money);
    },
  },
  {
    name: 'a bet that has its win is not rolled back',
    proves: ['bet rolled back after a win or a closed round'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      await table.hear('accepted', speaker.bet(seat, bet));
      await table.hear('accepted', speaker.win(seat, { ...bet, id: 'w1', amount: 0, betId: bet.id }));
      await table.hear('settledOriginal', speaker.rollBackBet(seat, { ...bet, id: 'rb1', betId: bet.id }));
      await table.expectBalance(money - 100);
    },
  },
  {
    name: 'several bets and wins of a round are summed',
    proves: ['round with several bets and wins'],
    async play(table) {
      const { speaker, seat } = table;
      const first = moves(100);
      const second = { ...first, id: 'second', amount: 200 };
      await table.hear('accepted', speaker.bet(seat, first));
      await table.hear('accepted', speaker.bet(seat, second));
      await table.hear('accepted', speaker.win(seat, { ...first, id: 'w1', amount: 30, betId: first.id }));
      await table.hear('accepted', speaker.win(seat, { ...first, id: 'w2', amount: 40, betId: second.id }));
      await table.expectBalance(money - 230);
    },
  },
  {
    name: 'zero bets and zero wins are accepted',
    proves: ['zero bet and zero win'],
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves(0);
      await table.hear('accepted', speaker.bet(seat, bet));
      await table.hear('accepted', speaker.win(seat, { ...bet, id: 'w1', betId: bet.id }));
      await table.hear('repeatedBet', speaker.bet(seat, bet));
      await table.expectBalance(money);
    },
  },
  {
    name: 'the same id for another player is another movement',
    proves: ['scope of an id'],
    applies: (_can, { idScope }) => idScope === 'player',
    async play(table) {
      const { speaker, house } = table;
      const bet = moves();
      const other = await Table.open(house, speaker, money);
      await table.hear('accepted', speaker.bet(table.seat, bet));
      await other.hear('accepted', speaker.bet(other.seat, bet));
      await table.expectBalance(money - 100);
      await other.expectBalance(money - 100);
    },
  },
  {
    name: 'the same id for another player is a conflict where ids are unique among all',
    proves: ['scope of an id'],
    applies: (_can, { idScope }) => idScope === 'provider',
    async play(table) {
      const { speaker, house } = table;
      const bet = moves();
      const other = await Table.open(house, speaker, money);
      await table.hear('accepted', speaker.bet(table.seat, bet));
      await other.hear('conflict', speaker.bet(other.seat, bet));
      await other.expectBalance(money);
    },
  },
  {
    name: 'bets at once never spend more than there is',
    proves: ['concurrent sessions'],
    async play(table) {
      const { speaker, seat } = table;
      const answers = await Promise.all(
        Array.from({ length: 25 }, () => table.say(speaker.bet(seat, moves(1_000)))),
      );
      const accepted = answers.filter(({ body }) => {
        const { body: word } = speaker.words.noFunds;
        return !Object.entries(word).every(
          ([key, value]) => typeof value === 'object' || body[key] === value,
        );
      });
      expect(accepted).toHaveLength(10);
      await table.expectBalance(0);
    },
  },
  {
    name: 'several actions of one call are all or none, and repeats among them are answered one by one',
    proves: ['several actions in one call'],
    applies: (can) => can.batch,
    async play(table) {
      const { speaker, seat } = table;
      const round = randomUUID();
      const say = (actions: { kind: 'bet' | 'win'; id: string; amount: number }[]) =>
        speaker.batch?.(seat, round, actions) ?? speaker.text('');
      const bet = { kind: 'bet' as const, id: 'b1', amount: 100 };
      await table.hear('noFunds', say([bet, { ...bet, id: 'b2', amount: money }]));
      await table.expectBalance(money);
      const first = await table.hear('accepted', say([bet, { kind: 'win', id: 'w1', amount: 30 }]));
      const again = await table.hear('accepted', say([bet, { kind: 'win', id: 'w2', amount: 5 }]));
      expect(speaker.transactionIn?.(again.body)).toBe(speaker.transactionIn?.(first.body));
      await table.expectBalance(money - 65);
    },
  },
  {
    name: 'a closed round takes late wins, but neither bets nor rollbacks of its bets',
    proves: ['closed round'],
    applies: (can) => can.closeRounds,
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      for (const call of speaker.betAndClose?.(seat, bet) ?? []) await table.hear('accepted', call);
      await table.hear('closedRound', speaker.bet(seat, { ...bet, id: 'late' }));
      await table.hear('settledOriginal', speaker.rollBackBet(seat, { ...bet, id: 'rb1', betId: bet.id }));
      await table.hear('accepted', speaker.win(seat, { ...bet, id: 'w1', amount: 60, betId: bet.id }));
      await table.expectBalance(money - 40);
    },
  },
  {
    name: 'a rollback that finishes the round closes it, known or not',
    proves: ['closed round'],
    applies: (can) => can.closeWithRollback,
    async play(table) {
      const { speaker, seat } = table;
      const kept = moves();
      await table.hear('accepted', speaker.bet(seat, kept));
      const back = { ...kept, id: 'back', amount: 50 };
      await table.hear('accepted', speaker.bet(seat, back));
      const rollback = speaker.rollBackBet(seat, { ...back, id: 'rb1', betId: 'back' });
      await table.hear('accepted', rollback);
      await table.hear('repeatedRollback', rollback);
      await table.hear('closedRound', speaker.bet(seat, { ...kept, id: 'late' }));
      await table.expectBalance(money - 100);
    },
  },
];
