import { restrictionChanged } from '@baize/contracts';
import { FenceKeeper, hearBroadcasts, type RequestClient } from '@baize/messaging';
import type { Database } from '@baize/persistence';
import type { Logger } from '@baize/runtime';
import type { NatsConnection } from 'nats';
import type { Sessions } from './sessions';
import { gameSessionsFence } from './store/fence';

/** Keeps the lease on restrictions, and forgets the cached sessions of whoever is restricted. */
export function startTouchpoint(
  parts: { readonly database: Database; readonly broker: NatsConnection; readonly client: RequestClient },
  sessions: Sessions,
  log: Logger,
): { check: () => Promise<void>; stop: () => Promise<void> } {
  const { database, broker, client } = parts;
  const keeper = new FenceKeeper('game-sessions', client, gameSessionsFence(database), log);
  const heard = hearBroadcasts(broker, restrictionChanged, ({ players }) =>
    sessions.forgetPlayers(players.map(({ playerId }) => playerId)),
  );
  keeper.start();
  return {
    check: () => keeper.check(),
    stop: async () => {
      heard.stop();
      await keeper.stop();
    },
  };
}
