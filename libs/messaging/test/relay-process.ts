import 'reflect-metadata';
import { Database } from '@baize/persistence';
import { connectBroker, OutboxRelay, type SqlDatabase } from '../src/index';
import { quiet } from './harness';

/** A relay of its own; with HANG=mark it stops for ever just before it would move the horizon. */
async function main(): Promise<void> {
  const { DATABASE_URL = '', NATS_URL = '', HANG } = process.env;
  const database = new Database({ url: DATABASE_URL });
  const broker = await connectBroker({ url: NATS_URL, user: 'wallet', name: 'relay' });
  const hanging: SqlDatabase = {
    query: (...args) => database.query(...args),
    transactions: database.transactions,
    check: () => database.check(),
    session: async () => {
      const session = await database.session();
      return {
        onLost: (listener) => session.onLost(listener),
        close: () => session.close(),
        query: (statement, params) => {
          const text = typeof statement === 'string' ? statement : statement.text;
          if (HANG !== 'mark' || !text.includes('UPDATE outbox_horizon'))
            return session.query(statement, params);
          process.stdout.write('published\n');
          return new Promise(() => undefined);
        },
      };
    },
  };
  new OutboxRelay({ service: 'wallet', database: hanging, broker, log: quiet }).start();
  process.stdout.write('started\n');
}

void main();
