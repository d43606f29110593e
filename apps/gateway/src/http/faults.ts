import type { Refusal } from '@baize/contracts';
import { ServiceFault } from '@baize/messaging';
import type { Logger } from '@baize/runtime';

/** What a caller is told when something failed; the log gets the rest. */
export function refusalOf(fault: unknown, log: Logger): Refusal {
  if (!(fault instanceof ServiceFault)) {
    log.error({ err: fault }, 'request failed');
    return { code: 'gateway.internal-error', detail: 'Something failed here; the traceId leads us to it.' };
  }
  log.warn({ code: fault.code, kind: fault.kind }, 'a service gave no answer');
  switch (fault.kind) {
    case 'timeout':
      return {
        code: 'gateway.deadline-exceeded',
        detail: `${fault.service} did not answer in time; whether it acted is unknown: ask, or repeat with the same keys.`,
      };
    case 'no-responders':
      return { code: 'gateway.service-unavailable', detail: `${fault.service} is not available; try again.` };
    case 'overloaded':
      return { code: 'gateway.overloaded', detail: `${fault.service} is busy; try again.` };
    case 'fault':
      return {
        code: 'gateway.internal-error',
        detail: `${fault.service} failed; the traceId leads us to it.`,
      };
  }
}
