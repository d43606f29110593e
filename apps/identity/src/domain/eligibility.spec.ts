import { playerActions, restrictedActions } from '@baize/contracts';
import { decideEligibility, forbiddenTo, impedimentsOfStatus } from './eligibility';
import { forbidsOf } from './restrictions';

describe('decideEligibility', () => {
  it('lets an active player do everything', () => {
    for (const action of playerActions) {
      expect(decideEligibility(action, impedimentsOfStatus('active'))).toEqual({
        allowed: true,
        reasons: [],
      });
    }
  });

  it.each(['suspended', 'closed', 'pending'] as const)('leaves a %s player withdrawals alone', (status) => {
    const impediments = impedimentsOfStatus(status);
    const allowed = playerActions.filter((action) => decideEligibility(action, impediments).allowed);
    expect(allowed).toEqual(['withdraw']);
    expect(decideEligibility('bet', impediments).reasons).toEqual([`identity.player-${status}`]);
  });

  it('names every reason against an action and none that does not forbid it', () => {
    const timeOut = { reason: 'identity.time-out', forbids: ['bet', 'deposit'] as const };
    const impediments = [...impedimentsOfStatus('suspended'), timeOut];
    expect(decideEligibility('bet', impediments).reasons).toEqual([
      'identity.player-suspended',
      'identity.time-out',
    ]);
    expect(decideEligibility('login', impediments).reasons).toEqual(['identity.player-suspended']);
  });
});

describe('what every touchpoint refuses an account', () => {
  it('is everything of a closed account, whatever restricts the person', () => {
    for (const kinds of [[], ['time-out' as const]]) {
      expect(forbiddenTo('closed', kinds)).toEqual(restrictedActions);
    }
  });

  it.each(['active', 'pending'] as const)(
    'is what restricts the person, of an account that is %s',
    (status) => {
      expect(forbiddenTo(status, [])).toEqual([]);
      expect(forbiddenTo(status, ['time-out'])).toEqual(forbidsOf(['time-out']));
    },
  );
});
