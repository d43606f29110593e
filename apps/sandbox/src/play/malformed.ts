import type { CallAction, Dialect, Distortion, ProviderCall } from '../dialects/dialect';
import type { Account } from '../domain/account';
import type { Malformation, RoundPlan } from '../domain/plan-round';
import type { Place } from './round-player';

const distortions: Readonly<Record<Exclude<Malformation, 'other-amount-same-id'>, Distortion>> = {
  'broken-body': { corrupt: 'broken' },
  'wrong-secret': { secret: 'wrong' },
  'no-secret': { secret: 'none' },
  'negative-amount': { amountText: '-100' },
  'amount-above-2^53': { amountText: '9007199254740993' },
  'fraction-of-minor-unit': { amountText: '1.0000000000001' },
  'amount-as-text': { amountText: '"100"' },
  'not-a-number': { amountText: 'NaN' },
  'unknown-player': { playerId: 'player-who-never-was' },
  'other-currency': { currency: 'USD' },
  'win-in-other-currency': { currency: 'USD' },
  'deep-nesting': { corrupt: 'deep' },
};

/** Whether the language has a place for the mistake: where no call names its currency, none can name a wrong one. */
export function isSayable(dialect: Dialect, kind: Malformation): boolean {
  return !isOtherCurrency(kind) || !dialect.currencyBySession;
}

function isOtherCurrency(kind: Malformation): boolean {
  return kind === 'other-currency' || kind === 'win-in-other-currency';
}

/** Says what must be refused: a bet or win in bad form, or an old id with another amount. Nothing of it may reach the account. */
export async function sayMalformed(
  place: Place,
  account: Account,
  plan: RoundPlan,
  kind: Malformation,
): Promise<void> {
  const [bet] = plan.bets;
  const again = kind === 'other-amount-same-id';
  const wins = kind === 'win-in-other-currency';
  const id = again ? bet.id : `${plan.roundId}-x`;
  // the conflict is with the round's own bet, so this is said after it
  const action: CallAction = wins
    ? { kind: 'win', id, amount: 100n, betId: bet.id }
    : { kind: 'bet', id, amount: again ? bet.amount + 7n : 100n, betId: id };
  const roundId = again || wins ? plan.roundId : `${plan.roundId}-x`;
  const call: ProviderCall = { type: 'play', roundId, finished: false, actions: [action] };
  if (again && account.get(`${place.line.dialect.name}:bet:${id}`)?.fate !== 'posted') return;
  const verdict = await place.line.say(place.seat, call, {
    countAs: 'malformed',
    ...(kind !== 'other-amount-same-id' && { distortion: distortionOf(kind, place.seat.currency) }),
  });
  if (verdict.kind === 'accepted') account.notice('malformed-accepted', `${kind} in round ${plan.roundId}`);
}

function distortionOf(kind: Exclude<Malformation, 'other-amount-same-id'>, currency: string): Distortion {
  return isOtherCurrency(kind) && currency === 'USD' ? { currency: 'EUR' } : distortions[kind];
}
