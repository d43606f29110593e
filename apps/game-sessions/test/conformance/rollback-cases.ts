import { money, moves, type EdgeCase } from './edge-case';

/** Rollbacks of more than one bet, where the dialect has them. */
export const rollbackCases: readonly EdgeCase[] = [
  {
    name: 'a bet that was refused for its game is taken back like one that never came',
    proves: ['rollback before its bet'],
    applies: (_can, _dialect, { rollBackOnGame }) => rollBackOnGame !== null,
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      const game = 'opened-today';
      const rollback = { ...bet, id: 'rb1', betId: bet.id };
      const taken = speaker.rollBackOnGame?.(seat, rollback, game) ?? speaker.text('');
      await table.hear('unknownGame', speaker.betOnGame(seat, bet, game));
      await table.hear('unknownOriginal', taken);
      await table.hear('unknownOriginal', taken);
      await table.hear('betAfterItsRollback', speaker.bet(seat, bet));
      await table.expectBalance(money);
    },
  },
  {
    name: 'a rollback of several movements takes back all of them, once, whatever their order',
    proves: ['duplicate rollback'],
    applies: (can) => can.rollBackLists === true,
    async play(table) {
      const { speaker, seat } = table;
      const { id: betId, round } = moves();
      const originals = [
        { kind: 'bet' as const, id: betId },
        { kind: 'win' as const, id: 'w1' },
        { kind: 'bet' as const, id: 'never-came' },
      ];
      const rollback = speaker.rollBackAll?.(seat, { id: 'rb1', round }, originals) ?? speaker.text('');
      await table.hear('accepted', speaker.bet(seat, { id: betId, round, amount: 100 }));
      await table.hear('accepted', speaker.win(seat, { id: 'w1', round, amount: 250, betId }));
      const first = await table.hear('accepted', rollback);
      expect(speaker.balanceIn(first.body)).toBe(money);
      const again = await table.hear('repeatedRollback', rollback);
      expect(speaker.transactionIn?.(again.body)).toBe(speaker.transactionIn?.(first.body));
      await table.hear('betAfterItsRollback', speaker.bet(seat, { id: 'never-came', round, amount: 1 }));
      await table.expectBalance(money);
    },
  },
  {
    name: 'a rollback of several movements takes back none when one of them is settled',
    proves: ['bet rolled back after a win or a closed round'],
    applies: (can) => can.rollBackLists === true,
    async play(table) {
      const { speaker, seat } = table;
      const [open, settled] = [moves(), moves()];
      await table.hear('accepted', speaker.bet(seat, open));
      await table.hear('accepted', speaker.bet(seat, settled));
      await table.hear('accepted', speaker.win(seat, { ...settled, id: 'w1', betId: settled.id }));
      const originals = [open, settled].map(({ id }) => ({ kind: 'bet' as const, id }));
      const rollback = speaker.rollBackAll?.(seat, { id: 'rb1', round: open.round }, originals);
      await table.hear('settledOriginal', rollback ?? speaker.text(''));
      await table.expectBalance(money - 100);
    },
  },
  {
    name: 'the rollback of a win that is spent makes a debt, and no bet is taken until it is paid',
    proves: ['rollback of a win whose money is spent'],
    applies: (can) => can.rollBackWins,
    async play(table) {
      const { speaker, seat } = table;
      const bet = moves();
      await table.hear('accepted', speaker.bet(seat, bet));
      await table.hear('accepted', speaker.win(seat, { ...bet, id: 'w1', amount: 600, betId: bet.id }));
      await table.hear('accepted', speaker.bet(seat, moves(money + 500)));
      await table.hear(
        'accepted',
        speaker.rollBackWin?.(seat, { ...bet, id: 'rw1', winId: 'w1' }) ?? speaker.text(''),
      );
      await table.expectBalance(-600);
      await table.hear('noFunds', speaker.bet(seat, moves(0)));
      await table.fund(700);
      await table.hear('accepted', speaker.bet(seat, moves(100)));
      await table.expectBalance(0);
    },
  },
];
