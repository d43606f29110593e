import type { Msg, NatsConnection } from 'nats';
import type { ServiceName } from '@baize/contracts';
import { applyEvents } from './apply-events';
import type { EventEnvelope } from './envelope';
import type { EventHandlers } from './event-handlers';
import { pruneInbox } from './inbox';
import { workUnderLease, type LeaseOptions } from './leases';
import { consumerLag, deadLetters, eventsConsumed } from './metrics';
import { durableName, RANGES, sourcesOf, streamName } from './names';
import { pause } from './pause';
import { DeliveryGap, Puller } from './puller';
import type { Log, SqlDatabase } from './sql';
import { textOf } from './wire';

export interface EventConsumerOptions extends LeaseOptions {
  database: SqlDatabase;
  broker: NatsConnection;
  handlers: EventHandlers;
  log: Log;
  /** Tries of an event before its key is parked. Default 5. */
  attempts?: number;
}

interface Range {
  source: ServiceName;
  range: number;
}

const HOUSEKEEPING_MS = 5_000;

/**
 * Applies the events that the contracts name the service a consumer of: each once, a key's in order. Every replica
 * runs one; each range of partitions has one active puller among them, by a lease in the service's database.
 */
export class EventConsumer {
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | undefined;

  constructor(private readonly options: EventConsumerOptions) {}

  start(): void {
    const sources = sourcesOf(this.options.handlers.service);
    const ranges = sources.flatMap((source) =>
      Array.from({ length: RANGES }, (_, range) => ({ source, range })),
    );
    this.running ??= Promise.all([...ranges.map((range) => this.keepRunning(range)), this.keepHouse()]);
  }

  /** Stops pulling, finishes and acknowledges what is in hand, gives the ranges to other replicas. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private keepRunning({ source, range }: Range): Promise<void> {
    const { database, log, silentMs } = this.options;
    return workUnderLease(database, {
      name: `consumer-${source}-r${range}`,
      silentMs,
      signal: this.stopping.signal,
      work: (leases) => this.pullWhileLeading({ source, range }, leases.lost),
      onFailure: (error) => log.error({ err: error, source, range }, 'event consumer starts over'),
    });
  }

  private async pullWhileLeading({ source, range }: Range, lost: AbortSignal): Promise<void> {
    const { broker, handlers, log } = this.options;
    const stop = this.stopping.signal;
    const ended = AbortSignal.any([stop, lost]);
    const consumer = {
      stream: streamName(source),
      durable: durableName(handlers.service, range),
      signal: ended,
    };
    const manager = await broker.jetstreamManager({ checkAPI: false });
    const isOver = (): boolean => ended.aborted;
    while (!isOver()) {
      const puller = await Puller.open(broker, manager, consumer);
      if (isOver()) return;
      try {
        await puller.run((batch) => this.apply(source, batch, lost), { stop, lost });
      } catch (error) {
        if (!(error instanceof DeliveryGap)) throw error;
        log.warn({ source, range }, 'deliveries were lost; waiting for them to come again');
      }
    }
  }

  private async apply(source: ServiceName, batch: readonly Msg[], lost: AbortSignal): Promise<void> {
    const { database, handlers, log, attempts } = this.options;
    const events = batch.flatMap((msg) => this.read(msg));
    const applied = await applyEvents(events, {
      database,
      handlers,
      attempts,
      signal: lost,
      onFailure: (event, error, attempt) => {
        log.warn({ err: error, eventId: event.id, type: event.type, attempt }, 'event could not be applied');
      },
    });
    for (const [outcome, count] of Object.entries(applied) as [string, number][]) {
      if (count > 0) eventsConsumed.inc({ consumer: handlers.service, source, outcome }, count);
    }
  }

  /** The event, or nothing when it is none: then nobody can ever apply it, and only the log keeps it. */
  private read(msg: Msg): EventEnvelope[] {
    const { handlers, log } = this.options;
    try {
      const event = JSON.parse(textOf(msg.data)) as EventEnvelope;
      if (typeof event.id !== 'string' || typeof event.partitionkey !== 'string')
        throw new Error('no envelope');
      return [event];
    } catch (error) {
      log.error({ err: error, subject: msg.subject, consumer: handlers.service }, 'unreadable event dropped');
      return [];
    }
  }

  private async keepHouse(): Promise<void> {
    const { database, handlers } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const [row] = await database.query<{ count: bigint }>(
          'SELECT count(*) AS count FROM parked_event WHERE consumer = $1',
          [handlers.service],
        );
        deadLetters.set({ consumer: handlers.service }, Number(row?.count ?? 0));
        await this.measureLag();
        await this.prune();
      } catch {
        // figures and pruning come again in a moment; what fails for good shows in the pullers
      }
      await pause(HOUSEKEEPING_MS, signal);
    }
  }

  private async prune(): Promise<void> {
    const { database, handlers } = this.options;
    const { signal } = this.stopping;
    // small batches with room between them: the table is being written to all the time
    while ((await pruneInbox(database, handlers.service)) > 0) await pause(50, signal);
  }

  private async measureLag(): Promise<void> {
    const { broker, handlers } = this.options;
    const manager = await broker.jetstreamManager({ checkAPI: false });
    for (const source of sourcesOf(handlers.service)) {
      for (let range = 0; range < RANGES; range += 1) {
        const info = await manager.consumers.info(streamName(source), durableName(handlers.service, range));
        consumerLag.set(
          { consumer: handlers.service, source, range: String(range) },
          info.num_pending + info.num_ack_pending,
        );
      }
    }
  }
}
