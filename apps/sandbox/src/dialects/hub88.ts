import { createPrivateKey, randomUUID, sign, type KeyObject } from 'node:crypto';
import { exponentOf } from '@baize/money';
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
import { onlyAction, outcomesOf, unknownStatus, unreadable } from './one-movement';
import { corruptJson, readNumberText, readObject, textOf } from './read-json';

/** Amounts are integers of 1/100,000 of a currency unit. */
const decimals = 5;

/** Hub88: the launch token in every call, integers of 1/100,000, RSA over the raw body. */
export function hub88(credentials: Credentials): Dialect {
  const key = createPrivateKey(credentials.TEST_ONLY_privateKeyPem ?? '');
  return {
    name: 'hub88',
    batches: false,
    idsUniqueAmongAll: true,
    rollbackHasOwnId: true,
    rollsBackWins: true,
    exchangesToken: false,
    freeRounds: 'bets-and-wins',
    encode: (seat, call, distortion = {}) => encode(key, seat, call, distortion),
    decode,
  };
}

/** Base64 RSA-SHA256 of the exact body. */
export function signHub88(key: KeyObject, body: string | Buffer): string {
  return sign('sha256', Buffer.from(body), key).toString('base64');
}

function encode(key: KeyObject, seat: Seat, call: ProviderCall, distortion: Distortion): WireCall {
  const body = corruptJson(bodyOf(seat, call, distortion), distortion.corrupt);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (distortion.secret !== 'none')
    headers['x-hub88-signature'] = signHub88(key, distortion.secret === 'wrong' ? `${body} ` : body);
  return { path: pathOf(call), query: '', headers, body };
}

function pathOf(call: ProviderCall): string {
  if (call.type === 'enter') return '/user/info';
  if (call.type === 'balance') return '/user/balance';
  if (call.type === 'rollback') return '/transaction/rollback';
  return call.type === 'play' && onlyAction(call).kind === 'bet' ? '/transaction/bet' : '/transaction/win';
}

function bodyOf(seat: Seat, call: ProviderCall, distortion: Distortion): string {
  const text = JSON.stringify;
  const user = `"user":${text(distortion.playerId ?? seat.playerId)},"token":${text(seat.session ?? '')}`;
  const head = `${user},"request_uuid":"${randomUUID()}","game_code":${text(seat.providerGameId)}`;
  if (call.type === 'enter' || call.type === 'balance') return `{${head}}`;
  const money = (amount: bigint): string =>
    `"currency":${text(distortion.currency ?? seat.currency)},"amount":${distortion.amountText ?? unitsOf(amount, seat.currency)}`;
  if (call.type === 'promo')
    return `{${head},"transaction_uuid":${text(call.id)},${money(call.amount)},"is_free":false,"is_supplier_promo":true}`;
  const { kind, id, betId, amount } = onlyAction(call);
  const closed = call.type === 'play' && call.finished;
  const movement = `${head},"transaction_uuid":${text(id)},"round":${text(call.roundId)},"round_closed":${closed}`;
  const reference = `"reference_transaction_uuid":${text(betId)}`;
  if (kind === 'rollback') return `{${movement},${reference}}`;
  const free = call.type === 'play' && call.freeRounds;
  const isFree = free ? `"is_free":true,"reward_uuid":${text(free.reference)}` : `"is_free":false`;
  return `{${movement},${money(amount)},${isFree}${kind === 'win' ? `,${reference}` : ''}}`;
}

function unitsOf(minor: bigint, currency: string): string {
  return (minor * perMinor(currency)).toString();
}

/** Units of one minor unit. @throws Error for a currency that is finer than the language */
function perMinor(currency: string): bigint {
  const exponent = exponentOf(currency) ?? 0;
  if (exponent > decimals) throw new Error(`hub88 has no words for amounts as fine as those of ${currency}`);
  return 10n ** BigInt(decimals - exponent);
}

const reasons: Readonly<Record<string, RefusalReason>> = {
  RS_ERROR_NOT_ENOUGH_MONEY: 'funds',
  RS_ERROR_TRANSACTION_DOES_NOT_EXIST: 'not-found',
  RS_ERROR_INVALID_TOKEN: 'session',
  RS_ERROR_TOKEN_EXPIRED: 'session',
};

function decode(seat: Seat, call: ProviderCall, status: number, body: string): Verdict {
  const unknown = unknownStatus(status);
  if (unknown) return unknown;
  const said = textOf(readObject(body)?.status);
  if (said === '') return unreadable(status);
  if (said === 'RS_ERROR_UNKNOWN') return { kind: 'unknown', text: said };
  if (said !== 'RS_OK') return { kind: 'refused', reason: reasons[said] ?? 'other', text: said };
  const units = readNumberText(body, 'balance');
  if (units === undefined || !/^-?\d+$/.test(units))
    return { kind: 'unknown', text: `${said} without a balance` };
  return {
    kind: 'accepted',
    balance: BigInt(units) / perMinor(seat.currency),
    outcomes: outcomesOf(call, '', 'untold'),
  };
}
