import { serviceNames } from '@baize/contracts';
import { eventSubject, PARTITIONS, partitionOf, RANGES, rangeSubjects, sourcesOf } from './names';

describe('names', () => {
  it('never moves a key to another partition', () => {
    // FNV-1a, computed with another implementation: a change here would break the order of players in flight
    expect(['', 'a', 'foobar', 'player-1'].map(partitionOf)).toEqual([5, 12, 8, 2]);
    expect(eventSubject({ type: 'wallet.event.bet-placed.v1' }, 'foobar')).toBe(
      'wallet.event.bet-placed.v1.p08',
    );
  });

  it('spreads keys evenly', () => {
    const counts = new Array<number>(PARTITIONS).fill(0);
    for (let i = 0; i < 16_000; i += 1) {
      const partition = partitionOf(`01976f0e-8f6e-7c3a-9a53-${i.toString(16).padStart(12, '0')}`);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1_200);
  });

  it.each(serviceNames)('gives every partition of what %s consumes to exactly one range', (consumer) => {
    for (const source of sourcesOf(consumer)) {
      const subjects = Array.from({ length: RANGES }, (_, range) =>
        rangeSubjects(consumer, source, range),
      ).flat();
      expect(new Set(subjects).size).toBe(subjects.length);
      expect(subjects.length % PARTITIONS).toBe(0);
    }
  });
});
