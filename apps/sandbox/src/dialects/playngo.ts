import type {
  Credentials,
  Dialect,
  Distortion,
  ProviderCall,
  RefusalReason,
  Seat,
  Verdict,
  WireCall,
} from './dialect';
import { decimalText, onlyAction, outcomesOf, unknownStatus, unreadable } from './one-movement';
import { minorOf, nesting } from './read-json';

type Elements = Readonly<Record<string, string>>;

/** Play'n GO: XML whose root is the function, the secret in the body, decimals, rounds that end by `state`. */
export function playngo(credentials: Credentials): Dialect {
  const accessToken = credentials.accessToken ?? '';
  return {
    name: 'playngo',
    batches: false,
    rollbackHasOwnId: false,
    exchangesToken: true,
    freeRounds: 'wins',
    encode: (seat, call, distortion = {}) => encode(accessToken, seat, call, distortion),
    decode,
  };
}

/** The secret as it stands in the body. */
export function accessTokenElement(accessToken: string): string {
  return `<accessToken>${escaped(accessToken)}</accessToken>`;
}

function encode(accessToken: string, seat: Seat, call: ProviderCall, distortion: Distortion): WireCall {
  const root = rootOf(call);
  const secret = accessTokenElement(distortion.secret === 'wrong' ? `${accessToken}x` : accessToken);
  const elements = Object.entries(elementsOf(seat, call, distortion)).map(
    ([name, text]) => `<${name}>${escaped(text)}</${name}>`,
  );
  if (distortion.secret !== 'none') elements.push(secret);
  if (distortion.corrupt === 'deep') elements.push('<x>'.repeat(nesting) + '</x>'.repeat(nesting));
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${elements.join('')}</${root}>`;
  return {
    path: `/${root}`,
    query: '',
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: distortion.corrupt === 'broken' ? body.slice(0, -1) : body,
  };
}

function rootOf(call: ProviderCall): string {
  switch (call.type) {
    case 'enter':
      return 'authenticate';
    case 'balance':
      return 'balance';
    case 'promo':
      return 'release';
    case 'rollback':
      return 'cancelReserve';
    case 'play':
      return onlyAction(call).kind === 'bet' ? 'reserve' : 'release';
  }
}

function elementsOf(seat: Seat, call: ProviderCall, distortion: Distortion): Elements {
  if (call.type === 'enter')
    return { username: call.token, productId: '1', language: 'en_GB', gameId: seat.providerGameId };
  const caller = {
    externalId: distortion.playerId ?? seat.playerId,
    productId: '1',
    currency: distortion.currency ?? seat.currency,
    gameId: seat.providerGameId,
    externalGameSessionId: seat.session ?? '',
  };
  if (call.type === 'balance') return caller;
  if (call.type === 'promo') {
    const real = decimalText(call.amount, seat, distortion);
    return { ...caller, transactionId: call.id, real, state: '1', type: '1', roundId: '' };
  }
  const { kind, id, betId, amount } = onlyAction(call);
  const movement = {
    ...caller,
    transactionId: kind === 'rollback' ? betId : id,
    real: decimalText(amount, seat, distortion),
    gameSessionId: '7',
    roundId: call.roundId,
  };
  if (kind !== 'win') return movement;
  const free = call.type === 'play' && call.freeRounds;
  return {
    ...movement,
    state: call.type === 'play' && call.finished ? '1' : '0',
    type: '0',
    ...(free && { freegameExternalId: free.reference, freegameFinished: free.isLast ? '1' : '0' }),
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const reasons: Readonly<Record<string, RefusalReason>> = { 4: 'session', 7: 'funds', 9: 'not-found' };

function decode(seat: Seat, call: ProviderCall, status: number, body: string): Verdict {
  const unknown = unknownStatus(status);
  if (unknown) return unknown;
  const read = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? '';
  const code = read('statusCode');
  if (code === '') return unreadable(status);
  if (code !== '0') {
    const text = `statusCode ${code} ${read('statusMessage')}`;
    return { kind: 'refused', reason: reasons[code] ?? 'other', text };
  }
  const balance = minorOf(read('real'), seat.currency);
  const session = read('externalGameSessionId');
  return {
    kind: 'accepted',
    ...(balance !== undefined && { balance }),
    outcomes: outcomesOf(call, read('externalTransactionId')),
    ...(call.type === 'enter' && session !== '' && { session }),
  };
}
