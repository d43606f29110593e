import { createHmac } from 'node:crypto';
import { brand, secrets } from '../harness';
import type { Signed } from '../provider-calls';
import { withJsonField, type Move, type Seat, type Speaker } from './speaker';

const any = expect.anything() as unknown;
const done = { status: 200, body: { balance: any, txID: any } };
const refused = (status: number, code: string) => ({ status, body: { code, message: any } });
const decimal = (minor: number) => (minor / 100).toFixed(2);

/** Signs a body that is canonical as it stands: no spaces, its keys in order. */
function text(path: string, body: string): Signed {
  const signature = createHmac('sha256', secrets.swipegames.apiKey).update(body).digest('hex');
  const headers = [{ name: 'X-REQUEST-SIGN', value: signature }];
  const bodyBase64 = Buffer.from(body).toString('base64');
  return { brand, provider: 'swipegames', path, query: '', headers, bodyBase64 };
}

function move(path: string, { sid }: Seat, { id, round, amount }: Move, more: Record<string, string> = {}) {
  const fields: Record<string, string> = {
    amount: decimal(amount),
    roundID: round,
    sessionID: sid,
    txID: id,
    type: 'regular',
    ...more,
  };
  return text(path, JSON.stringify(fields, Object.keys(fields).sort()));
}

export const swipegamesSpeaker: Speaker = {
  provider: 'swipegames',
  words: {
    accepted: { status: 200, body: { balance: any } },
    repeatedBet: done,
    repeatedWin: done,
    repeatedRollback: done,
    unknownOriginal: done,
    betAfterItsRollback: refused(409, 'bet_refunded'),
    conflict: refused(409, 'transaction_conflict'),
    noFunds: refused(402, 'insufficient_funds'),
    winBeforeBet: refused(404, 'bet_not_found'),
    winAfterRollback: refused(409, 'bet_refunded'),
    settledOriginal: refused(409, 'bet_settled'),
    closedRound: refused(409, 'round_closed'),
    wrongCurrency: refused(400, 'currency_not_supported'),
    unknownPlayer: refused(404, 'session_not_found'),
    unknownGame: refused(404, 'game_not_found'),
    restricted: refused(403, 'account_blocked'),
    unauthenticated: refused(401, 'invalid_signature'),
    malformed: refused(400, 'invalid_request'),
    fault: refused(500, 'internal_error'),
  },
  can: {
    batch: false,
    rollBackWins: false,
    closeRounds: false,
    closeWithRollback: false,
    namesOnlySessions: true,
  },
  freeRounds: {
    referenceOf: (id) => id,
    granted: () => '{"id":"1"}',
    counts: true,
    play: (seat, frID, wins) =>
      wins.flatMap((amount, at) => {
        const bet = { id: `${frID}-${at}`, round: `free-${frID}-${at}`, amount: 20 };
        const free = { type: 'free', frID };
        return [
          move('/bet', seat, bet, free),
          move('/win', seat, { ...bet, id: `${bet.id}-w`, amount }, free),
        ];
      }),
  },
  enter: null,
  balance: ({ sid }) => ({
    ...text('/balance', JSON.stringify({ sessionID: sid })),
    method: 'GET',
    query: `sessionID=${encodeURIComponent(sid)}`,
    bodyBase64: '',
  }),
  bet: (seat, bet) => move('/bet', seat, bet),
  win: (seat, win) => move('/win', seat, win),
  rollBackBet: (seat, { betId, ...refund }) => move('/refund', seat, refund, { origTxID: betId }),
  award: (seat, award) => move('/win', seat, { ...award, round: 'free-1' }, { frID: 'fr-1', type: 'free' }),
  betWithAmount: (seat, bet, amount) => {
    const body = Buffer.from(move('/bet', seat, { ...bet, amount: 0 }).bodyBase64, 'base64').toString();
    return text('/bet', body.replace('"amount":"0.00"', `"amount":${amount}`));
  },
  betOnGame: (seat, bet) => move('/bet', seat, bet),
  forged: (signed) => ({ ...signed, headers: [{ name: 'X-REQUEST-SIGN', value: '0'.repeat(64) }] }),
  text: (body) => text('/bet', body),
  withField: (call, name, value) => {
    const fields = JSON.parse(withJsonField(call, name, value)) as Record<string, string>;
    return text(call.path, JSON.stringify(fields, Object.keys(fields).sort()));
  },
  badAmounts: ['"-1"', '"0.001"', '"1e2"', '"NaN"', '1', '"90071992547409.92"', '""', 'null', '[]'],
  balanceIn: (body) => Math.round(Number(body.balance) * 100),
  transactionIn: (body) => String(body.txID),
  prize: null,
  rollBackOnGame: null,
  signedAt: null,
};
