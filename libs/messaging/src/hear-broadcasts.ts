import type { BroadcastContract } from '@baize/contracts';
import type { NatsConnection } from 'nats';
import { parseEventData } from './parse';
import { textOf } from './wire';

/** Hears what is told to every process (no queue group); what does not fit the contract is left out. */
export function hearBroadcasts<Data extends object>(
  broker: NatsConnection,
  contract: BroadcastContract<Data>,
  hear: (data: Data) => void,
): { stop: () => void } {
  const subscription = broker.subscribe(contract.subject, {
    callback: (error, msg) => {
      if (error !== null) return;
      const data = read(contract, textOf(msg.data));
      if (data !== undefined) hear(data);
    },
  });
  return { stop: () => subscription.unsubscribe() };
}

function read<Data extends object>(contract: BroadcastContract<Data>, text: string): Data | undefined {
  try {
    const data = parseEventData(contract.data, JSON.parse(text) as unknown);
    return data.ok ? data.value : undefined;
  } catch {
    return undefined;
  }
}
