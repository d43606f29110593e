import { createHmac } from 'node:crypto';
import type {
  CallAction,
  Credentials,
  Dialect,
  Distortion,
  ProviderCall,
  RefusalReason,
  Seat,
  Verdict,
  WireCall,
} from './dialect';
import { corruptJson, readObject, textOf } from './read-json';

/** SoftSwiss GCP / BGaming: integer minor units, several actions per call, HMAC over the raw body. */
export function softswiss(credentials: Credentials): Dialect {
  const secret = credentials.secret ?? '';
  return {
    name: 'softswiss',
    batches: true,
    rollbackHasOwnId: true,
    rollsBackWins: true,
    exchangesToken: false,
    freeRounds: 'total',
    encode: (seat, call, distortion = {}) => encode(secret, seat, call, distortion),
    decode: (_seat, call, status, body) => decode(call, status, body),
  };
}

/** Lower-case hex HMAC-SHA256 of the exact body. */
export function signSoftswiss(secret: string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

function encode(secret: string, seat: Seat, call: ProviderCall, distortion: Distortion): WireCall {
  const text = bodyOf(seat, call, distortion);
  const body = corruptJson(text, distortion.corrupt);
  const key = distortion.secret === 'wrong' ? `${secret}x` : secret;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (distortion.secret !== 'none') headers['x-request-sign'] = signSoftswiss(key, body);
  return { path: pathOf(call), query: '', headers, body };
}

function pathOf(call: ProviderCall): string {
  if (call.type === 'rollback') return '/rollback';
  return call.type === 'promo' ? '/freespins' : '/play';
}

function bodyOf(seat: Seat, call: ProviderCall, distortion: Distortion): string {
  const user = JSON.stringify(distortion.playerId ?? seat.playerId);
  const currency = JSON.stringify(distortion.currency ?? seat.currency);
  const game = JSON.stringify(seat.providerGameId);
  const amountText = (amount: bigint): string => distortion.amountText ?? amount.toString();
  const head = `"user_id":${user},"currency":${currency},"game":${game}`;
  switch (call.type) {
    case 'promo':
      return `{"issue_id":${JSON.stringify(call.id)},${head},"status":"played","total_amount":${amountText(call.amount)}}`;
    case 'play':
    case 'rollback': {
      const actions = call.actions.map((action) => actionText(action, amountText)).join(',');
      const finished = call.type === 'play' && call.finished;
      return `{${head},"game_id":${JSON.stringify(call.roundId)},"finished":${finished},"actions":[${actions}]}`;
    }
    case 'balance':
    case 'enter':
      return `{${head}}`;
  }
}

function actionText(action: CallAction, amountText: (amount: bigint) => string): string {
  const id = JSON.stringify(action.id);
  if (action.kind === 'rollback')
    return `{"action":"rollback","action_id":${id},"original_action_id":${JSON.stringify(action.betId)}}`;
  return `{"action":"${action.kind}","amount":${amountText(action.amount)},"action_id":${id}}`;
}

const reasons: Readonly<Record<number, RefusalReason>> = { 100: 'funds', 101: 'not-found' };

function decode(call: ProviderCall, status: number, body: string): Verdict {
  if (status >= 500 || status === 429 || status === 408) return { kind: 'unknown', text: `HTTP ${status}` };
  const answer = readObject(body);
  if (answer === undefined) return { kind: 'unknown', text: `HTTP ${status} without JSON` };
  if (status !== 200) {
    const code = Number(answer.code);
    return {
      kind: 'refused',
      reason: reasons[code] ?? 'other',
      text: `HTTP ${status} code ${textOf(answer.code)} ${textOf(answer.message)}`,
    };
  }
  if (!Number.isSafeInteger(answer.balance)) return { kind: 'unknown', text: 'HTTP 200 without a balance' };
  const transactions = Array.isArray(answer.transactions) ? (answer.transactions as unknown[]) : [];
  return {
    kind: 'accepted',
    balance: BigInt(answer.balance as number),
    outcomes: outcomesOf(call, transactions),
  };
}

function outcomesOf(
  call: ProviderCall,
  transactions: readonly unknown[],
): { id: string; moved: boolean; transactionId?: string }[] {
  if (call.type === 'promo') return [{ id: call.id, moved: true }];
  if (call.type !== 'play' && call.type !== 'rollback') return [];
  const transactionIds = new Map<string, string>();
  for (const item of transactions) {
    const { action_id: id, tx_id: transactionId } = item as { action_id?: unknown; tx_id?: unknown };
    if (typeof id === 'string' && typeof transactionId === 'string') transactionIds.set(id, transactionId);
  }
  return call.actions.map(({ id }) => {
    const transactionId = transactionIds.get(id) ?? '';
    return transactionId === '' ? { id, moved: false } : { id, moved: true, transactionId };
  });
}
