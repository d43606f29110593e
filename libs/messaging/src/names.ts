import { eventContracts, type EventContract, type ServiceName } from '@baize/contracts';

/** Partitions of every event stream. Fixed: another number would send a player's events elsewhere. */
export const PARTITIONS = 16;
/** A consumer pulls a stream in this many ranges, each in order by one puller; so many replicas can share it. */
export const RANGES = 4;

/** Which partition a key belongs to: FNV-1a over its UTF-16 units. */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % PARTITIONS;
}

/** The subject that an event of this type and key is published to. */
export function eventSubject(contract: Pick<EventContract<object>, 'type'>, key: string): string {
  return partitionSubject(contract.type, partitionOf(key));
}

/** The stream that holds all events of a service. */
export function streamName(service: ServiceName): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_EVENTS`;
}

/** The durable pull consumer of one range. */
export function durableName(consumer: ServiceName, range: number): string {
  return `${consumer}-r${range}`;
}

/** What one range of a consumer receives from a source: its partitions of the event types that are meant for it. */
export function rangeSubjects(consumer: ServiceName, source: ServiceName, range: number): string[] {
  const perRange = PARTITIONS / RANGES;
  const partitions = Array.from({ length: perRange }, (_, i) => range * perRange + i);
  return consumedEvents(consumer)
    .filter((contract) => contract.service === source)
    .flatMap(({ type }) => partitions.map((partition) => partitionSubject(type, partition)));
}

/** The events that are meant for a service. */
export function consumedEvents(consumer: ServiceName): EventContract<object>[] {
  return eventContracts.filter((contract) => contract.consumers.includes(consumer));
}

/** The services whose events a service consumes. */
export function sourcesOf(consumer: ServiceName): ServiceName[] {
  return [...new Set(consumedEvents(consumer).map((contract) => contract.service))];
}

/** JetStream key-value buckets; each belongs to one service and nobody else reaches it. */
export const buckets = {
  /** Nonces of signed requests, shared by all gateway replicas; kept longer than the 600 s they may be replayed. */
  gatewayNonces: { service: 'gateway', name: 'gateway_nonces', ttlMs: 900_000 },
} as const satisfies Record<string, { service: ServiceName; name: string; ttlMs: number }>;

function partitionSubject(type: string, partition: number): string {
  return `${type}.p${String(partition).padStart(2, '0')}`;
}
