import type { GameSession } from './domain/game-session';
import { SessionMemory } from './session-memory';

const session: Omit<GameSession, 'id' | 'playerId'> = {
  ...{ brand: 'demo', provider: 'evolution', gameId: 'g', mode: 'real', currency: 'EUR' },
  ...{ startedAtMs: 0, expiresAtMs: 1e12 },
};
const knownOf = (playerId: string) => ({
  playerId,
  session: { id: `session of ${playerId}`, playerId, ...session },
});

describe('sessions in memory', () => {
  let now: number;
  let memory: SessionMemory;
  beforeEach(() => {
    now = 0;
    memory = new SessionMemory(2_000, () => now);
    memory.trustFrom(0);
  });
  const keep = (playerId: string) => memory.keep(playerId, knownOf(playerId), memory.mark());

  it('are found until nobody can tell any more whether they are as they were', () => {
    keep('p');
    now = 1_999;
    expect(memory.find('p')).toBeDefined();
    now = 2_000;
    expect(memory.find('p')).toBeUndefined();
    memory.trustFrom(1_500);
    expect(memory.find('p')).toBeDefined();
  });

  it('are forgotten by player', () => {
    for (const player of ['p', 'q', 'r']) keep(player);
    memory.forget(['p', 'r', 'nobody']);
    expect(['p', 'q', 'r'].map((player) => memory.find(player)?.playerId)).toEqual([
      undefined,
      'q',
      undefined,
    ]);
    memory.forgetAll();
    expect(memory.find('q')).toBeUndefined();
  });

  it('are not kept when something changed while they were read', () => {
    for (const change of [() => memory.forget(['p']), () => memory.forgetAll()]) {
      const mark = memory.mark();
      change();
      memory.keep('p', knownOf('p'), mark);
      expect(memory.find('p')).toBeUndefined();
    }
  });

  it('are bounded in number: the oldest go', () => {
    for (let player = 0; player <= 20_000; player += 1) keep(String(player));
    expect([memory.find('0'), memory.find('1')?.playerId]).toEqual([undefined, '1']);
  });
});
