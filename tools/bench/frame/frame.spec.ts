import { parseBenchmarkArguments } from './benchmark';
import { runInterleaved } from './sides';
import { ascending, median, percentile, round } from './statistics';

describe('statistics', () => {
  const hundred = ascending(Array.from({ length: 100 }, (_none, index) => 100 - index));

  it('takes percentiles by nearest rank', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([7], 0.01)).toBe(7);
    expect(percentile([], 0.5)).toBe(0);
  });

  it('sorts by value, not by text', () => {
    expect(ascending([10, 9, 100])).toEqual([9, 10, 100]);
  });

  it('takes the middle of odd and even numbers of samples', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBe(0);
  });

  it('rounds to what a figure is worth', () => {
    expect(round(1234.56)).toBe(1235);
    expect(round(4.0678)).toBe(4.07);
    expect(round(0)).toBe(0);
  });
});

describe('runInterleaved', () => {
  it('gives each side the same time in turns, and swaps the order with every pass', async () => {
    const ran: string[] = [];
    const side = (name: string): { name: string; run: (seconds: number) => Promise<number> } => ({
      name,
      run: (seconds) => {
        ran.push(name);
        return Promise.resolve(seconds);
      },
    });
    const results = await runInterleaved([side('a'), side('b')], { seconds: 9, sliceSeconds: 3 });
    expect(ran).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
    expect(results.get('a')).toEqual([3, 3, 3]);
    expect(results.get('b')).toEqual([3, 3, 3]);
  });
});

describe('parseBenchmarkArguments', () => {
  it('reads --json and --seconds', () => {
    expect(parseBenchmarkArguments(['--json', 'out.json', '--seconds', '7'], 20)).toEqual({
      json: 'out.json',
      seconds: 7,
    });
    expect(parseBenchmarkArguments([], 20)).toEqual({ seconds: 20, json: undefined });
  });

  it.each([['0'], ['-1'], ['soon'], ['4000']])('refuses --seconds %s', (seconds) => {
    expect(() => parseBenchmarkArguments([`--seconds=${seconds}`], 20)).toThrow('--seconds');
  });

  it('refuses options that it does not know', () => {
    expect(() => parseBenchmarkArguments(['--sekonds', '5'], 20)).toThrow();
  });
});
