import { createHmac } from 'node:crypto';
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
import { corruptJson, minorOf, readObject, textOf } from './read-json';

/** Swipe Games: player, game and currency by session, decimal texts, HMAC over canonical JSON. */
export function swipegames(credentials: Credentials): Dialect {
  const apiKey = credentials.apiKey ?? '';
  return {
    name: 'swipegames',
    batches: false,
    rollbackHasOwnId: true,
    exchangesToken: false,
    freeRounds: 'bets-and-wins',
    currencyBySession: true,
    encode: (seat, call, distortion = {}) => encode(apiKey, seat, call, distortion),
    decode,
  };
}

/** Lower-case hex HMAC-SHA256 of the canonical form. */
export function signSwipegames(apiKey: string, canonical: string): string {
  return createHmac('sha256', apiKey).update(canonical).digest('hex');
}

/** RFC 8785 for the flat texts that are said here: keys in order, no spaces. */
export function canonicalTexts(fields: Readonly<Record<string, string>>): string {
  return JSON.stringify(fields, Object.keys(fields).sort());
}

function encode(apiKey: string, seat: Seat, call: ProviderCall, distortion: Distortion): WireCall {
  const fields = fieldsOf(seat, call, distortion);
  const asks = call.type === 'balance' || call.type === 'enter';
  const body = corruptJson(canonicalTexts(fields), distortion.corrupt);
  const headers: Record<string, string> = asks ? {} : { 'content-type': 'application/json' };
  const key = distortion.secret === 'wrong' ? `${apiKey}x` : apiKey;
  if (distortion.secret !== 'none') headers['x-request-sign'] = signSwipegames(key, body);
  if (!asks) return { path: pathOf(call), query: '', headers, body };
  const query = `sessionID=${encodeURIComponent(fields.sessionID ?? '')}`;
  return { method: 'GET', path: '/balance', query, headers, body: '' };
}

function pathOf(call: ProviderCall): string {
  if (call.type === 'rollback') return '/refund';
  return call.type === 'play' && onlyAction(call).kind === 'bet' ? '/bet' : '/win';
}

function fieldsOf(seat: Seat, call: ProviderCall, distortion: Distortion): Record<string, string> {
  // the session is all that says who plays
  const sessionID = distortion.playerId ?? seat.session ?? '';
  if (call.type === 'enter' || call.type === 'balance') return { sessionID };
  const movement = (type: string, txID: string, roundID: string, amount: bigint): Record<string, string> => ({
    type,
    sessionID,
    txID,
    roundID,
    amount: decimalText(amount, seat, distortion),
  });
  if (call.type === 'promo')
    return { ...movement('free', call.id, call.id, call.amount), frID: `fr-${call.id}` };
  const { kind, id, betId, amount } = onlyAction(call);
  if (call.type === 'play' && call.freeRounds)
    return { ...movement('free', id, call.roundId, amount), frID: call.freeRounds.reference };
  const fields = movement('regular', id, call.roundId, amount);
  return kind === 'rollback' ? { ...fields, origTxID: betId } : fields;
}

const reasons: Readonly<Record<string, RefusalReason>> = {
  insufficient_funds: 'funds',
  session_not_found: 'session',
  session_expired: 'session',
};

function decode(seat: Seat, call: ProviderCall, status: number, body: string): Verdict {
  const unknown = unknownStatus(status);
  if (unknown) return unknown;
  const answer = readObject(body);
  if (answer === undefined) return unreadable(status);
  if (status !== 200) {
    const code = textOf(answer.code);
    return { kind: 'refused', reason: reasons[code] ?? 'other', text: `HTTP ${status} ${code}` };
  }
  const balance = minorOf(typeof answer.balance === 'string' ? answer.balance : undefined, seat.currency);
  if (balance === undefined) return unreadable(status);
  return { kind: 'accepted', balance, outcomes: outcomesOf(call, textOf(answer.txID), 'untold') };
}
