import type { GameSession } from './game-session';
import { elapsedMs, nextRealityCheckMs } from './game-session';
import { admit, readSessionPolicy, type SessionPolicy } from './session-policy';

const defaults: SessionPolicy = {
  concurrent: 'any',
  onConflict: 'newest-wins',
  maxMinutes: 480,
  idleMinutes: 60,
};
const session = (id: string, more: Partial<GameSession> = {}): GameSession => ({
  id,
  brand: 'demo',
  playerId: 'p',
  provider: 'softswiss',
  gameId: 'g',
  mode: 'real',
  currency: 'EUR',
  startedAtMs: 0,
  expiresAtMs: 1_000 * 60_000,
  ...more,
});
const here = session('here');
const elsewhere = session('elsewhere', { provider: 'evolution' });
const demo = session('demo', { mode: 'demo' });
const launch = { provider: 'softswiss', mode: 'real' } as const;

describe('the sessions that a player may have at once', () => {
  it.each([
    ['any', 'newest-wins', []],
    ['any', 'refuse', []],
    ['one-per-provider', 'newest-wins', ['here']],
    ['one-per-provider', 'refuse', undefined],
    ['one', 'newest-wins', ['here', 'elsewhere']],
    ['one', 'refuse', undefined],
  ] as const)('%s, %s', (concurrent, onConflict, replaced) => {
    const admission = admit({ concurrent, onConflict }, launch, [here, elsewhere, demo]);
    expect(admission.admitted ? admission.replaces.map(({ id }) => id) : undefined).toEqual(replaced);
  });

  it('asks nobody to give way who is not in the way', () => {
    const refuses = { concurrent: 'one-per-provider', onConflict: 'refuse' } as const;
    expect(admit(refuses, launch, [elsewhere, demo]).admitted).toBe(true);
    expect(admit({ ...refuses, concurrent: 'one' }, launch, [elsewhere]).admitted).toBe(false);
    expect(admit({ ...refuses, concurrent: 'one' }, { ...launch, mode: 'demo' }, [here]).admitted).toBe(true);
  });
});

describe("a brand's settings of sessions", () => {
  it('stand over the defaults', () => {
    expect(readSessionPolicy(undefined, defaults)).toBe(defaults);
    expect(readSessionPolicy({ concurrent: 'one', realityCheckMinutes: 30 }, defaults)).toEqual({
      ...defaults,
      concurrent: 'one',
      realityCheckMinutes: 30,
    });
  });

  it.each([
    [{ concurrent: 'two' }, 'concurrent'],
    [{ onConflict: true }, 'onConflict'],
    [{ idleMinutes: 0 }, 'idleMinutes'],
    [{ maxMinutes: 1.5 }, 'maxMinutes'],
    [{ realityCheckMinutes: 1_441 }, 'realityCheckMinutes'],
    [{ idleMinute: 5 }, 'idleMinute'],
    [7, 'sessions'],
    [null, 'sessions'],
  ])('refuses %j and names it', (settings, name) => {
    expect(() => readSessionPolicy(settings, defaults)).toThrow(name);
  });
});

describe('the clock of a session', () => {
  const minutes = (count: number) => count * 60_000;
  const checked = session('s', { realityCheckMinutes: 30 });

  it.each([
    [0, 30],
    [29, 30],
    [30, 60],
    [61, 90],
  ])('at minute %d the next reality check is at minute %d', (now, next) => {
    expect(nextRealityCheckMs(checked, minutes(now))).toBe(minutes(next));
  });

  it('has no reality check without a rule or after the end', () => {
    expect(nextRealityCheckMs(here, 0)).toBeUndefined();
    expect(nextRealityCheckMs({ ...checked, endedAtMs: 5, endReason: 'player' }, 10)).toBeUndefined();
    expect(nextRealityCheckMs(checked, minutes(1_000))).toBeUndefined();
  });

  it('stops at the end', () => {
    expect(elapsedMs(checked, minutes(5))).toBe(minutes(5));
    expect(elapsedMs({ ...checked, endedAtMs: minutes(3) }, minutes(5))).toBe(minutes(3));
    expect(elapsedMs(checked, minutes(5_000))).toBe(minutes(1_000));
  });
});
