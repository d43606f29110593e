import { formatDecimal } from '@baize/money';
import type { ActionOutcome, CallAction, Distortion, ProviderCall, Seat, Verdict } from './dialect';

/** The action of a call, for languages that say one movement at a time. */
export function onlyAction(call: ProviderCall & { type: 'play' | 'rollback' }): CallAction {
  const [action] = call.actions;
  if (action === undefined || call.actions.length !== 1)
    throw new Error('this language says one movement per call');
  return action;
}

/** What an acknowledgement says of its call's movement. */
export function outcomesOf(
  call: ProviderCall,
  transactionId = '',
  rollbackMoved: true | 'untold' = true,
): ActionOutcome[] {
  const named = transactionId === '' ? {} : { transactionId };
  if (call.type === 'promo') return [{ id: call.id, moved: true, ...named }];
  if (call.type !== 'play' && call.type !== 'rollback') return [];
  const moved = call.type === 'rollback' ? rollbackMoved : true;
  return call.actions.map(({ id }) => ({ id, moved, ...named }));
}

/** The amount as a decimal, or what is to stand in its place. */
export function decimalText(amount: bigint, seat: Seat, { amountText }: Distortion): string {
  return amountText ?? formatDecimal(amount, seat.currency);
}

/** Statuses that never say what happened to the call. */
export function unknownStatus(status: number): (Verdict & { kind: 'unknown' }) | undefined {
  const unknown = status >= 500 || status === 429 || status === 408;
  return unknown ? { kind: 'unknown', text: `HTTP ${status}` } : undefined;
}

/** An answer that is none: below 400 it says nothing; otherwise the gateway refused what is no call at all. */
export function unreadable(status: number): Verdict {
  if (status >= 400) return { kind: 'refused', reason: 'other', text: `HTTP ${status}` };
  return { kind: 'unknown', text: `HTTP ${status} without a readable answer` };
}
