import { scheduleOf, type Timing } from './schedule';

const timing: Timing = {
  pspCallMs: 5_000,
  submitAfterMs: 60_000,
  askFirstMs: 5_000,
  askAtMostMs: 60_000,
  notFoundAfterMs: 120_000,
  depositDeadlineMs: 900_000,
  automatedDeadlineMs: 800_000,
  reviewDeadlineMs: 86_400_000,
};

it('asks soon where an answer is owed, and seldom where a player is at the PSP', () => {
  expect(scheduleOf('unknown', timing)).toEqual({ dueInMs: 5_000, deadlineInMs: 800_000 });
  expect(scheduleOf('pending', timing)).toEqual({ dueInMs: 60_000, deadlineInMs: 900_000 });
  const short = { ...timing, depositDeadlineMs: 30_000 };
  expect(scheduleOf('pending', short)).toEqual({ dueInMs: 30_000, deadlineInMs: 30_000 });
});

it.each(['created', 'pending', 'unknown', 'mismatched', 'reserved', 'review', 'submitted'] as const)(
  'gives a payment that is %s a deadline, and looks at it before',
  (state) => {
    const { dueInMs, deadlineInMs } = scheduleOf(state, timing);
    expect(dueInMs).toBeLessThan(deadlineInMs ?? 0);
  },
);

it.each(['confirmed', 'paid', 'failed', 'cancelled', 'reversed'] as const)(
  'looks at no payment that is %s',
  (state) => {
    expect(scheduleOf(state, timing)).toEqual({ dueInMs: null, deadlineInMs: null });
  },
);
