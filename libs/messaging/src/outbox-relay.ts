import type { NatsConnection } from 'nats';
import type { HintContract, ServiceName } from '@baize/contracts';
import { encodeEnvelope, type OutboxRow } from './envelope';
import { EventPublisher } from './event-publisher';
import { sendHints } from './hints';
import { workUnderLease, type Leases, type LeaseOptions } from './leases';
import { outboxOldestAge, outboxPublished, outboxRetries } from './metrics';
import { eventSubject, streamName } from './names';
import {
  nextWindow,
  oldestAgeSeconds,
  pruneOutbox,
  readHorizon,
  saveHorizon,
  windowRows,
} from './outbox-window';
import { pause, Waker } from './pause';
import { publishInOrder } from './publish-in-order';
import type { Log, Sql, SqlDatabase } from './sql';

export interface OutboxRelayOptions extends LeaseOptions {
  service: ServiceName;
  database: SqlDatabase;
  broker: NatsConnection;
  log: Log;
  /** Sent for the keys of every window, as soon as it is seen. */
  hint?: HintContract;
  /** Keys whose next event is in flight at once. Default 256. */
  concurrency?: number;
}

const LEASE = 'outbox-relay';
const BUSY_POLL_MS = 20;
/** Between windows under load. Each costs a commit here and one at every consumer: fewer, larger ones are cheaper. */
const GATHER_MS = 50;
const IDLE_POLL_MS = 250;
const WATCH_MS = 2_000;
const PRUNE_MS = 60_000;

/**
 * Publishes a service's outbox to its stream. Every replica runs one; the holder of the lease works. It takes
 * windows of finished transactions, publishes them in order per key, then moves `outbox_horizon`: killed in
 * between, the next leader publishes the window again under the same ids, which broker and inbox drop. Nothing is
 * skipped, because the horizon only passes transactions that can no longer commit anything.
 */
export class OutboxRelay {
  private readonly publisher: EventPublisher;
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | undefined;
  private readonly waker = new Waker();

  constructor(private readonly options: OutboxRelayOptions) {
    this.publisher = new EventPublisher(options.broker, streamName(options.service));
  }

  start(): void {
    this.running ??= Promise.all([this.run(), this.watch(), this.prune()]);
  }

  /** An event was committed in this process: look at once. Without it the relay polls, 20 to 250 ms. */
  notify(): void {
    this.waker.wake();
  }

  /** Ends after the publishes in flight; what is left is published by the next leader. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.notify();
    await this.running;
    this.publisher.close();
  }

  private run(): Promise<void> {
    const { database, log, silentMs } = this.options;
    return workUnderLease(database, {
      name: LEASE,
      silentMs,
      signal: this.stopping.signal,
      work: (leases) => this.lead(leases),
      onFailure: (error) => log.error({ err: error }, 'outbox relay starts over'),
    });
  }

  private async lead(leases: Leases): Promise<void> {
    const signal = AbortSignal.any([this.stopping.signal, leases.lost]);
    /** Published ahead of their window; kept until the window comes. */
    const early = new Set<string>();
    // a horizon that a crash of PostgreSQL takes back costs a window that is published again, not an event
    await leases.query('SET synchronous_commit = off');
    let from = await readHorizon(leases);
    let idleMs = BUSY_POLL_MS;
    let polledAt = 0;
    while (!signal.aborted) {
      // windows that come in such steps cost far fewer queries under load than one for every commit
      await pause(polledAt + BUSY_POLL_MS - Date.now(), signal);
      polledAt = Date.now();
      const { upto, hasRows } = await nextWindow(leases, from);
      if (hasRows) {
        await this.publish(leases, { from, upto, early, signal });
        await saveHorizon(leases, upto);
        await pause(GATHER_MS, signal);
        idleMs = BUSY_POLL_MS;
      } else {
        const woken = await this.waker.wait(idleMs, signal);
        idleMs = woken ? BUSY_POLL_MS : Math.min(idleMs * 2, IDLE_POLL_MS);
      }
      from = upto;
    }
  }

  private async publish(
    db: Sql,
    window: { from: string; upto: string; early: Set<string>; signal: AbortSignal },
  ): Promise<void> {
    const rows = await windowRows(db, window.from, window.upto);
    const { early } = window;
    const { hint, broker } = this.options;
    if (hint) sendHints(broker, hint, new Set(rows.map((row) => row.partition_key)));
    await publishInOrder(
      rows.filter((row) => !early.has(row.id)),
      {
        publish: async (row) => this.publishRow(row),
        onRetry: (row, error) => {
          outboxRetries.inc();
          this.options.log.warn(
            { err: error, eventId: row.event_id, type: row.type },
            'publish failed, trying again',
          );
        },
        concurrency: this.options.concurrency ?? 256,
        signal: window.signal,
      },
    );
    for (const row of rows) {
      if (row.ahead) early.add(row.id);
      else early.delete(row.id);
    }
  }

  private async publishRow(row: OutboxRow): Promise<void> {
    const { service } = this.options;
    await this.publisher.publish(
      eventSubject(row, row.partition_key),
      encodeEnvelope(service, row),
      row.event_id,
    );
    outboxPublished.inc();
  }

  /** Every replica reports the age: a service without any leader must be seen too. */
  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await oldestAgeSeconds(this.options.database).then(
        (age) => outboxOldestAge.set(age),
        () => undefined,
      );
      await pause(WATCH_MS, signal);
    }
  }

  private async prune(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const pruned = await pruneOutbox(this.options.database).catch(() => 0);
      // small batches with room between them: the table is being written to all the time
      await pause(pruned > 0 ? 50 : PRUNE_MS, signal);
    }
  }
}
