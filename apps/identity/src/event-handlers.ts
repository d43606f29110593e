import { paymentEvents } from '@baize/contracts';
import { EventHandlers, onEvents } from '@baize/messaging';
import { countDeposit, countPayout, countReversal, noteWithdrawal } from './kyc';

/** What this service does with events: for its consumer and for its dead-letter command. */
export function eventHandlers(): EventHandlers {
  return new EventHandlers('identity', [
    onEvents([paymentEvents.depositConfirmed], async (db, events) => {
      for (const { data } of events) await countDeposit(db, data);
    }),
    onEvents([paymentEvents.paymentReversed], async (db, events) => {
      for (const { data } of events) await countReversal(db, data);
    }),
    onEvents([paymentEvents.withdrawalPaid], async (db, events) => {
      for (const { data } of events) await countPayout(db, data);
    }),
    onEvents([paymentEvents.withdrawalRequested], async (db, events) => {
      for (const { data } of events) await noteWithdrawal(db, data);
    }),
  ]);
}
