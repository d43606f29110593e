import { createHmac, randomBytes } from 'node:crypto';
import type { Credentials, Dialect, Distortion, ProviderCall, Seat, Verdict, WireCall } from './dialect';
import { formText, type FormFields } from './form';
import { decimalText, onlyAction, outcomesOf, unknownStatus, unreadable } from './one-movement';
import { nesting, readDecimal, readObject, textOf } from './read-json';

/** Slotegrator: forms to one address, signed as PHP writes them together with three headers; decimal amounts. */
export function slotegrator(credentials: Credentials): Dialect {
  return {
    name: 'slotegrator',
    batches: false,
    rollbackHasOwnId: true,
    rollsBackWins: true,
    exchangesToken: false,
    freeRounds: 'bets-and-wins',
    encode: (seat, call, distortion = {}) => encode(credentials, seat, call, distortion),
    decode,
  };
}

/** Hex HMAC-SHA1 over fields and headers, sorted by their top-level name. */
export function signSlotegrator(merchantKey: string, fields: FormFields): string {
  const top = ([name]: FormFields[number]): string => name.split('[')[0] ?? '';
  const sorted = [...fields].sort((a, b) => (top(a) < top(b) ? -1 : top(a) > top(b) ? 1 : 0));
  return createHmac('sha1', merchantKey).update(formText(sorted)).digest('hex');
}

function encode(
  { merchantId = '', merchantKey = '' }: Credentials,
  seat: Seat,
  call: ProviderCall,
  distortion: Distortion,
): WireCall {
  const fields = fieldsOf(seat, call, distortion);
  const signed: FormFields = [
    ['X-Merchant-Id', merchantId],
    ['X-Timestamp', String(Math.floor(Date.now() / 1_000))],
    ['X-Nonce', randomBytes(16).toString('hex')],
  ];
  const key = distortion.secret === 'wrong' ? `${merchantKey}x` : merchantKey;
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    ...Object.fromEntries(signed),
  };
  if (distortion.secret !== 'none') headers['X-Sign'] = signSlotegrator(key, [...fields, ...signed]);
  return { path: '', query: '', headers, body: corrupt(formText(fields), distortion.corrupt) };
}

/** A parameter that comes twice, or a list in lists. */
function corrupt(body: string, how: Distortion['corrupt']): string {
  if (how === undefined) return body;
  return how === 'broken'
    ? `${body}&${body.split('&').at(-1) ?? ''}`
    : `${body}&x${'%5Ba%5D'.repeat(nesting)}=1`;
}

function fieldsOf(seat: Seat, call: ProviderCall, distortion: Distortion): FormFields {
  const caller: FormFields = [
    ['player_id', distortion.playerId ?? seat.playerId],
    ['currency', distortion.currency ?? seat.currency],
    ['session_id', seat.session ?? ''],
  ];
  if (call.type === 'enter' || call.type === 'balance') return [['action', 'balance'], ...caller];
  const free = call.type === 'play' && call.freeRounds;
  const said = (action: string, id: string, amount: bigint, type: string): FormFields => [
    ['action', action],
    ...caller,
    ['game_uuid', seat.providerGameId],
    ['transaction_id', id],
    ['amount', decimalText(amount, seat, distortion)],
    ['type', free ? 'freespin' : type],
    ...(free
      ? ([
          ['freespin_id', free.reference],
          ['quantity', String(free.count)],
        ] as const)
      : []),
  ];
  if (call.type === 'promo') return said('win', call.id, call.amount, 'promo');
  const { kind, id, betId, amount, undoes } = onlyAction(call);
  const round: FormFields = [
    ['round_id', call.roundId],
    ['finished', call.type === 'play' && call.finished ? '1' : '0'],
  ];
  if (kind === 'bet') return [...said('bet', id, amount, 'bet'), ...round];
  if (kind === 'win') return [...said('win', id, amount, 'win'), ...round, ['bet_transaction_id', betId]];
  if (undoes === undefined && !rollsBackByList(id))
    return [...said('refund', id, amount, 'refund'), ...round, ['bet_transaction_id', betId]];
  return [
    ...said('rollback', id, amount, 'rollback'),
    ...round,
    ['rollback_transactions[0][action]', undoes ?? 'bet'],
    ['rollback_transactions[0][amount]', decimalText(amount, seat, distortion)],
    ['rollback_transactions[0][transaction_id]', betId],
  ];
}

/** Both forms take a bet back: half of the ids use the one, half the other, and each id the same at every try. */
function rollsBackByList(id: string): boolean {
  return [...id].reduce((sum, character) => sum + character.charCodeAt(0), 0) % 2 === 0;
}

function decode(seat: Seat, call: ProviderCall, status: number, body: string): Verdict {
  const unknown = unknownStatus(status);
  if (unknown) return unknown;
  const answer = readObject(body);
  const code = textOf(answer?.error_code);
  if (answer !== undefined && code !== '') {
    const text = `${code} ${textOf(answer.error_description)}`;
    if (code === 'INSUFFICIENT_FUNDS') return { kind: 'refused', reason: 'funds', text };
    // everything but money has one code; the description is all there is
    return { kind: 'refused', reason: /session/i.test(text) ? 'session' : 'other', text };
  }
  const balance = readDecimal(body, 'balance', seat.currency);
  if (answer === undefined || balance === undefined) return unreadable(status);
  return { kind: 'accepted', balance, outcomes: outcomesOf(call, textOf(answer.transaction_id), 'untold') };
}
