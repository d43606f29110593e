import { createHmac } from 'node:crypto';
import { parse } from 'lossless-json';
import { type FakeWallet, type FakeMovement, type FakeResult } from './fake-wallet';

export const softswissSecret = 'fake-secret';
export const evolutionToken = 'fake/token+=';

export interface FakeAnswer {
  readonly status: number;
  readonly body: string;
}
interface FakeAction {
  action: string;
  action_id: string;
  original_action_id?: string;
  amount?: unknown;
}

class Malformed extends Error {}

function integer(value: unknown): bigint {
  const text = (value as { value?: string } | undefined)?.value ?? '';
  if (!/^\d{1,15}$/.test(text)) throw new Malformed('amount');
  return BigInt(text);
}

function cents(value: unknown): bigint {
  const text = (value as { value?: string } | undefined)?.value ?? '';
  const match = /^(\d{1,12})(?:\.(\d\d))?$/.exec(text);
  if (!match) throw new Malformed('amount');
  return BigInt(`${match[1] ?? ''}${match[2] ?? '00'}`);
}

export function answerSoftswiss(
  wallets: ReadonlyMap<string, FakeWallet>,
  path: string,
  signature: string,
  body: string,
): FakeAnswer {
  const fail = (status: number, code: number): FakeAnswer => ({ status, body: JSON.stringify({ code }) });
  if (createHmac('sha256', softswissSecret).update(body).digest('hex') !== signature) return fail(403, 403);
  try {
    const call = readBody(body);
    const wallet = wallets.get(String(call.user_id));
    if (!wallet) return fail(412, 101);
    if (call.currency !== 'EUR') return fail(412, 154);
    const movements = path === '/freespins' ? [freeSpins(call)] : softswissMovements(call);
    const results = wallet.post(movements);
    const refused = results.find((result) => result.kind === 'refused');
    if (refused?.kind === 'refused' && refused.why !== 'tombstone')
      return refused.why === 'funds' ? fail(412, 100) : fail(400, 400);
    const transactions = movements.map(({ id }, index) => ({ action_id: id, tx_id: lineId(results[index]) }));
    return { status: 200, body: JSON.stringify({ balance: Number(wallet.balance), transactions }) };
  } catch (error) {
    if (error instanceof Malformed) return fail(400, 400);
    throw error;
  }
}

function softswissMovements(call: Record<string, unknown>): FakeMovement[] {
  return ((call.actions ?? []) as FakeAction[]).map((action) => ({
    kind: action.action as 'bet' | 'win' | 'rollback',
    provider: 'softswiss',
    id: action.action_id,
    amount: action.action === 'rollback' ? 0n : integer(action.amount),
    round: String(call.game_id),
    ...(action.original_action_id && { betId: action.original_action_id }),
  }));
}

function freeSpins(call: Record<string, unknown>): FakeMovement {
  const amount = integer(call.total_amount);
  return { kind: 'win', provider: 'softswiss', id: String(call.issue_id), amount, round: '', award: true };
}

function lineId(result: FakeResult | undefined): string {
  return result && (result.kind === 'posted' || result.kind === 'replayed') ? result.line.id : '';
}

export function answerEvolution(
  wallets: ReadonlyMap<string, FakeWallet>,
  path: string,
  authToken: string | null,
  body: string,
): FakeAnswer {
  const say = (status: string, wallet?: FakeWallet): FakeAnswer => {
    const balance = wallet ? `,"balance":${decimal(wallet.balance)},"bonus":0.00` : '';
    return { status: 200, body: `{"status":"${status}","sid":"sid-1"${balance}}` };
  };
  if (authToken !== evolutionToken) return say('INVALID_TOKEN_ID');
  try {
    const call = readBody(body);
    const wallet = wallets.get(String(call.userId));
    if (!wallet || (path !== '/check' && call.currency !== 'EUR')) return say('INVALID_PARAMETER');
    if (path === '/check' || path === '/balance') return say('OK', wallet);
    const movement = evolutionMovement(path, call);
    const [result] = wallet.post([movement]);
    if (result?.kind === 'posted') return say('OK', wallet);
    if (result?.kind === 'replayed') return say(repeatWords[movement.kind], wallet);
    if (result?.kind === 'tombstoned') return say('BET_DOES_NOT_EXIST', wallet);
    return say(refusalWords[result?.kind === 'refused' ? result.why : 'conflict']);
  } catch (error) {
    if (error instanceof Malformed) return say('INVALID_PARAMETER');
    throw error;
  }
}

const repeatWords = { bet: 'BET_ALREADY_EXIST', win: 'OK', rollback: 'BET_ALREADY_SETTLED' } as const;
const refusalWords = {
  funds: 'INSUFFICIENT_FUNDS',
  excluded: 'FINAL_ERROR_ACTION_FAILED',
  'not-found': 'BET_DOES_NOT_EXIST',
  settled: 'BET_ALREADY_SETTLED',
  conflict: 'INVALID_PARAMETER',
  tombstone: 'FINAL_ERROR_ACTION_FAILED',
} as const;

function evolutionMovement(path: string, call: Record<string, unknown>): FakeMovement {
  const provider = 'evolution';
  if (path === '/promo_payout') {
    const { id, amount } = call.promoTransaction as { id: string; amount: unknown };
    return { kind: 'win', provider, id, amount: cents(amount), round: '', award: true };
  }
  const { id, refId, amount } = call.transaction as { id: string; refId: string; amount: unknown };
  const kind = path === '/debit' ? 'bet' : path === '/credit' ? 'win' : 'rollback';
  const round = (call.game as { id: string }).id;
  return { kind, provider, id, amount: cents(amount), round, betId: refId.replace(/^ref-/, '') };
}

function decimal(minor: bigint): string {
  const digits = minor.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function readBody(body: string): Record<string, unknown> {
  if (body.includes('[[[[')) throw new Malformed('nesting');
  try {
    return parse(body) as Record<string, unknown>;
  } catch {
    throw new Malformed('JSON');
  }
}
