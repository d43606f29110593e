import { createPrivateKey, sign } from 'node:crypto';
import { brand, gameOf, secrets } from '../harness';
import type { Signed } from '../provider-calls';
import { withJsonField, type Move, type Seat, type Speaker } from './speaker';

const key = createPrivateKey(secrets.hub88.TEST_ONLY_privateKeyPem);
const game = gameOf('hub88').providerGameId;
const status = (text: string) => ({ status: 200, body: { status: text } });
const any = expect.anything() as unknown;
const never = status('RS_ERROR_WRONG_SYNTAX');
/** Units of 1/100,000 of a unit of money. */
const units = (minor: number) => minor * 1_000;
/** The suite's short ids are unique per player, hub88's among all players. */
const uuidOf = (seat: Seat, id: string) => (id.length > 30 ? id : `${id}-${seat.playerId}`);

function text(path: string, body: string): Signed {
  const bytes = Buffer.from(body);
  const signature = sign('sha256', bytes, key).toString('base64');
  const headers = [{ name: 'X-Hub88-Signature', value: signature }];
  return { brand, provider: 'hub88', path, query: '', headers, bodyBase64: bytes.toString('base64') };
}

function call(path: string, seat: Seat, more: object): Signed {
  const { playerId: user, sid: token, currency } = seat;
  return text(path, JSON.stringify({ user, token, currency, request_uuid: 'call-1', ...more }));
}

function move(path: string, seat: Seat, { id, round, amount }: Move, more: object = {}): Signed {
  const ids = { transaction_uuid: uuidOf(seat, id), round, game_code: game };
  return call(path, seat, { ...ids, amount: units(amount), round_closed: false, is_free: false, ...more });
}
const rollBack = (seat: Seat, rollback: Move, original: string, more: object = {}) =>
  move('/transaction/rollback', seat, rollback, {
    reference_transaction_uuid: uuidOf(seat, original),
    ...more,
  });

export const hub88Speaker: Speaker = {
  provider: 'hub88',
  words: {
    accepted: { status: 200, body: { status: 'RS_OK', user: any, currency: any, request_uuid: 'call-1' } },
    repeatedBet: status('RS_OK'),
    repeatedWin: status('RS_OK'),
    repeatedRollback: status('RS_OK'),
    unknownOriginal: status('RS_OK'),
    betAfterItsRollback: status('RS_ERROR_TRANSACTION_ROLLED_BACK'),
    conflict: status('RS_ERROR_DUPLICATE_TRANSACTION'),
    noFunds: status('RS_ERROR_NOT_ENOUGH_MONEY'),
    winBeforeBet: status('RS_ERROR_TRANSACTION_DOES_NOT_EXIST'),
    winAfterRollback: status('RS_ERROR_TRANSACTION_DOES_NOT_EXIST'),
    settledOriginal: never,
    closedRound: never,
    wrongCurrency: status('RS_ERROR_WRONG_CURRENCY'),
    unknownPlayer: status('RS_ERROR_INVALID_TOKEN'),
    unknownGame: status('RS_ERROR_INVALID_GAME'),
    restricted: status('RS_ERROR_USER_DISABLED'),
    unauthenticated: status('RS_ERROR_INVALID_SIGNATURE'),
    malformed: never,
    fault: status('RS_ERROR_UNKNOWN'),
  },
  can: { batch: false, rollBackWins: true, closeRounds: true, closeWithRollback: true },
  freeRounds: {
    referenceOf: (id) => `reward-${id}`,
    granted: (reward_uuid) => JSON.stringify({ reward_uuid }),
    counts: true,
    play: (seat, reward_uuid, wins) =>
      wins.flatMap((amount, at) => {
        const bet = { id: `${reward_uuid}-${at}`, round: `free-${reward_uuid}-${at}`, amount: 20 };
        const free = { is_free: true, reward_uuid };
        const more = { ...free, reference_transaction_uuid: uuidOf(seat, bet.id), round_closed: true };
        return [
          move('/transaction/bet', seat, bet, free),
          move('/transaction/win', seat, { ...bet, id: `${bet.id}-w`, amount }, more),
        ];
      }),
  },
  enter: null,
  balance: (seat) => call('/user/balance', seat, { game_code: game }),
  bet: (seat, bet) => move('/transaction/bet', seat, bet),
  win: (seat, win) =>
    move('/transaction/win', seat, win, { reference_transaction_uuid: uuidOf(seat, win.betId) }),
  rollBackBet: (seat, rollback) => rollBack(seat, rollback, rollback.betId, { round_closed: true }),
  rollBackWin: (seat, rollback) => rollBack(seat, rollback, rollback.winId),
  award: (seat, award) =>
    move('/transaction/win', seat, { ...award, round: 'any' }, { is_supplier_promo: true }),
  betWithAmount: (seat, bet, amount) => {
    const signed = move('/transaction/bet', seat, { ...bet, amount: 0 });
    const body = Buffer.from(signed.bodyBase64, 'base64').toString();
    return text('/transaction/bet', body.replace('"amount":0', `"amount":${amount}`));
  },
  betOnGame: (seat, bet, providerGameId) =>
    move('/transaction/bet', seat, bet, { game_code: providerGameId }),
  rollBackOnGame: (seat, rollback, game_code) =>
    rollBack(seat, rollback, rollback.betId, { game_code, round_closed: true }),
  betAndClose: (seat, bet) => [move('/transaction/bet', seat, bet, { round_closed: true })],
  forged: (signed) => ({
    ...signed,
    headers: [{ name: 'X-Hub88-Signature', value: Buffer.alloc(256, 1).toString('base64') }],
  }),
  text: (body) => text('/transaction/bet', body),
  withField: (call, name, value) => text(call.path, withJsonField(call, name, value)),
  badAmounts: ['-1000', '1', '1000.5', '1e5', 'NaN', '"1000"', '9007199254740992000', 'null', '[]'],
  balanceIn: (body) => Number(body.balance) / 1_000,
  prize: null,
  signedAt: null,
  transactionIn: null,
};
