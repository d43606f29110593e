import { playerActions } from '@baize/contracts';
import { decideEligibility, impedimentsOfStatus } from './eligibility';

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
