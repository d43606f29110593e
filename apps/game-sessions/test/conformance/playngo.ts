import { brand, gameOf, secrets } from '../harness';
import type { Signed } from '../provider-calls';
import type { Move, Seat, Speaker } from './speaker';

type Fields = Readonly<Record<string, string>>;

const gameId = gameOf('playngo').providerGameId;
const statusCode = (code: number) => ({ status: 200, body: { statusCode: String(code) } });
const externalTransactionId: unknown = expect.stringMatching(/.+/);
const done = { status: 200, body: { statusCode: '0', externalTransactionId } };
const decimal = (minor: number) => (minor / 100).toFixed(2);

function call(root: string, content: string, accessToken = secrets.playngo.accessToken): Signed {
  const token = accessToken.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${content}<accessToken>${token}</accessToken></${root}>`;
  return {
    brand,
    provider: 'playngo',
    path: `/${root}`,
    query: '',
    headers: [{ name: 'Content-Type', value: 'text/xml; charset=utf-8' }],
    bodyBase64: Buffer.from(text).toString('base64'),
  };
}
const secretElement = '<accessToken>playngo&amp;test&lt;token</accessToken>';
const changed = ({ bodyBase64 }: Signed, change: (text: string) => string) =>
  Buffer.from(change(Buffer.from(bodyBase64, 'base64').toString())).toString('base64');
const elements = (fields: Fields) =>
  Object.entries(fields)
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join('');

const caller = ({ sid, playerId, currency }: Seat): Fields => ({
  externalId: playerId,
  productId: '1',
  currency,
  externalGameSessionId: sid,
});
const fieldsOf = (seat: Seat, { id, round, amount }: Move): Fields => ({
  ...caller(seat),
  gameId,
  gameSessionId: '7',
  transactionId: id,
  roundId: round,
  real: decimal(amount),
});
const reserve = (seat: Seat, move: Move) => call('reserve', elements(fieldsOf(seat, move)));
const release = (seat: Seat, move: Move, more: Fields = { state: '0', type: '0' }) =>
  call('release', elements({ ...fieldsOf(seat, move), ...more }));

export const playngoSpeaker: Speaker = {
  provider: 'playngo',
  words: {
    accepted: statusCode(0),
    repeatedBet: done,
    repeatedWin: done,
    repeatedRollback: done,
    unknownOriginal: statusCode(9),
    betAfterItsRollback: statusCode(12),
    conflict: statusCode(12),
    noFunds: statusCode(7),
    winBeforeBet: statusCode(9),
    winAfterRollback: statusCode(12),
    settledOriginal: statusCode(12),
    closedRound: statusCode(12),
    wrongCurrency: statusCode(12),
    unknownPlayer: statusCode(4),
    unknownGame: statusCode(12),
    restricted: statusCode(12),
    unauthenticated: statusCode(1),
    malformed: statusCode(12),
    fault: { status: 500, body: {} },
  },
  can: { batch: false, rollBackWins: false, closeRounds: true, closeWithRollback: false },
  freeRounds: {
    referenceOf: (id) => id,
    granted: () => '<addFreegameOffersResponse><statusCode>0</statusCode></addFreegameOffersResponse>',
    counts: true,
    play: (seat, freegameExternalId, wins) =>
      wins.map((amount, at) =>
        release(
          seat,
          { id: `${freegameExternalId}-${at}`, round: `free-${freegameExternalId}-${at}`, amount },
          { state: '1', type: '0', freegameExternalId, freegameFinished: at === wins.length - 1 ? '1' : '0' },
        ),
      ),
  },
  enter: (_seat, token) => ({
    call: call('authenticate', elements({ username: token, productId: '1', gameId })),
    sidIn: 'externalGameSessionId',
  }),
  balance: (seat) => call('balance', elements(caller(seat))),
  bet: reserve,
  win: (seat, win) => release(seat, win),
  // the bet's own transactionId
  rollBackBet: (seat, rollback) =>
    call('cancelReserve', elements(fieldsOf(seat, { ...rollback, id: rollback.betId }))),
  award: (seat, { id, amount }) => {
    const { roundId: _round, ...fields } = fieldsOf(seat, { id, amount, round: '' });
    return call('release', elements({ ...fields, type: '1', state: '1', roundId: '' }));
  },
  prize: ({ playerId: externalId, currency }, { id, amount }) =>
    call('release', elements({ externalId, currency, transactionId: id, real: decimal(amount), type: '1' })),
  betWithAmount: (seat, move, real) =>
    call('reserve', elements({ ...fieldsOf(seat, { ...move, amount: 0 }), real })),
  betOnGame: (seat, move, game) => call('reserve', elements({ ...fieldsOf(seat, move), gameId: game })),
  rollBackOnGame: (seat, rollback, game) =>
    call('cancelReserve', elements({ ...fieldsOf(seat, { ...rollback, id: rollback.betId }), gameId: game })),
  forged: ({ bodyBase64, ...signed }) => {
    const text = Buffer.from(bodyBase64, 'base64').toString();
    const forged = text.replace(
      /<accessToken>.*<\/accessToken>/,
      '<accessToken>not-the-secret</accessToken>',
    );
    return { ...signed, bodyBase64: Buffer.from(forged).toString('base64') };
  },
  // the secret is in the body: what cannot be read at all cannot be trusted either
  text: (text) => call('reserve', text),
  raw: (body) => ({
    ...call('reserve', ''),
    bodyBase64: Buffer.from(body.replace('</reserve>', `${secretElement}</reserve>`)).toString('base64'),
  }),
  withField: (signed, name, value) => ({
    ...signed,
    bodyBase64: changed(signed, (text) =>
      text.replace('<accessToken>', `<${name}>${value}</${name}><accessToken>`),
    ),
  }),
  unsigned: (signed) => ({
    ...signed,
    bodyBase64: changed(signed, (text) => text.replace(/<accessToken>.*<\/accessToken>/, '')),
  }),
  badAmounts: ['-1', '0.001', 'NaN', '', '1e2', ' 1', '90071992547409.92', '<b>1</b>', 'null'],
  betAndClose: (seat, move) => [
    reserve(seat, move),
    release(seat, { ...move, id: `${move.id}-end`, amount: 0 }, { state: '1', type: '0' }),
  ],
  read: (body) =>
    Object.fromEntries(
      Array.from(body.matchAll(/<(\w+)>([^<]*)<\/\1>/g), ([, name = '', text]) => [name, text] as const),
    ),
  balanceIn: (body) => Math.round(Number(body.real) * 100),
  transactionIn: (body) => String(body.externalTransactionId),
  signedAt: null,
};
