import { FenceKeeper, RequestClient } from '@baize/messaging';
import type { Database } from '@baize/persistence';
import type { Logger } from '@baize/runtime';
import type { NatsConnection } from 'nats';
import { walletFence } from './store/fence';

/** Keeps the wallet's lease on restrictions, and applies those that it was not told of. */
export function startTouchpoint(database: Database, broker: NatsConnection, log: Logger) {
  const client = new RequestClient(broker);
  const keeper = new FenceKeeper('wallet', client, walletFence(database), log);
  keeper.start();
  return {
    check: () => keeper.check(),
    stop: async (): Promise<void> => {
      await keeper.stop();
      client.close();
    },
  };
}
