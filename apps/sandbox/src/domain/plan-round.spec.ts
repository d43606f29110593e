import { drawWireFault, noFaults, parseFaults } from './faults';
import { malformations, planRound, type RoundPlan } from './plan-round';
import { Random } from './random';

const everything = parseFaults(
  'duplicates=0.05,timeouts=0.02,drop-response=0.02,reorder=0.02,rollback=0.03,malformed=0.01',
);
const rates = everything.ok ? everything.value : noFaults;
const plans = (count: number, faults = rates): RoundPlan[] =>
  Array.from({ length: count }, (_, index) =>
    planRound(new Random('seed').fork(String(index)), faults, `r${index}`),
  );

it('draws the same rounds from the same seed and others from another', () => {
  expect(plans(50)).toEqual(plans(50));
  expect(planRound(new Random('a'), rates, 'r')).not.toEqual(planRound(new Random('b'), rates, 'r'));
});

it('plants about as many faults as it was asked for', () => {
  const drawn = plans(20_000);
  const share = (is: (plan: RoundPlan) => boolean): number => drawn.filter(is).length / drawn.length;
  expect(share(({ twist }) => twist === 'win-first' || twist === 'rollback-first')).toBeCloseTo(0.02, 2);
  expect(share(({ twist }) => twist === 'rollback')).toBeCloseTo(0.0255, 2);
  expect(share(({ malformed }) => malformed !== undefined)).toBeCloseTo(0.01, 2);
  expect(new Set(drawn.map(({ malformed }) => malformed)).size).toBe(malformations.length + 1);
  const faults = drawn.flatMap(({ wireFaults }) => wireFaults);
  const of = (kind: string): number => faults.filter((fault) => fault.kind === kind).length / faults.length;
  expect(of('repeat')).toBeCloseTo(0.05, 2);
  expect(of('timeout')).toBeCloseTo(0.02, 2);
  expect(of('lost-answer')).toBeCloseTo(0.02, 2);
});

it('plants none when none are asked for', () => {
  for (const plan of plans(2_000, noFaults)) {
    expect(['none', 'late-win', 'empty-handed']).toContain(plan.twist);
    expect(plan.malformed).toBeUndefined();
    expect(plan.wireFaults.every(({ kind }) => kind === 'none')).toBe(true);
  }
});

it('gives every bet a win of its own and every movement an id of its own', () => {
  for (const { bets, wins } of plans(500)) {
    expect(wins).toHaveLength(bets.length);
    expect(new Set([...bets, ...wins].map(({ id }) => id)).size).toBe(bets.length * 2);
  }
});

it('always plants when the share is 1', () => {
  const random = new Random('x');
  for (let i = 0; i < 100; i++)
    expect(drawWireFault(random, { ...noFaults, timeouts: 1 }).kind).toBe('timeout');
});

it.each([
  ['typo=0.1', 'unknown fault "typo"'],
  ['duplicates=2', 'between 0 and 1'],
  ['duplicates=-1', 'between 0 and 1'],
  ['duplicates', 'between 0 and 1'],
  ['duplicates=0.6,timeouts=0.6', 'exceed 1'],
])('refuses %s', (text, message) => {
  const parsed = parseFaults(text);
  expect(parsed.ok ? '' : parsed.error).toContain(message);
});
