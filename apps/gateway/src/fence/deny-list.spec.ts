import type { ApplyRestriction, RestrictedAction } from '@baize/contracts';
import { DenyList } from './deny-list';

const change = (
  sequence: number,
  epoch: number,
  forbids: RestrictedAction[],
  playerId = 'p1',
): ApplyRestriction => ({
  sequence,
  epoch,
  players: [{ playerId, brand: 'demo', currency: 'EUR', forbids }],
});
const codeOf = (list: DenyList, playerId: string | undefined, action: RestrictedAction) => {
  const answer = list.admit(playerId, action);
  return answer.ok ? 'ok' : answer.error.code;
};

describe('the deny list', () => {
  let now = 0;
  const list = () => {
    now = 0;
    return new DenyList(() => now);
  };

  it('lets nobody in before its first lease, and after its last', () => {
    const denied = list();
    expect(codeOf(denied, 'p1', 'launch')).toBe('gateway.fence-unavailable');
    denied.renew(0, 1_000);
    expect(codeOf(denied, 'p1', 'launch')).toBe('ok');
    now = 5_999;
    expect(codeOf(denied, 'p1', 'launch')).toBe('ok');
    now = 6_000;
    expect(codeOf(denied, 'p1', 'launch')).toBe('gateway.fence-unavailable');
    expect(codeOf(denied, undefined, 'login')).toBe('gateway.fence-unavailable');
  });

  it('denies what is forbidden, to whom it is', () => {
    const denied = list();
    denied.renew(0, 0);
    denied.apply([change(1, 1, ['launch', 'deposit'])]);
    expect(codeOf(denied, 'p1', 'launch')).toBe('identity.action-not-allowed');
    expect(codeOf(denied, 'p1', 'login')).toBe('ok');
    expect(codeOf(denied, 'p2', 'launch')).toBe('ok');
  });

  it('is not changed by an older message, not even after a lifting', () => {
    const denied = list();
    denied.renew(0, 0);
    denied.apply([change(1, 1, ['launch'])]);
    denied.apply([change(2, 2, [])]);
    denied.apply([change(1, 1, ['launch'])]);
    expect(codeOf(denied, 'p1', 'launch')).toBe('ok');
    denied.apply([change(3, 3, ['launch'])]);
    denied.apply([change(2, 2, [])]);
    expect(codeOf(denied, 'p1', 'launch')).toBe('identity.action-not-allowed');
  });

  it('says that it has applied what it has without a gap', () => {
    const denied = list();
    denied.apply([change(2, 1, ['launch'])]);
    expect(denied.applied()).toBe(0);
    denied.renew(2, 0);
    denied.apply([change(3, 2, ['launch'])]);
    expect(denied.applied()).toBe(3);
  });
});
