import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  nanos,
  type JetStreamManager,
  type NatsConnection,
} from 'nats';
import { publishingServices, serviceNames, type ServiceName } from '@baize/contracts';
import { buckets, durableName, RANGES, rangeSubjects, sourcesOf, streamName } from './names';

export interface StreamOptions {
  /** 3 in a cluster. Default 1. */
  replicas?: number;
  /** After so long a batch that was not acknowledged is delivered again. Default 10 s. */
  ackWaitMs?: number;
  /** Per stream. Full streams refuse new events (the relay keeps them) rather than forget old ones. */
  maxBytes?: number;
  /** Default 30 days, as long as inboxes remember. */
  maxAgeMs?: number;
}

/** A puller's batch, and the most that may be in a puller's hands. */
export const BATCH_EVENTS = 256;
const DAY_MS = 86_400_000;
const DEDUPE_WINDOW_MS = 120_000;

/**
 * Creates or updates every stream, durable consumer and bucket that the contracts imply. It is run by the `setup`
 * user of {@link brokerConfig} before the services start: no service may create or change a stream or a consumer,
 * because who creates a consumer chooses what it reads.
 */
export async function ensureStreams(nc: NatsConnection, options: StreamOptions = {}): Promise<void> {
  const manager = await nc.jetstreamManager();
  for (const service of publishingServices) await ensureStream(manager, service, options);
  for (const consumer of serviceNames) {
    for (const source of sourcesOf(consumer)) {
      for (let range = 0; range < RANGES; range += 1) {
        await ensureConsumer(manager, { consumer, source, range }, options);
      }
    }
  }
  for (const { name, ttlMs } of Object.values(buckets)) {
    await nc.jetstream().views.kv(name, { history: 1, ttl: ttlMs, replicas: options.replicas ?? 1 });
  }
}

async function ensureStream(
  manager: JetStreamManager,
  service: ServiceName,
  options: StreamOptions,
): Promise<void> {
  const name = streamName(service);
  const changeable = {
    subjects: [`${service}.event.>`],
    max_age: nanos(options.maxAgeMs ?? 30 * DAY_MS),
    max_bytes: options.maxBytes ?? -1,
    num_replicas: options.replicas ?? 1,
    duplicate_window: nanos(DEDUPE_WINDOW_MS),
    discard: DiscardPolicy.New,
    deny_delete: true,
    deny_purge: true,
  };
  if (await exists(manager.streams.info(name))) await manager.streams.update(name, changeable);
  else {
    await manager.streams.add({
      ...changeable,
      name,
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
    });
  }
}

async function ensureConsumer(
  manager: JetStreamManager,
  { consumer, source, range }: { consumer: ServiceName; source: ServiceName; range: number },
  options: StreamOptions,
): Promise<void> {
  const stream = streamName(source);
  const durable = durableName(consumer, range);
  const changeable = {
    filter_subjects: rangeSubjects(consumer, source, range),
    ack_wait: nanos(options.ackWaitMs ?? 10_000),
    // what a puller may hold is one batch: after a crash the first pull gets all of it back, in order
    max_ack_pending: BATCH_EVENTS,
    max_deliver: -1,
  };
  if (await exists(manager.consumers.info(stream, durable))) {
    await manager.consumers.update(stream, durable, changeable);
  } else {
    await manager.consumers.add(stream, {
      ...changeable,
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
    });
  }
}

async function exists(info: Promise<unknown>): Promise<boolean> {
  try {
    await info;
    return true;
  } catch (error) {
    if ((error as { api_error?: { code?: number } }).api_error?.code === 404) return false;
    throw error;
  }
}
