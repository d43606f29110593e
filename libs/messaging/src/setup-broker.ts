import 'reflect-metadata';
import { SETUP_USER } from './broker-config';
import { connectBroker } from './connect';
import { backOffMs, pause } from './pause';
import { ensureStreams } from './streams';

const PATIENCE_MS = 60_000;

/**
 * `node libs/messaging/dist/setup-broker.js`: creates or updates the streams, consumers and buckets that the
 * contracts imply, before the services start. `NATS_URL`, `NATS_PASSWORD` (of the user `setup`) and, for a cluster,
 * `NATS_REPLICAS`. It waits up to a minute for the broker.
 */
async function main(): Promise<void> {
  const {
    NATS_URL = 'nats://127.0.0.1:4222',
    NATS_USER = SETUP_USER,
    NATS_PASSWORD,
    NATS_REPLICAS = '1',
  } = process.env;
  const until = Date.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const nc = await connectBroker({
        url: NATS_URL,
        user: NATS_USER,
        password: NATS_PASSWORD,
        name: 'setup',
      });
      await ensureStreams(nc, { replicas: Number(NATS_REPLICAS) });
      await nc.close();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await pause(backOffMs(attempt));
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(
    `the broker could not be set up: ${error instanceof Error ? error.message : 'unknown'}\n`,
  );
  process.exitCode = 1;
});
