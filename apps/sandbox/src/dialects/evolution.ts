import { randomUUID } from 'node:crypto';
import { formatDecimal } from '@baize/money';
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
import { onlyAction, outcomesOf } from './one-movement';
import { corruptJson, readDecimal, readObject, textOf } from './read-json';

/** Evolution One Wallet: decimal amounts, one movement per call, the shared secret in the query. */
export function evolution(credentials: Credentials): Dialect {
  const authToken = credentials.authToken ?? '';
  return {
    name: 'evolution',
    batches: false,
    rollbackHasOwnId: false,
    exchangesToken: true,
    freeRounds: 'total',
    encode: (seat, call, distortion = {}) => encode(authToken, seat, call, distortion),
    decode,
  };
}

/** The token as it stands in the query: every reserved character escaped. */
export function authQuery(authToken: string): string {
  return `authToken=${encodeURIComponent(authToken)}`;
}

function encode(authToken: string, seat: Seat, call: ProviderCall, distortion: Distortion): WireCall {
  const text = bodyOf(seat, call, distortion);
  const token = distortion.secret === 'wrong' ? `${authToken}x` : authToken;
  return {
    path: pathOf(call),
    query: distortion.secret === 'none' ? '' : authQuery(token),
    headers: { 'content-type': 'application/json' },
    body: corruptJson(text, distortion.corrupt),
  };
}

function pathOf(call: ProviderCall): string {
  switch (call.type) {
    case 'enter':
      return '/check';
    case 'balance':
      return '/balance';
    case 'promo':
      return '/promo_payout';
    case 'rollback':
      return '/cancel';
    case 'play':
      return onlyAction(call).kind === 'bet' ? '/debit' : '/credit';
  }
}

function bodyOf(seat: Seat, call: ProviderCall, distortion: Distortion): string {
  const currency = distortion.currency ?? seat.currency;
  const sid = JSON.stringify(call.type === 'enter' ? call.token : (seat.session ?? ''));
  const user = JSON.stringify(distortion.playerId ?? seat.playerId);
  const head = `"sid":${sid},"userId":${user},"uuid":"${randomUUID()}"`;
  if (call.type === 'enter') return `{${head},"channel":{"type":"P"}}`;
  const amountText = (amount: bigint): string =>
    distortion.amountText ?? formatDecimal(amount, seat.currency);
  const coin = `"currency":${JSON.stringify(currency)}`;
  if (call.type === 'balance') return `{${head},${coin},"game":null}`;
  if (call.type === 'promo') {
    const voucher = call.freeRounds && JSON.stringify(call.freeRounds.reference);
    const type = voucher
      ? `"type":"FreeRoundPlayableSpent","voucherId":${voucher},"remainingRounds":0`
      : `"type":"JackpotWin"`;
    const promo = `${type},"id":${JSON.stringify(call.id)},"amount":${amountText(call.amount)}`;
    return `{${head},${coin},"game":null,"promoTransaction":{${promo}}}`;
  }
  const { id, betId, amount } = onlyAction(call);
  const table = `"details":{"table":{"id":${JSON.stringify(seat.providerGameId)},"vid":null}}`;
  const game = `"game":{"id":${JSON.stringify(call.roundId)},"type":"slots",${table}}`;
  const ids = `"id":${JSON.stringify(id)},"refId":${JSON.stringify(`ref-${betId}`)}`;
  return `{${head},${coin},${game},"transaction":{${ids},"amount":${amountText(amount)}}}`;
}

const reasons: Readonly<Record<string, RefusalReason>> = {
  INSUFFICIENT_FUNDS: 'funds',
  BET_DOES_NOT_EXIST: 'not-found',
  BET_ALREADY_SETTLED: 'settled',
  BET_ALREADY_EXIST: 'known',
  INVALID_SID: 'session',
  INVALID_TOKEN_ID: 'session',
};

function decode(seat: Seat, call: ProviderCall, status: number, body: string): Verdict {
  if (status >= 500 || status === 429 || status === 408) return { kind: 'unknown', text: `HTTP ${status}` };
  const answer = readObject(body);
  const said = textOf(answer?.status);
  if (answer === undefined || said === '') {
    // the gateway itself refuses what is no call at all, such as a body that is too large
    if (status >= 400) return { kind: 'refused', reason: 'other', text: `HTTP ${status}` };
    return { kind: 'unknown', text: `HTTP ${status} without a status` };
  }
  if (said === 'TEMPORARY_ERROR' || said === 'UNKNOWN_ERROR') return { kind: 'unknown', text: said };
  if (said !== 'OK') return { kind: 'refused', reason: reasons[said] ?? 'other', text: said };
  return {
    kind: 'accepted',
    ...balanceOf(body, seat.currency),
    outcomes: outcomesOf(call),
    ...(typeof answer.sid === 'string' && { session: answer.sid }),
  };
}

/** `balance` and `bonus` are decimal numbers: read from the text, never as floats. */
function balanceOf(body: string, currency: string): { balance?: bigint } {
  const balance = readDecimal(body, 'balance', currency);
  return balance === undefined ? {} : { balance: balance + (readDecimal(body, 'bonus', currency) ?? 0n) };
}
