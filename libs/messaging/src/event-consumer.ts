import type { Msg, NatsConnection } from 'nats';
import type { ServiceName } from '@baize/contracts';
import { applyOneByOne, applyTogether, type Applied } from './apply-events';
import type { EventEnvelope } from './envelope';
import type { EventHandlers } from './event-handlers';
import { pruneInbox } from './inbox';
import { JointBatches } from './joint-batches';
import { workUnderLease, type LeaseOptions } from './leases';
import { consumerLag, deadLetters, eventsConsumed } from './metrics';
import { durableName, RANGES, sourcesOf, streamName } from './names';
import { pause } from './pause';
import { DeliveryGap, Puller, type Work } from './puller';
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
  /** Shared by the ranges of a source. */
  joint: JointBatches;
}

const HOUSEKEEPING_MS = 5_000;
/** What is projected may lag that much under load; each transaction that is saved is time for the callbacks. */
const GATHER_MS = 100;

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
    const ranges = sources.flatMap((source) => {
      const joint = this.jointBatches(source);
      return Array.from({ length: RANGES }, (_, range) => ({ source, range, joint }));
    });
    this.running ??= Promise.all([...ranges.map((range) => this.keepRunning(range)), this.keepHouse()]);
  }

  /** Stops pulling, finishes and acknowledges what is in hand, gives the ranges to other replicas. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private jointBatches(source: ServiceName): JointBatches {
    return new JointBatches({
      apply: async (events) => this.count(source, await applyTogether(events, this.options)),
      gatherMs: GATHER_MS,
      stop: this.stopping.signal,
    });
  }

  private keepRunning(one: Range): Promise<void> {
    const { database, log, silentMs } = this.options;
    const { source, range } = one;
    return workUnderLease(database, {
      name: `consumer-${source}-r${range}`,
      silentMs,
      signal: this.stopping.signal,
      work: (leases) => this.pullWhileLeading(one, leases.lost),
      onFailure: (error) => log.error({ err: error, source, range }, 'event consumer starts over'),
    });
  }

  private async pullWhileLeading({ source, range, joint }: Range, lost: AbortSignal): Promise<void> {
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
        const work: Work = async (take) => {
          const { events, applied } = await joint.join(() => take().flatMap((msg) => this.read(msg)));
          if (!applied) await this.applyOneByOne(source, events, lost);
        };
        await puller.run(work, { stop, lost });
      } catch (error) {
        if (!(error instanceof DeliveryGap)) throw error;
        log.warn({ source, range }, 'deliveries were lost; waiting for them to come again');
      }
    }
  }

  private async applyOneByOne(
    source: ServiceName,
    events: readonly EventEnvelope[],
    lost: AbortSignal,
  ): Promise<void> {
    const { database, handlers, log, attempts } = this.options;
    const applied = await applyOneByOne(events, {
      database,
      handlers,
      attempts,
      signal: lost,
      onFailure: (event, error, attempt) => {
        log.warn({ err: error, eventId: event.id, type: event.type, attempt }, 'event could not be applied');
      },
    });
    this.count(source, applied);
  }

  private count(source: ServiceName, applied: Applied): void {
    const consumer = this.options.handlers.service;
    for (const [outcome, count] of Object.entries(applied) as [string, number][]) {
      if (count > 0) eventsConsumed.inc({ consumer, source, outcome }, count);
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
