import { createHash } from 'node:crypto';
import type { Dialect, FreeRounds, ProviderCall, ProviderName } from '../dialects/dialect';

/** Granted rounds and what each of them wins; drawn before they are played. */
export interface PlannedFreeRounds {
  readonly stake: bigint;
  readonly wins: readonly bigint[];
}

const ownNames: ReadonlySet<ProviderName> = new Set(['hub88', 'evolution']);

/** What the provider calls the rounds that the platform grants with this id: some have names of their own. */
export function freeRoundsName(provider: ProviderName, id: string): string {
  if (!ownNames.has(provider)) return id;
  const hex = createHash('sha256').update(`${provider} ${id}`).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5');
}

export function wonBy({ wins }: PlannedFreeRounds): bigint {
  return wins.reduce((sum, win) => sum + win, 0n);
}

/** All that the provider tells of them, from the first round to the last. */
export function freeRoundCalls(
  { freeRounds: told, closesApart }: Pick<Dialect, 'freeRounds' | 'closesApart'>,
  reference: string,
  plan: PlannedFreeRounds,
): (ProviderCall & { type: 'play' | 'promo' })[] {
  const { stake, wins } = plan;
  const about = (isLast: boolean): FreeRounds => ({ reference, count: wins.length, isLast });
  if (told === 'total')
    return [{ type: 'promo', id: reference, amount: wonBy(plan), freeRounds: about(true) }];
  return wins.flatMap((amount, index) => {
    const roundId = `${reference}-${index + 1}`;
    const betId = `${roundId}-b`;
    const round = { type: 'play', roundId, freeRounds: about(index === wins.length - 1) } as const;
    const bet = { kind: 'bet', id: betId, amount: stake, betId } as const;
    const win = { kind: 'win', id: `${roundId}-w`, amount, betId } as const;
    return [
      ...(told === 'wins' ? [] : [{ ...round, finished: false, actions: [bet] }]),
      { ...round, finished: closesApart !== true, actions: [win] },
      ...(closesApart ? [{ ...round, finished: true, actions: [] }] : []),
    ];
  });
}
