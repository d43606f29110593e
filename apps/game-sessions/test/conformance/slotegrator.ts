import { createHmac } from 'node:crypto';
import { brand, gameOf, secrets } from '../harness';
import type { Signed } from '../provider-calls';
import type { Move, Seat, Speaker } from './speaker';

const { merchantId, merchantKey } = secrets.slotegrator;
const game = gameOf('slotegrator').providerGameId;
const any = expect.anything() as unknown;
const done = { status: 200, body: { balance: any, transaction_id: any } };
const refused = (description: RegExp) => ({
  status: 200,
  body: {
    error_code: 'INTERNAL_ERROR',
    error_description: expect.stringMatching(description) as unknown,
  },
});
const decimal = (minor: number) => (minor / 100).toFixed(2);

/** As PHP writes it: what JavaScript leaves alone is encoded too, and a space is a plus. */
const encoded = (part: string) =>
  encodeURIComponent(part)
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

/** Signs any form; its lists come with their keys in order, so that sorting by the outer name is all that PHP does. */
function form(text: string, nowMs = Date.now()): Signed {
  const headers = {
    'X-Merchant-Id': merchantId,
    'X-Timestamp': String(Math.floor(nowMs / 1_000)),
    'X-Nonce': 'nonce-1',
  };
  const outer = (name: string) => name.replace(/\[.*/, '') || name;
  const canonical = [...new URLSearchParams(text), ...Object.entries(headers)]
    .sort(([a], [b]) => Number(outer(a) > outer(b)) - Number(outer(a) < outer(b)))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');
  const signature = createHmac('sha1', merchantKey).update(canonical).digest('hex');
  return {
    brand,
    provider: 'slotegrator',
    path: '/',
    query: '',
    headers: Object.entries({ ...headers, 'X-Sign': signature }).map(([name, value]) => ({ name, value })),
    bodyBase64: Buffer.from(text).toString('base64'),
  };
}

function call(action: string, seat: Seat, more: Record<string, string>): Signed {
  const { playerId, currency, sid } = seat;
  const caller = { action, player_id: playerId, currency, session_id: sid };
  return form(new URLSearchParams({ ...caller, ...more }).toString());
}

const move = (action: string, seat: Seat, { id, round, amount }: Move, more: Record<string, string> = {}) =>
  call(action, seat, {
    transaction_id: id,
    round_id: round,
    amount: decimal(amount),
    game_uuid: game,
    type: action,
    ...more,
  });

export const slotegratorSpeaker: Speaker = {
  provider: 'slotegrator',
  words: {
    accepted: { status: 200, body: { balance: any } },
    repeatedBet: done,
    repeatedWin: done,
    repeatedRollback: done,
    unknownOriginal: done,
    betAfterItsRollback: refused(/was rolled back/),
    conflict: refused(/other data/),
    noFunds: { status: 200, body: { error_code: 'INSUFFICIENT_FUNDS', error_description: any } },
    winBeforeBet: refused(/not known yet/),
    winAfterRollback: refused(/was rolled back/),
    settledOriginal: refused(/settled/),
    closedRound: refused(/finished/),
    wrongCurrency: refused(/currency/),
    unknownPlayer: refused(/session/),
    unknownGame: refused(/game/),
    restricted: refused(/may not bet/),
    unauthenticated: refused(/X-Sign/),
    malformed: refused(/Bad request/),
    fault: { status: 500, body: { error_code: 'INTERNAL_ERROR' } },
  },
  can: {
    batch: false,
    rollBackWins: true,
    rollBackLists: true,
    closeRounds: true,
    closeWithRollback: true,
  },
  freeRounds: {
    referenceOf: (id) => id,
    granted: () => '{"success":true}',
    counts: true,
    play: (seat, freespin_id, wins) =>
      wins.flatMap((amount, at) => {
        const bet = { id: `${freespin_id}-${at}`, round: `free-${freespin_id}-${at}`, amount: 20 };
        const free = { type: 'freespin', freespin_id, quantity: String(wins.length) };
        const more = { ...free, bet_transaction_id: bet.id, finished: '1' };
        return [move('bet', seat, bet, free), move('win', seat, { ...bet, id: `${bet.id}-w`, amount }, more)];
      }),
  },
  enter: null,
  balance: (seat) => call('balance', seat, {}),
  bet: (seat, bet) => move('bet', seat, bet),
  win: (seat, win) => move('win', seat, win, { bet_transaction_id: win.betId }),
  rollBackBet: (seat, { betId, ...refund }) =>
    move('refund', seat, refund, { bet_transaction_id: betId, finished: '1' }),
  rollBackWin: (seat, { winId, ...rollback }) =>
    move('rollback', seat, rollback, {
      'rollback_transactions[0][action]': 'win',
      'rollback_transactions[0][transaction_id]': winId,
    }),
  rollBackAll: (seat, { id, round }, originals) =>
    call('rollback', seat, {
      transaction_id: id,
      round_id: round,
      game_uuid: game,
      ...Object.fromEntries(
        originals.flatMap(({ kind, id: original }, place) => [
          [`rollback_transactions[${place}][action]`, kind],
          [`rollback_transactions[${place}][transaction_id]`, original],
        ]),
      ),
    }),
  award: (seat, { id, amount }) =>
    call('win', seat, { transaction_id: id, amount: decimal(amount), game_uuid: game, type: 'bonus' }),
  prize: (seat, { id, amount }) =>
    call('win', { ...seat, sid: '' }, { transaction_id: id, amount: decimal(amount), type: 'promo' }),
  betWithAmount: (seat, bet, amount) => move('bet', seat, { ...bet, amount: 0 }, { amount }),
  betOnGame: (seat, bet, providerGameId) => move('bet', seat, bet, { game_uuid: providerGameId }),
  rollBackOnGame: (seat, { betId, ...refund }, game_uuid) =>
    move('refund', seat, refund, { bet_transaction_id: betId, game_uuid, finished: '1' }),
  betAndClose: (seat, bet) => [move('bet', seat, bet, { finished: '1' })],
  forged: (signed) => ({
    ...signed,
    headers: signed.headers.map(({ name, value }) => ({
      name,
      value: name === 'X-Sign' ? '0'.repeat(40) : value,
    })),
  }),
  text: form,
  withField: ({ bodyBase64 }, name, value) =>
    form(`${Buffer.from(bodyBase64, 'base64').toString()}&${name}=${value}`),
  signedAt: ({ bodyBase64 }, nowMs) => form(Buffer.from(bodyBase64, 'base64').toString(), nowMs),
  badAmounts: ['-1', '0.001', '1e2', 'NaN', '', '90071992547409.92', '1,5', ' 1'],
  balanceIn: (body) => Math.round(Number(body.balance) * 100),
  transactionIn: (body) => String(body.transaction_id),
};
