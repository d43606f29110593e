import type { CallAction, ProviderCall, Seat } from '../src/dialects/dialect';

/** A player at a game, and one call of each kind, for tests of dialects. */
export const seat: Seat = { playerId: 'p1', currency: 'EUR', providerGameId: 'g:1', session: 's1' };

const play = (action: CallAction, finished: boolean): ProviderCall => ({
  type: 'play',
  roundId: 'r1',
  finished,
  actions: [action],
});
export const bet = play({ kind: 'bet', id: 'b1', amount: 1005n, betId: 'b1' }, false);
export const win = play({ kind: 'win', id: 'w1', amount: 20n, betId: 'b1' }, true);
export const promo: ProviderCall = { type: 'promo', id: 'x1', amount: 500n };
export const rollbackOf = (id: string): ProviderCall => ({
  type: 'rollback',
  roundId: 'r1',
  actions: [{ kind: 'rollback', id, amount: 1005n, betId: 'b1' }],
});

/** A header of a golden vector, whatever the case of its name. */
export function headerOf(headers: object, name: string): string | undefined {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1] as string | undefined;
}
