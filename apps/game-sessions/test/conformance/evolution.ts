import { evolutionCall, evolutionMovement, evolutionText } from '../provider-calls';
import { withJsonField, type Move, type Seat, type Speaker } from './speaker';

const status = (text: string) => ({ status: 200, body: { status: text } });
const decimal = (minor: number) => (minor / 100).toFixed(2);
const refOf = (betId: string) => `ref-${betId}`;
const move = (
  path: string,
  seat: Seat,
  { round, amount, id, ref }: Move & { ref: string },
  tableId?: string,
) =>
  evolutionMovement(
    path,
    seat,
    { id, refId: ref, amount: decimal(amount) },
    { round, ...(tableId && { tableId }) },
  );

export const evolutionSpeaker: Speaker = {
  provider: 'evolution',
  words: {
    accepted: status('OK'),
    repeatedBet: status('BET_ALREADY_EXIST'),
    repeatedWin: { status: 200, body: { status: 'OK', retransmission: true } },
    repeatedRollback: status('BET_ALREADY_SETTLED'),
    unknownOriginal: status('BET_DOES_NOT_EXIST'),
    betAfterItsRollback: status('FINAL_ERROR_ACTION_FAILED'),
    conflict: status('INVALID_PARAMETER'),
    noFunds: status('INSUFFICIENT_FUNDS'),
    winBeforeBet: status('BET_DOES_NOT_EXIST'),
    winAfterRollback: status('BET_ALREADY_SETTLED'),
    settledOriginal: status('BET_ALREADY_SETTLED'),
    closedRound: status('FINAL_ERROR_ACTION_FAILED'),
    wrongCurrency: status('INVALID_PARAMETER'),
    unknownPlayer: status('INVALID_SID'),
    unknownGame: status('INVALID_PARAMETER'),
    restricted: status('FINAL_ERROR_ACTION_FAILED'),
    unauthenticated: status('INVALID_TOKEN_ID'),
    malformed: status('INVALID_PARAMETER'),
    fault: status('TEMPORARY_ERROR'),
  },
  can: { batch: false, rollBackWins: false, closeRounds: false, closeWithRollback: false },
  freeRounds: {
    referenceOf: (id) => `voucher-${id}`,
    granted: (voucherId) => JSON.stringify({ voucherId }),
    counts: false,
    play: ({ sid, playerId: userId, currency }, voucherId, wins) => {
      const amount = wins.reduce((sum, win) => sum + win, 0) / 100;
      const spent = { type: 'FreeRoundPlayableSpent', voucherId, remainingRounds: 0 };
      const promoTransaction = { id: `spent-${voucherId}`, amount, ...spent };
      return [evolutionCall('/promo_payout', { sid, userId, currency, game: null, promoTransaction })];
    },
  },
  enter: (seat, token) => ({
    call: evolutionCall('/check', { sid: token, userId: seat.playerId }),
    sidIn: 'sid',
  }),
  balance: (seat) =>
    evolutionCall('/balance', { sid: seat.sid, userId: seat.playerId, currency: seat.currency, game: null }),
  bet: (seat, bet) => move('/debit', seat, { ...bet, ref: refOf(bet.id) }),
  win: (seat, win) => move('/credit', seat, { ...win, ref: refOf(win.betId) }),
  // a cancel has the debit's own id
  rollBackBet: (seat, rollback) =>
    move('/cancel', seat, { ...rollback, id: rollback.betId, ref: refOf(rollback.betId) }),
  award: (seat, { id, amount }) => {
    const promoTransaction = { id, amount: amount / 100, type: 'RewardGameMinBetLimitReached' };
    const { sid, playerId: userId, currency } = seat;
    return evolutionCall('/promo_payout', { sid, userId, currency, game: null, promoTransaction });
  },
  prize: ({ playerId: userId, currency }, { id, amount }) => {
    const promoTransaction = { id, amount: amount / 100, type: 'JackpotWin' };
    return evolutionCall('/promo_payout', { userId, currency, game: null, promoTransaction });
  },
  betWithAmount: (seat, { id, round }, amount) =>
    evolutionMovement('/debit', seat, { id, refId: refOf(id), amount }, { round }),
  betOnGame: (seat, bet, providerGameId) =>
    move('/debit', seat, { ...bet, ref: refOf(bet.id) }, providerGameId),
  rollBackOnGame: (seat, { betId, ...rollback }, tableId) =>
    move('/cancel', seat, { ...rollback, id: betId, ref: refOf(betId) }, tableId),
  forged: (signed) => ({ ...signed, query: 'authToken=not-the-secret' }),
  text: (text) => evolutionText('/debit', text),
  withField: (call, name, value) => evolutionText(call.path, withJsonField(call, name, value)),
  badAmounts: ['-1', '0.001', 'NaN', '"1"', '90071992547409.92', '1e300', 'null', '{}'],
  balanceIn: (body) => Math.round((Number(body.balance) + Number(body.bonus)) * 100),
  signedAt: null,
  transactionIn: null,
};
