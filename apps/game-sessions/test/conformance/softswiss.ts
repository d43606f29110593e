import { gameOf } from '../harness';
import { softswissText } from '../provider-calls';
import { withJsonField, type Move, type Seat, type Speaker } from './speaker';

const game = gameOf('softswiss').providerGameId;
const any = expect.anything() as unknown;
const refused = (status: number, code: number) => ({ status, body: { code, message: any } });
const done = {
  status: 200,
  body: { balance: any, transactions: [{ tx_id: expect.stringMatching(/.+/) as unknown }] },
};
const nothing = { status: 200, body: { transactions: [{ tx_id: '' }] } };

const call = (seat: Seat, path: string, round: string, actions: object[], more: object = {}) => {
  const body = { user_id: seat.playerId, currency: seat.currency, game, game_id: round, actions, ...more };
  return softswissText(path, JSON.stringify(body));
};
const bet = ({ id, amount }: Omit<Move, 'round'>) => ({ action: 'bet', action_id: id, amount });

export const softswissSpeaker: Speaker = {
  provider: 'softswiss',
  words: {
    accepted: { status: 200, body: { balance: any } },
    repeatedBet: done,
    repeatedWin: done,
    repeatedRollback: done,
    unknownOriginal: nothing,
    betAfterItsRollback: nothing,
    conflict: refused(400, 400),
    noFunds: refused(412, 100),
    winBeforeBet: refused(404, 404),
    winAfterRollback: refused(400, 400),
    settledOriginal: refused(400, 400),
    closedRound: refused(400, 400),
    wrongCurrency: refused(412, 154),
    unknownPlayer: refused(412, 101),
    unknownGame: refused(412, 107),
    restricted: refused(412, 110),
    unauthenticated: refused(403, 403),
    malformed: refused(400, 400),
    fault: refused(500, 500),
  },
  can: { batch: true, rollBackWins: true, closeRounds: true, closeWithRollback: true },
  freeRounds: {
    referenceOf: (id) => id,
    granted: () => '{}',
    counts: false,
    play: (seat, reference, wins) =>
      ['active', 'played'].map((status) =>
        softswissText(
          '/freespins',
          JSON.stringify({
            issue_id: reference,
            user_id: seat.playerId,
            game,
            currency: seat.currency,
            status,
            total_amount: wins.reduce((sum, win) => sum + win, 0),
          }),
        ),
      ),
  },
  enter: null,
  balance: (seat) =>
    softswissText('/play', JSON.stringify({ user_id: seat.playerId, currency: seat.currency, game })),
  bet: (seat, move) => call(seat, '/play', move.round, [bet(move)]),
  win: (seat, { id, round, amount }) =>
    call(seat, '/play', round, [{ action: 'win', action_id: id, amount }]),
  rollBackBet: (seat, { id, round, betId }) =>
    call(seat, '/rollback', round, [{ action: 'rollback', action_id: id, original_action_id: betId }], {
      finished: true,
    }),
  award: (seat, { id, amount }) =>
    softswissText(
      '/freespins',
      JSON.stringify({
        issue_id: id,
        user_id: seat.playerId,
        game,
        currency: seat.currency,
        status: 'played',
        total_amount: amount,
      }),
    ),
  betWithAmount: (seat, { id, round }, amountText) => {
    const body = { user_id: seat.playerId, currency: seat.currency, game, game_id: round };
    const actions = `[{"action":"bet","action_id":"${id}","amount":${amountText}}]`;
    return softswissText('/play', `${JSON.stringify(body).slice(0, -1)},"actions":${actions}}`);
  },
  betOnGame: (seat, move, providerGameId) =>
    call(seat, '/play', move.round, [bet(move)], { game: providerGameId }),
  rollBackOnGame: (seat, { id, round, betId }, providerGameId) => {
    const actions = [{ action: 'rollback', action_id: id, original_action_id: betId }];
    return call(seat, '/rollback', round, actions, { finished: true, game: providerGameId });
  },
  forged: (signed) => ({ ...signed, headers: [{ name: 'X-REQUEST-SIGN', value: '0'.repeat(64) }] }),
  text: (text) => softswissText('/play', text),
  withField: (call, name, value) => softswissText(call.path, withJsonField(call, name, value)),
  badAmounts: ['-1', '0.5', '1e2', 'NaN', '"100"', '9007199254740992', 'null', '[]'],
  batch: (seat, round, actions) =>
    call(
      seat,
      '/play',
      round,
      actions.map(({ kind, id, amount }) => ({ action: kind, action_id: id, amount })),
    ),
  betAndClose: (seat, move) => [call(seat, '/play', move.round, [bet(move)], { finished: true })],
  rollBackWin: (seat, { id, round, winId }) =>
    call(seat, '/rollback', round, [{ action: 'rollback', action_id: id, original_action_id: winId }]),
  balanceIn: (body) => Number(body.balance),
  transactionIn: (body) => (body.transactions as { tx_id: string }[])[0]?.tx_id ?? '',
  prize: null,
  signedAt: null,
};
