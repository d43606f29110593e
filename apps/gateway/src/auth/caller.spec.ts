import { actorOf } from './caller';

describe('actorOf', () => {
  it('names machines by their name and players by their id', () => {
    const grant = { id: 'client:operator', scopes: new Set<never>(), brands: [], allowed: undefined };
    expect(actorOf({ kind: 'client', ...grant })).toEqual({ kind: 'client', id: 'operator' });
    const player = { id: 'player:p1', playerId: 'p1', brand: 'demo', accessToken: 'x' };
    expect(actorOf({ kind: 'player', ...player })).toEqual({ kind: 'player', id: 'p1' });
  });
});
