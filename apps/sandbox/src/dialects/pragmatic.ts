import { createHash } from 'node:crypto';
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
import { formText, type FormFields } from './form';
import { decimalText, onlyAction, outcomesOf, unknownStatus, unreadable } from './one-movement';
import { nesting, readDecimal, readObject, textOf } from './read-json';

/** Pragmatic Play: forms with an MD5 over the sorted parameters; refunds carry the bet's reference. */
export function pragmatic(credentials: Credentials): Dialect {
  const secretKey = credentials.secretKey ?? '';
  return {
    name: 'pragmatic',
    batches: false,
    rollbackHasOwnId: false,
    exchangesToken: true,
    freeRounds: 'wins',
    closesApart: true,
    currencyBySession: true,
    encode: (seat, call, distortion = {}) => encode(secretKey, seat, call, distortion),
    decode,
  };
}

/** Lower-case hex MD5 of the sorted, unescaped parameters followed by the key. */
export function hashPragmatic(secretKey: string, fields: FormFields): string {
  const bytes = ([name]: FormFields[number]): Buffer => Buffer.from(name);
  const sorted = [...fields].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
  const text = sorted.map(([name, value]) => `${name}=${value}`).join('&');
  return createHash('md5').update(`${text}${secretKey}`).digest('hex');
}

function encode(secretKey: string, seat: Seat, call: ProviderCall, distortion: Distortion): WireCall {
  const fields = [...fieldsOf(seat, call, distortion), ...corruption(distortion.corrupt)];
  const hash = hashPragmatic(distortion.secret === 'wrong' ? `${secretKey}x` : secretKey, fields);
  return {
    path: pathOf(call),
    query: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: formText(distortion.secret === 'none' ? fields : [...fields, ['hash', hash]]),
  };
}

/** A parameter that comes twice, or many more than anybody sends. */
function corruption(how: Distortion['corrupt']): FormFields {
  if (how === undefined) return [];
  if (how === 'broken') return [['providerId', 'pragmaticplay']];
  return Array.from({ length: nesting }, (_, index) => [`x${index}`, '1'] as const);
}

function pathOf(call: ProviderCall): string {
  switch (call.type) {
    case 'enter':
      return '/authenticate';
    case 'balance':
      return '/balance';
    case 'promo':
      return '/promoWin';
    case 'rollback':
      return '/refund';
    case 'play':
      if (call.actions.length === 0) return '/endRound';
      return onlyAction(call).kind === 'bet' ? '/bet' : '/result';
  }
}

function fieldsOf(seat: Seat, call: ProviderCall, distortion: Distortion): FormFields {
  const provider: FormFields = [['providerId', 'pragmaticplay']];
  if (call.type === 'enter') return [...provider, ['token', call.token]];
  const caller: FormFields = [
    ...provider,
    ['userId', distortion.playerId ?? seat.playerId],
    ['token', seat.session ?? ''],
  ];
  if (call.type === 'balance') return caller;
  if (call.type === 'promo')
    return [
      ...caller,
      ['reference', call.id],
      ['amount', decimalText(call.amount, seat, distortion)],
      ['currency', seat.currency],
      ['campaignType', 'T'],
      ['campaignId', '7'],
      ['timestamp', String(Date.now())],
    ];
  const round: FormFields = [...caller, ['gameId', seat.providerGameId], ['roundId', call.roundId]];
  if (call.actions.length === 0) return round;
  const { kind, betId, id, amount } = onlyAction(call);
  return [
    ...round,
    ['reference', kind === 'rollback' ? betId : id],
    ['amount', decimalText(amount, seat, distortion)],
    ['timestamp', String(Date.now())],
    ['roundDetails', 'spin'],
    ...(call.type === 'play' && call.freeRounds ? ([['bonusCode', call.freeRounds.reference]] as const) : []),
  ];
}

const reasons: Readonly<Record<string, RefusalReason>> = { 1: 'funds', 4: 'session' };

function decode(seat: Seat, call: ProviderCall, status: number, body: string): Verdict {
  const unknown = unknownStatus(status);
  if (unknown) return unknown;
  const answer = readObject(body);
  const error = textOf(answer?.error);
  if (answer === undefined || error === '') return unreadable(status);
  const text = `error ${error} ${textOf(answer.description)}`;
  if (error === '100') return { kind: 'unknown', text };
  if (error !== '0') return { kind: 'refused', reason: reasons[error] ?? 'other', text };
  const cash = readDecimal(body, 'cash', seat.currency);
  return {
    kind: 'accepted',
    ...(cash !== undefined && { balance: cash + (readDecimal(body, 'bonus', seat.currency) ?? 0n) }),
    outcomes: outcomesOf(call, textOf(answer.transactionId), 'untold'),
    ...(call.type === 'enter' && typeof answer.token === 'string' && { session: answer.token }),
  };
}
