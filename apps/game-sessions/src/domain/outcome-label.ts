import type { CallbackAnswer } from '@baize/contracts';
import type { Outcome } from './dialect';

/** What became of a call, for metrics and people. */
export function labelOf(outcome: Outcome): CallbackAnswer['outcome'] {
  switch (outcome.kind) {
    case 'posted': {
      const { actions } = outcome.posted;
      return actions.length > 0 && actions.every(({ status }) => status === 'replayed') ? 'replayed' : 'ok';
    }
    case 'balance':
    case 'session':
      return 'ok';
    default:
      return outcome.kind;
  }
}
