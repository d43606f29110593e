import type { Random } from './random';

/**
 * What can go wrong, as shares of 1. The first three are drawn per call, the others per round:
 * `duplicates` the same call again (at once, beside itself or much later); `timeouts` the provider gives up waiting;
 * `drop-response` the answer is lost after the commit; `reorder` a win or a rollback before its bet; `rollback` of a
 * bet; `malformed` a call that must be refused; `late-win` a win after the session has ended; `spent-win` a win is taken
 * back when it is spent already; `concurrent` two rounds of a player at the same time; `outage` the provider goes silent
 * in mid round, and knows half of those rounds afterwards: the others are voided; `excluded` the player is blocked in
 * mid round, and plays no more; `breaker` the operator opens the provider's breaker in mid round. Beside any of these,
 * `shared-ids` gives every player's round of that number the same ids.
 */
export const faultNames = [
  'duplicates',
  'timeouts',
  'drop-response',
  'reorder',
  'rollback',
  'malformed',
  'late-win',
  'spent-win',
  'concurrent',
  'outage',
  'excluded',
  'breaker',
  'shared-ids',
] as const;
/** Each round has one of them at most. */
const roundFaults = [
  'reorder',
  'rollback',
  'late-win',
  'spent-win',
  'concurrent',
  'outage',
  'excluded',
  'breaker',
] as const;
export type FaultName = (typeof faultNames)[number];
export type FaultRates = Readonly<Record<FaultName, number>>;

export const noFaults: FaultRates = {
  duplicates: 0,
  timeouts: 0,
  'drop-response': 0,
  reorder: 0,
  rollback: 0,
  malformed: 0,
  'late-win': 0,
  'spent-win': 0,
  concurrent: 0,
  outage: 0,
  excluded: 0,
  breaker: 0,
  'shared-ids': 0,
};

/** Reads `duplicates=0.05,timeouts=0.02`; faults that are not named do not happen. */
export function parseFaults(text: string): { ok: true; value: FaultRates } | { ok: false; error: string } {
  const rates: Record<FaultName, number> = { ...noFaults };
  for (const part of text.split(',').filter((item) => item.trim() !== '')) {
    const [name = '', share = ''] = part.split('=').map((item) => item.trim());
    if (!isFaultName(name))
      return { ok: false, error: `unknown fault "${name}"; known: ${faultNames.join(', ')}` };
    const rate = share === '' ? Number.NaN : Number(share);
    if (!(rate >= 0 && rate <= 1))
      return { ok: false, error: `the share of ${name} must be between 0 and 1` };
    rates[name] = rate;
  }
  if (rates.duplicates + rates.timeouts + rates['drop-response'] > 1)
    return { ok: false, error: 'duplicates, timeouts and drop-response together exceed 1' };
  if (roundFaults.reduce((sum, name) => sum + rates[name], 0) > 1)
    return { ok: false, error: `${roundFaults.join(', ')} together exceed 1` };
  return { ok: true, value: rates };
}

function isFaultName(name: string): name is FaultName {
  return (faultNames as readonly string[]).includes(name);
}

/** What happens to one call on the wire. */
export type WireFault =
  | { readonly kind: 'none' }
  | { readonly kind: 'repeat'; readonly how: 'at-once' | 'beside' | 'later' }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | { readonly kind: 'lost-answer' };

/** Long enough for some calls to have been committed by then, short enough for others not to have arrived. */
const longestPatienceMs = 25;

export function drawWireFault(random: Random, rates: FaultRates): WireFault {
  const draw = random.next();
  if (draw < rates.duplicates) return { kind: 'repeat', how: random.pick(['at-once', 'beside', 'later']) };
  if (draw < rates.duplicates + rates.timeouts)
    return { kind: 'timeout', afterMs: random.int(0, longestPatienceMs) };
  if (draw < rates.duplicates + rates.timeouts + rates['drop-response']) return { kind: 'lost-answer' };
  return { kind: 'none' };
}
