import { Random } from '../domain/random';
import { pspNames } from '../psps/payment';
import { readPayOptions } from './pay-options';
import { planPayments } from './plan-payments';

const plan = planPayments(new Random('seven'), { players: 50, payments: 500, seconds: 20 });

it('plans so many payments in all, evenly over players and time', () => {
  expect(plan).toHaveLength(500);
  expect(new Set(plan.map(({ player }) => player)).size).toBe(50);
  expect(plan[0]?.startAtMs).toBe(0);
  expect(plan.at(-1)?.startAtMs).toBeGreaterThan(19_000);
});

it('covers deposits and withdrawals at every PSP, and every way in which a payer decides', () => {
  for (const psp of pspNames) {
    for (const kind of ['deposit', 'withdrawal'])
      expect(plan.filter((one) => one.psp === psp && one.kind === kind).length).toBeGreaterThan(20);
  }
  for (const action of ['approve', 'decline', 'timeout'])
    expect(plan.filter((one) => one.kind === 'deposit' && one.action === action).length).toBeGreaterThan(5);
  expect(plan.some(({ cancels }) => cancels)).toBe(true);
});

it('lets everybody pay in before anything is paid out', () => {
  expect(plan.slice(0, 100).every(({ kind }) => kind === 'deposit')).toBe(true);
});

it('plans the same from the same seed', () => {
  const again = planPayments(new Random('seven'), { players: 50, payments: 500, seconds: 20 });
  expect(again).toEqual(plan);
  expect(planPayments(new Random('eight'), { players: 50, payments: 500, seconds: 20 })).not.toEqual(plan);
});

it('reads its options', () => {
  const options = readPayOptions(['--players', '3', '--payments=9', '--faults', 'never=0.5', '--seed', 'x']);
  expect(options).toMatchObject({ players: 3, payments: 9, seconds: 20, seed: 'x', currency: 'EUR' });
  expect(options.faults.never).toBe(0.5);
  expect(readPayOptions([]).seed).not.toBe(readPayOptions([]).seed);
  expect(readPayOptions(['--payments', '5000']).seconds).toBe(200);
});

it.each([[['--players', '0']], [['--faults', 'drop-response=1']], [['--rounds', '4']], [['stray']]])(
  'refuses %j',
  (args) => {
    expect(() => readPayOptions(args)).toThrow();
  },
);
