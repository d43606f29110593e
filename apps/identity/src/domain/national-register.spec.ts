import { restrictionKinds } from '@baize/contracts';
import {
  barsRegistration,
  decideAnswer,
  isCurrent,
  type KnownAnswer,
  type RegisterEntry,
} from './national-register';

const asked = { playerId: 'own', register: 'GAMSTOP' as const };
const entry = (changes: Partial<RegisterEntry> = {}): RegisterEntry => ({
  ...{ id: 'e', playerId: 'own', register: 'GAMSTOP', isOrphan: false },
  ...changes,
});

describe('an answer of a national register', () => {
  it('restricts once for every account that it is about', () => {
    expect(decideAnswer('excluded', asked, [])).toEqual({ restricts: true, ends: [] });
    expect(decideAnswer('excluded', asked, [entry()])).toEqual({ restricts: false, ends: [] });
    expect(decideAnswer('excluded', asked, [entry({ playerId: 'other' })]).restricts).toBe(true);
  });

  it('ends what the person ended there, for the account that was asked about', () => {
    const others = [entry({ id: 'theirs', playerId: 'other' }), entry({ id: 'oasis', register: 'OASIS' })];
    expect(decideAnswer('removed', asked, [entry(), ...others])).toEqual({ restricts: false, ends: ['e'] });
    expect(decideAnswer('removed', asked, [])).toEqual({ restricts: false, ends: [] });
  });

  it('ends it for an account about which nobody asks any more', () => {
    const orphans = [
      entry({ id: 'a', playerId: 'gone', isOrphan: true }),
      entry({ id: 'b', playerId: 'gone', isOrphan: true, register: 'OASIS' }),
    ];
    expect(decideAnswer('removed', asked, orphans).ends).toEqual(['a']);
  });

  it('ends nothing by not knowing the person', () => {
    const entries = [entry(), entry({ id: 'a', playerId: 'gone', isOrphan: true })];
    expect(decideAnswer('clear', asked, entries)).toEqual({ restricts: false, ends: [] });
  });
});

describe('the last answer', () => {
  const now = new Date('2026-08-31T12:00:00Z');
  const current = (changes: Partial<KnownAnswer> = {}) =>
    isCurrent(
      { answer: 'clear', askedAt: new Date('2026-08-30T12:00:00.001Z'), isAboutNow: true, ...changes },
      24,
      now,
    );

  it('counts for so many hours, for the data that it is about', () => {
    expect(current()).toBe(true);
    expect(current({ answer: 'removed' })).toBe(true);
    expect(current({ askedAt: new Date('2026-08-30T12:00:00Z') })).toBe(false);
    expect(current({ isAboutNow: false })).toBe(false);
  });

  it('lets nobody in when there is none, or it was an entry', () => {
    expect(isCurrent(undefined, 24, now)).toBe(false);
    expect(current({ answer: 'excluded' })).toBe(false);
  });
});

describe('a registration', () => {
  it('is barred by everything but a time-out', () => {
    const barring = restrictionKinds.filter((kind) => barsRegistration([kind], null));
    expect(barring).toEqual(['self-exclusion', 'operator-block', 'national-register']);
  });

  it('is for the register to judge where one is asked, but for nothing else that restricts', () => {
    expect(barsRegistration(['national-register', 'time-out'], 'GAMSTOP')).toBe(false);
    expect(barsRegistration(['national-register', 'self-exclusion'], 'GAMSTOP')).toBe(true);
    expect(barsRegistration([], 'GAMSTOP')).toBe(false);
  });
});
