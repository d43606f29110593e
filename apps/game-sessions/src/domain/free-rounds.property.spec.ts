import fc from 'fast-check';
import {
  cancelled,
  cancelRefused,
  cancelWanted,
  granted,
  isOver,
  playedSoFar,
  refusedByProvider,
  timeIsOver,
  type FreeRounds,
  type FreeRoundsEvent,
  type Played,
  type Step,
} from './free-rounds';

const fresh: FreeRounds = {
  id: 'f',
  brand: 'demo',
  playerId: 'p',
  provider: 'softswiss',
  gameId: 'g',
  currency: 'EUR',
  rounds: 3,
  stake: 20,
  status: 'pending',
  reference: 'f',
  consumed: 0,
  won: 0n,
  createdAtMs: 0,
  expiresAtMs: 1_000,
  asked: 0,
};
const nothing: Played = { rounds: 0, won: 0n, any: false, settled: false };
const played = (rounds: number, won = 0n, more: Partial<Played> = {}): Played => ({
  rounds,
  won,
  any: true,
  settled: true,
  ...more,
});

/** Anything that can happen, in any order and as often as it likes; what was played only ever grows. */
type Happening = (rounds: FreeRounds, told: Played) => { step: Step; told: Played };
const happenings: Record<string, Happening> = {
  granted: (rounds, told) => ({ step: granted(rounds, 1), told }),
  refused: (rounds, told) => ({ step: refusedByProvider(rounds, 1, 'no'), told }),
  cancel: (rounds, told) => ({ step: { next: cancelWanted(rounds) ?? rounds, events: [] }, told }),
  cancelDone: (rounds, told) => ({ step: cancelled(rounds, 1), told }),
  cancelRefused: (rounds, told) => ({ step: cancelRefused(rounds, 1, 'no'), told }),
  bet: (rounds, told) => play(rounds, { ...told, rounds: told.rounds + 1, settled: false }),
  win: (rounds, told) => play(rounds, { ...told, won: told.won + 5n, settled: true }),
  finish: (rounds, told) => play(rounds, { ...told, finished: told.finished ?? 'completed' }),
  providerCancels: (rounds, told) => play(rounds, { ...told, finished: told.finished ?? 'cancelled' }),
  again: (rounds, told) => ({ step: playedSoFar(rounds, told, 1), told }),
  timeOver: (rounds, told) => ({ step: timeIsOver(rounds, 1), told }),
};
function play(rounds: FreeRounds, told: Played) {
  const now = { ...told, any: true };
  return { step: playedSoFar(rounds, now, 1), told: now };
}

describe('free rounds, whatever happens to them in whatever order', () => {
  it('are granted once, end once, and keep every win', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(happenings)), { maxLength: 20 }), (names) => {
        let rounds = fresh;
        let told = nothing;
        let takenBackAgain = 0;
        const seen: FreeRoundsEvent[] = [];
        for (const name of names) {
          const before = rounds;
          const happened = happenings[name]!(rounds, told);
          told = happened.told;
          rounds = happened.step.next;
          seen.push(...happened.step.events);
          // an end is an end, but for what a grant proves wrong that is heard of later: a refusal, and a cancellation
          const early = before.status === 'cancelled' && before.grantedAtMs === undefined;
          if (early && rounds.status === 'cancelling') takenBackAgain += 1;
          else if (isOver(before) && before.status !== 'refused') expect(rounds.status).toBe(before.status);
          expect(rounds.endedAtMs !== undefined).toBe(isOver(rounds));
          if (told.any) expect(rounds.won).toBe(told.won);
          // the same once more changes nothing
          const again = playedSoFar(rounds, told, 2);
          if (name !== 'granted' && told.any) expect(again.events).toEqual([]);
        }
        const count = (wanted: FreeRoundsEvent) => seen.filter((event) => event === wanted).length;
        expect(count('granted')).toBe(rounds.grantedAtMs === undefined ? 0 : 1);
        expect(takenBackAgain).toBeLessThanOrEqual(1);
        expect(count('completed') + count('cancelled')).toBeLessThanOrEqual(1 + takenBackAgain);
        if (rounds.status === 'completed') expect(count('completed')).toBe(1);
        if (rounds.status === 'cancelled') expect(count('cancelled')).toBe(1 + takenBackAgain);
      }),
      { numRuns: 500 },
    );
  });
});

describe('free rounds', () => {
  const active = granted(fresh, 1).next;

  it('complete with the last settled round, not with its bet', () => {
    const bet = playedSoFar(active, played(3, 10n, { settled: false }), 2);
    expect(bet).toMatchObject({ next: { status: 'active', consumed: 3 }, events: ['consumed'] });
    const win = playedSoFar(bet.next, played(3, 25n), 3);
    expect(win).toMatchObject({ next: { status: 'completed', won: 25n }, events: ['completed'] });
  });

  it('complete by the word of a provider that tells of no single rounds', () => {
    const done = playedSoFar(active, played(0, 40n, { finished: 'completed' }), 2);
    expect(done).toMatchObject({
      next: { status: 'completed', consumed: 3, won: 40n },
      events: ['consumed', 'completed'],
    });
  });

  it('are granted by being played, though nobody answered, or somebody refused', () => {
    for (const rounds of [fresh, refusedByProvider(fresh, 1, 'no').next])
      expect(playedSoFar(rounds, played(1), 2)).toMatchObject({
        next: { status: 'active', consumed: 1 },
        events: ['granted', 'consumed'],
      });
  });

  it('stay completed when the cancellation comes too late, and cancelled when the last round does', () => {
    const cancelling = cancelWanted(active)!;
    const completed = playedSoFar(cancelling, played(3, 5n), 2).next;
    expect(cancelled(completed, 3)).toEqual({ next: completed, events: [] });
    const gone = cancelled(cancelling, 2).next;
    expect(playedSoFar(gone, played(3, 5n), 3)).toMatchObject({
      next: { status: 'cancelled', consumed: 3, won: 5n },
      events: ['consumed'],
    });
  });

  it('go on when the provider does not take them back, unless there are none', () => {
    expect(cancelRefused(cancelWanted(active)!, 2, 'too late').next.status).toBe('active');
    expect(cancelRefused(cancelWanted(fresh)!, 2, 'unknown')).toMatchObject({
      next: { status: 'cancelled' },
      events: ['cancelled'],
    });
    expect(cancelWanted(playedSoFar(active, played(3), 2).next)).toBeUndefined();
  });

  it('give back a round that was rolled back', () => {
    const one = playedSoFar(active, played(1), 2).next;
    expect(playedSoFar(one, played(0), 3)).toMatchObject({ next: { consumed: 0 }, events: ['consumed'] });
  });

  it('expire with what was not played', () => {
    expect(timeIsOver(active, 2)).toMatchObject({ next: { status: 'expired' }, events: ['completed'] });
    expect(timeIsOver({ ...active, consumed: 3 }, 2).next.status).toBe('completed');
    expect(timeIsOver(fresh, 2)).toMatchObject({ next: { status: 'expired' }, events: [] });
  });
});
