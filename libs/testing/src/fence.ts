import { fenceQueries } from '@baize/contracts';
import type { NatsConnection } from 'nats';

/**
 * Plays identity's part of the fence where a test runs without it: nobody is restricted, and every touchpoint gets its
 * lease. Answers until the returned function is called.
 */
export function playFence(broker: NatsConnection): () => void {
  const answers = [
    { contract: fenceQueries.askRestrictionSequence, value: { sequence: 0 } },
    { contract: fenceQueries.listRestrictions, value: { items: [] } },
  ];
  const subscriptions = answers.map(({ contract, value }) =>
    broker.subscribe(contract.subject, {
      queue: contract.service,
      callback: (_error, msg) => void msg.respond(JSON.stringify({ ok: true, value })),
    }),
  );
  return () => subscriptions.forEach((subscription) => subscription.unsubscribe());
}
