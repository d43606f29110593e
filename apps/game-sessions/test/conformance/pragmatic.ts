import { hash } from 'node:crypto';
import { brand, gameOf, secrets } from '../harness';
import type { Signed } from '../provider-calls';
import type { Move, Seat, Speaker } from './speaker';

type Fields = Readonly<Record<string, string>>;

const gameId = gameOf('pragmatic').providerGameId;
const transactionId: unknown = expect.stringMatching(/.+/);
const error = (code: number) => ({ status: 200, body: { error: code } });
const done = { status: 200, body: { error: 0, transactionId } };
const decimal = (minor: number) => (minor / 100).toFixed(2);

/** Signs fields as pragmatic does: sorted, undecorated, the key behind them. */
export function pragmaticCall(path: string, fields: Fields, key = secrets.pragmatic.secretKey): Signed {
  const canonical = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
  return formed(
    path,
    new URLSearchParams({ ...fields, hash: hash('md5', canonical + key, 'hex') }).toString(),
  );
}

function formed(path: string, form: string): Signed {
  return {
    brand,
    provider: 'pragmatic',
    path,
    query: '',
    headers: [{ name: 'Content-Type', value: 'application/x-www-form-urlencoded' }],
    bodyBase64: Buffer.from(form).toString('base64'),
  };
}

const caller = ({ sid, playerId, currency }: Seat): Fields => ({
  providerId: 'pragmaticplay',
  token: sid,
  userId: playerId,
  ...(currency !== 'EUR' && { currency }), // otherwise the session's
});
const fieldsOf = (seat: Seat, { id, round, amount }: Move): Fields => ({
  ...caller(seat),
  gameId,
  roundId: round,
  reference: id,
  amount: decimal(amount),
  timestamp: '1561650281564',
  roundDetails: 'spin',
});
const fieldsIn = ({ bodyBase64 }: Signed): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(Buffer.from(bodyBase64, 'base64').toString()));
const bet = (seat: Seat, move: Move) => pragmaticCall('/bet', fieldsOf(seat, move));

export const pragmaticSpeaker: Speaker = {
  provider: 'pragmatic',
  words: {
    accepted: error(0),
    repeatedBet: done,
    repeatedWin: done,
    repeatedRollback: done,
    unknownOriginal: done,
    betAfterItsRollback: error(3),
    conflict: error(7),
    noFunds: error(1),
    winBeforeBet: error(3),
    winAfterRollback: error(120),
    settledOriginal: error(120),
    closedRound: error(3),
    wrongCurrency: error(7),
    unknownPlayer: error(4),
    unknownGame: error(8),
    restricted: error(6),
    unauthenticated: error(5),
    malformed: error(7),
    fault: error(100),
  },
  can: { batch: false, rollBackWins: false, closeRounds: true, closeWithRollback: false },
  freeRounds: {
    referenceOf: (id) => id,
    granted: () => '{"error":"0","description":"OK"}',
    counts: true,
    // the bonus win says once more what all of them won
    play: (seat, bonusCode, wins) => [
      ...wins.map((amount, at) => {
        const move = { id: `${bonusCode}-${at}`, round: `free-${bonusCode}-${at}`, amount };
        return pragmaticCall('/result', { ...fieldsOf(seat, move), bonusCode });
      }),
      pragmaticCall('/bonusWin', {
        ...caller(seat),
        ...{
          bonusCode,
          reference: `${bonusCode}-all`,
          amount: decimal(wins.reduce((sum, win) => sum + win)),
        },
      }),
    ],
  },
  enter: (_seat, token) => ({
    call: pragmaticCall('/authenticate', { providerId: 'pragmaticplay', token }),
    sidIn: 'token',
  }),
  balance: (seat) => pragmaticCall('/balance', caller(seat)),
  bet,
  win: (seat, win) => pragmaticCall('/result', fieldsOf(seat, win)),
  // the bet's own reference; amount and round may be missing
  rollBackBet: (seat, { betId }) => pragmaticCall('/refund', { ...caller(seat), reference: betId }),
  award: (seat, { id, amount }) =>
    pragmaticCall('/promoWin', { ...caller(seat), campaignId: '7', reference: id, amount: decimal(amount) }),
  prize: ({ playerId: userId, currency }, { id, amount }) => {
    const prize = { campaignId: '7', reference: id, amount: decimal(amount), currency };
    return pragmaticCall('/promoWin', { providerId: 'pragmaticplay', userId, ...prize });
  },
  betWithAmount: (seat, move, amount) =>
    pragmaticCall('/bet', { ...fieldsOf(seat, { ...move, amount: 0 }), amount }),
  betOnGame: (seat, move, game) => pragmaticCall('/bet', { ...fieldsOf(seat, move), gameId: game }),
  rollBackOnGame: (seat, { betId }, game) =>
    pragmaticCall('/refund', { ...caller(seat), reference: betId, gameId: game }),
  forged: ({ path, bodyBase64 }) => {
    const { hash: _hash, ...fields } = Object.fromEntries(
      new URLSearchParams(Buffer.from(bodyBase64, 'base64').toString()),
    );
    return pragmaticCall(path, fields, 'not-the-secret');
  },
  withField: (call, name, value) => {
    const { hash: _hash, ...fields } = fieldsIn(call);
    return pragmaticCall(call.path, { ...fields, [name]: value });
  },
  unsigned: (call) => {
    const { hash: _hash, ...fields } = fieldsIn(call);
    return formed(call.path, new URLSearchParams(fields).toString());
  },
  // one empty parameter of that name, as it stands
  text: (text) => {
    const canonical = text === '' ? '' : `${text}=`;
    return formed('/bet', `${text}&hash=${hash('md5', canonical + secrets.pragmatic.secretKey, 'hex')}`);
  },
  badAmounts: ['-1', '0.001', 'NaN', '', '1e2', '90071992547409.92', '1'.repeat(400), 'null'],
  betAndClose: (seat, move) => [
    bet(seat, move),
    pragmaticCall('/endRound', { ...caller(seat), gameId, roundId: move.round }),
  ],
  balanceIn: (body) => Math.round((Number(body.cash) + Number(body.bonus)) * 100),
  transactionIn: (body) => String(body.transactionId),
  signedAt: null,
};
