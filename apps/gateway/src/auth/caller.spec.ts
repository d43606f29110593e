import { actorOf } from './caller';

describe('actorOf', () => {
  it('names machines by their name and players by their id', () => {
    const grant = { id: 'client:operator', scopes: new Set<never>(), brands: [], allowed: undefined };
    expect(actorOf({ kind: 'client', ...grant })).toEqual({ kind: 'client', id: 'operator' });
    const player = { id: 'player:p1', playerId: 'p1', brand: 'demo', accessToken: 'x' };
    expect(actorOf({ kind: 'player', ...player })).toEqual({ kind: 'player', id: 'p1' });
  });

  it('names the person whose program it is, so that nobody agrees with themselves by it', () => {
    const grant = { id: 'client:jane-cli', scopes: new Set<never>(), brands: [], allowed: undefined };
    const person = { id: 'staff:jane', staffId: 'jane', role: 'mlro' as const, brands: [], accessToken: 'x' };
    const program = actorOf({ kind: 'client', ...grant, heldBy: 'jane' });
    expect(program).toEqual(actorOf({ kind: 'staff', ...person }));
  });
});
