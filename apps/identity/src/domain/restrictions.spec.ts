import { restrictedActions, type ExclusionForm } from '@baize/contracts';
import { after } from './duration';
import { decideEligibility, impedimentsOf } from './eligibility';
import { currentMarketPolicy } from './market-policies';
import type { RegisterAnswer } from './national-register';
import { decideExclusion, decideLift, exclusionRulesOf, forbidsOf } from './restrictions';

const rules = exclusionRulesOf(currentMarketPolicy, 'MT');
const now = new Date('2026-08-31T12:00:00Z');
const player = { kind: 'player' as const, id: 'p' };
const decide = (
  kind: ExclusionForm['kind'],
  duration: string | null,
  actor: { kind: 'player' | 'client'; id: string } = player,
) => {
  const answer = decideExclusion({ kind, duration, reason: 'r' }, actor, rules, now);
  return answer.ok ? (answer.value.expiresAt?.toISOString() ?? null) : answer.error.code;
};

describe('durations', () => {
  it.each([
    ['PT24H', '2026-09-01T12:00:00.000Z'],
    ['P6W', '2026-10-12T12:00:00.000Z'],
    // the last day of a month that is too short
    ['P6M', '2027-02-28T12:00:00.000Z'],
    ['P18M', '2028-02-29T12:00:00.000Z'],
    ['P1Y2M3DT4H5M6S', '2027-11-03T16:05:06.000Z'],
  ])('%s after 31 August 2026 is %s', (duration, end) => {
    expect(after(now, duration)?.toISOString()).toBe(end);
  });

  it.each(['', 'P', 'PT', '1D', 'P-1D', 'P1.5D', 'P1DT', 'p1d', 'P1H', 'P99999999D'])(
    '%p is none',
    (text) => {
      expect(after(now, text)).toBeUndefined();
    },
  );

  it('a year after 29 February is 28 February', () => {
    expect(after(new Date('2028-02-29T00:00:00Z'), 'P1Y')?.toISOString()).toBe('2029-02-28T00:00:00.000Z');
  });
});

describe('exclusions', () => {
  it.each([
    ['time-out', 'PT24H', '2026-09-01T12:00:00.000Z'],
    ['time-out', 'PT23H59M59S', 'request.invalid'],
    ['time-out', 'P6W', '2026-10-12T12:00:00.000Z'],
    ['time-out', 'P43D', 'request.invalid'],
    ['time-out', null, 'request.invalid'],
    ['self-exclusion', 'P6M', '2027-02-28T12:00:00.000Z'],
    ['self-exclusion', 'P180D', 'request.invalid'],
    ['self-exclusion', 'P5Y', '2031-08-31T12:00:00.000Z'],
    ['self-exclusion', 'P5Y1D', 'request.invalid'],
    ['self-exclusion', null, null],
    ['self-exclusion', 'soon', 'request.invalid'],
    ['operator-block', null, 'auth.insufficient-scope'],
  ] as const)('%s for %s ends at %s', (kind, duration, outcome) => {
    expect(decide(kind, duration)).toBe(outcome);
  });

  it('lets the operator block for as long as it says', () => {
    expect(decide('operator-block', null, { kind: 'client', id: 'c' })).toBeNull();
    expect(decide('operator-block', 'PT1H', { kind: 'client', id: 'c' })).toBe('2026-08-31T13:00:00.000Z');
  });

  it('leaves the login to a time-out, and withdrawals to everybody', () => {
    expect(forbidsOf(['time-out'])).toEqual(restrictedActions.filter((action) => action !== 'login'));
    for (const kind of ['self-exclusion', 'operator-block', 'national-register'] as const) {
      expect(forbidsOf([kind])).toEqual(restrictedActions);
      const impediments = impedimentsOf({ status: 'active', restrictedBy: [kind, 'time-out'] });
      expect(decideEligibility('withdraw', impediments)).toEqual({ allowed: true, reasons: [] });
      expect(decideEligibility('bet', impediments).reasons).toEqual([
        `identity.${kind}`,
        'identity.time-out',
      ]);
      expect(decideEligibility('login', impediments).reasons).toEqual([`identity.${kind}`]);
    }
  });
});

describe('lifting', () => {
  const lift = (
    kind: Parameters<typeof decideLift>[0]['kind'],
    expiresAt: string | null,
    endedAt: Date | null = null,
    atRegister?: RegisterAnswer,
  ) => {
    const answer = decideLift(
      { kind, expiresAt: expiresAt === null ? null : new Date(expiresAt), endedAt, atRegister },
      rules,
      now,
    );
    return answer.ok ? answer.value.toISOString() : answer.error.code;
  };

  it('never shortens; after the time of a self-exclusion the cooling-off begins', () => {
    expect(lift('self-exclusion', '2026-08-31T12:00:01Z')).toBe('identity.exclusion-not-liftable');
    expect(lift('self-exclusion', null)).toBe('identity.exclusion-not-liftable');
    expect(lift('self-exclusion', '2026-08-31T12:00:00Z')).toBe('2026-09-01T12:00:00.000Z');
    expect(lift('time-out', '2026-09-01T12:00:00Z')).toBe('identity.exclusion-not-liftable');
    expect(lift('operator-block', null)).toBe('2026-08-31T12:00:00.000Z');
    expect(lift('operator-block', null, now)).toBe('identity.exclusion-not-liftable');
  });

  it('leaves an entry of the national register while it stands there, and cools off before people end it', () => {
    const entry = (atRegister?: RegisterAnswer) => lift('national-register', null, null, atRegister);
    expect(entry('excluded')).toBe('identity.exclusion-not-liftable');
    expect(entry('clear')).toBe('2026-09-01T12:00:00.000Z');
    expect(entry()).toBe('2026-09-01T12:00:00.000Z');
  });
});
