import { groupBy } from './group-by';
import { backOffMs, pause } from './pause';

/** What is published in the order of its key. */
export interface Keyed {
  partition_key: string;
}

export interface PublishOptions<Row> {
  publish: (row: Row) => Promise<void>;
  onRetry: (row: Row, error: unknown) => void;
  /** Keys in flight at once. */
  concurrency: number;
  signal: AbortSignal;
}

/**
 * Publishes all rows. The next row of a key goes out only after the one before was acknowledged; other keys go on
 * meanwhile. A failed row is tried until it succeeds, and holds up its own key alone.
 * @throws when `signal` ends it; some rows may be out then
 */
export async function publishInOrder<Row extends Keyed>(
  rows: readonly Row[],
  options: PublishOptions<Row>,
): Promise<void> {
  const chains = groupBy(rows, (row) => row.partition_key).values();
  const worker = async (): Promise<void> => {
    for (const chain of chains) for (const row of chain) await publishUntilAcknowledged(row, options);
  };
  const workers = Math.min(options.concurrency, rows.length);
  await Promise.all(Array.from({ length: workers }, worker));
}

async function publishUntilAcknowledged<Row>(row: Row, options: PublishOptions<Row>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal.throwIfAborted();
    try {
      await options.publish(row);
      return;
    } catch (error) {
      options.onRetry(row, error);
      await pause(backOffMs(attempt), options.signal);
    }
  }
}
