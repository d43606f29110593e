import 'reflect-metadata';
import { Database } from '@baize/persistence';
import { connectBroker, EventConsumer, type SqlDatabase } from '../src/index';
import { quiet, recordingHandlers } from './harness';

/** A consumer of its own; it stops for ever before or after its first commit, and never acknowledges. */
async function main(): Promise<void> {
  const { DATABASE_URL = '', NATS_URL = '', HANG } = process.env;
  const database = new Database({ url: DATABASE_URL });
  const broker = await connectBroker({ url: NATS_URL, user: 'game-sessions', name: 'consumer' });
  const hanging: SqlDatabase = {
    query: (...args) => database.query(...args),
    session: () => database.session(),
    check: () => database.check(),
    transactions: {
      run: async (fn) => {
        if (HANG === 'after commit') await database.transactions.run(fn);
        process.stdout.write('hanging\n');
        return new Promise(() => undefined);
      },
    },
  };
  new EventConsumer({ database: hanging, broker, handlers: recordingHandlers(), log: quiet }).start();
  process.stdout.write('started\n');
}

void main();
