import { readPlayOptions } from './play-options';
import { quantile, Tally } from './tally';

it('has defaults and makes up a seed', () => {
  const options = readPlayOptions([]);
  expect(options).toMatchObject({
    provider: 'all',
    players: 50,
    rounds: 1000,
    concurrency: 50,
    currency: 'EUR',
  });
  expect(options.seed).not.toBe(readPlayOptions([]).seed);
});

it('reads what it is given', () => {
  const args = [
    '--provider',
    'softswiss',
    '--players',
    '3',
    '--rounds=7',
    '--faults',
    'rollback=0.5',
    '--seed',
    'x',
  ];
  expect(readPlayOptions(args)).toMatchObject({ provider: 'softswiss', players: 3, rounds: 7, seed: 'x' });
  expect(readPlayOptions(args).faults.rollback).toBe(0.5);
});

it.each([
  [['--players', '0']],
  [['--players', '1.5']],
  [['--rounds', 'many']],
  [['--faults', 'nonsense=1']],
  [['--colour', 'red']],
  [['stray']],
])('refuses %j', (args) => {
  expect(() => readPlayOptions(args)).toThrow();
});

it('counts calls and takes latencies of definite answers only', () => {
  const tally = new Tally();
  tally.call('bet', { kind: 'accepted', outcomes: [] }, 2);
  tally.call('bet', { kind: 'refused', reason: 'funds', text: 'no' }, 4);
  tally.call('bet', { kind: 'unknown', text: 'gone' }, 5_000);
  expect(tally.rows()).toEqual([
    { name: 'bet', calls: 3, accepted: 1, refused: 1, unknown: 1, p50Ms: 2, p99Ms: 4 },
  ]);
  expect(tally.unknowns()).toEqual([['gone', 1]]);
  expect(quantile(new Float64Array(), 0.5)).toBe(0);
});
