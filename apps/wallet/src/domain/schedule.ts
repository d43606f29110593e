import type { PaymentState } from './payment';

/** Milliseconds; see TimingSettings. */
export interface Timing {
  readonly pspCallMs: number;
  readonly submitAfterMs: number;
  readonly askFirstMs: number;
  readonly askAtMostMs: number;
  readonly notFoundAfterMs: number;
  readonly depositDeadlineMs: number;
  readonly automatedDeadlineMs: number;
  readonly reviewDeadlineMs: number;
}

export interface Schedule {
  /** When the worker looks at it next; null: nothing is to be done before something happens. */
  readonly dueInMs: number | null;
  /** How long the state may last; null on final states. */
  readonly deadlineInMs: number | null;
}

/** A call that was cut off may still be under way for a moment. */
const graceMs = 1_000;

/** What entering a state starts. Every state that is not final has a deadline. */
export function scheduleOf(state: PaymentState, timing: Timing): Schedule {
  const { automatedDeadlineMs, reviewDeadlineMs } = timing;
  switch (state) {
    case 'created': // the process that started it is gone when nothing has followed
      return { dueInMs: timing.pspCallMs + graceMs, deadlineInMs: automatedDeadlineMs };
    case 'pending': // its player is at the PSP's page, whose webhook tells; asking is for webhooks that were lost
      return {
        dueInMs: Math.min(timing.askAtMostMs, timing.depositDeadlineMs),
        deadlineInMs: timing.depositDeadlineMs,
      };
    case 'unknown':
      return { dueInMs: timing.askFirstMs, deadlineInMs: automatedDeadlineMs };
    case 'mismatched':
      return { dueInMs: timing.askFirstMs, deadlineInMs: reviewDeadlineMs };
    case 'reserved':
      return { dueInMs: timing.submitAfterMs, deadlineInMs: timing.submitAfterMs + automatedDeadlineMs };
    case 'review': // what held it may be gone without anybody saying so: a debt, for one
      return { dueInMs: timing.askAtMostMs, deadlineInMs: reviewDeadlineMs };
    case 'submitted': // longer than the call that follows at once
      return { dueInMs: timing.pspCallMs + graceMs, deadlineInMs: automatedDeadlineMs };
    case 'confirmed':
    case 'paid':
    case 'failed':
    case 'cancelled':
    case 'reversed':
      return { dueInMs: null, deadlineInMs: null };
  }
}
