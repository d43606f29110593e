import type { CallbackPriority } from '@baize/contracts';
import { Admission, type Leave } from './admission';

function crowd(limits: { maxInFlight: number; maxQueued: number; maxWaitMs?: number }) {
  const admission = new Admission({ maxWaitMs: 5_000, ...limits });
  const served: string[] = [];
  const shed: string[] = [];
  const leaves: Leave[] = [];
  const come = (name: string, priority: CallbackPriority) =>
    Promise.resolve(admission.enter(priority)).then((leave) => {
      if (!leave) return void shed.push(name);
      served.push(name);
      leaves.push(leave);
    });
  const leave = async () => {
    leaves.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { come, leave, served, shed };
}

describe('Admission', () => {
  it('serves settlements before bets before reads', async () => {
    const { come, leave, served, shed } = crowd({ maxInFlight: 1, maxQueued: 10 });
    await come('first', 'read');
    const all = [come('r', 'read'), come('b', 'bet'), come('s', 'settlement'), come('s2', 'settlement')];
    for (let i = 0; i < 5; i++) await leave();
    await Promise.all(all);
    expect(served).toEqual(['first', 's', 's2', 'b', 'r']);
    expect(shed).toEqual([]);
  });

  it('sheds the newest of the least urgent class when the queue is full', async () => {
    const { come, leave, served, shed } = crowd({ maxInFlight: 1, maxQueued: 2 });
    await come('first', 'read');
    const all = [come('r1', 'read'), come('r2', 'read'), come('s1', 'settlement'), come('b1', 'bet')];
    all.push(come('r3', 'read'), come('s2', 'settlement'), come('s3', 'settlement'));
    for (let i = 0; i < 5; i++) await leave();
    await Promise.all(all);
    expect(shed.sort()).toEqual(['b1', 'r1', 'r2', 'r3', 's3']);
    expect(served).toEqual(['first', 's1', 's2']);
  });

  it('keeps places that reads cannot fill', async () => {
    const { come, served } = crowd({ maxInFlight: 4, maxQueued: 10, maxWaitMs: 50 });
    await Promise.all(['r1', 'r2', 'r3'].map((name) => come(name, 'read')));
    void come('r4', 'read');
    await come('s1', 'settlement');
    expect(served).toEqual(['r1', 'r2', 'r3', 's1']);
  });

  it('lets nobody wait longer than the bound', async () => {
    const { come, shed } = crowd({ maxInFlight: 1, maxQueued: 10, maxWaitMs: 10 });
    await come('first', 'settlement');
    await come('late', 'settlement');
    expect(shed).toEqual(['late']);
  });
});
