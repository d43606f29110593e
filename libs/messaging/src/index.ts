// class metadata must be there before the contracts' decorators run
import 'reflect-metadata';
export { brokerConfig, SETUP_USER, type BrokerConfigOptions } from './broker-config';
export { connectBroker, type BrokerSettings } from './connect';
export { deadLetterCommand } from './dead-letter-command';
export { type EventEnvelope } from './envelope';
export { EventConsumer, type EventConsumerOptions } from './event-consumer';
export { EventHandlers, isEvent, onEvents, type ApplyEvents, type EventHandler } from './event-handlers';
export { Handles, type HandlerOptions, type RequestContext } from './handles';
export { jsonSchemaOf, type JsonSchema } from './json-schema';
export { buckets, eventSubject, PARTITIONS, partitionOf, streamName } from './names';
export { OutboxRelay, type OutboxRelayOptions } from './outbox-relay';
export { discardParked, listParked, replayParked, type ParkedKey, type Replayed } from './parked-queue';
export { parse, parseEventData } from './parse';
export { RequestClient, ServiceFault, type CallOptions, type FaultKind } from './request-client';
export { RequestServer, type RequestServerOptions } from './request-server';
export { type Log, type Sql, type SqlDatabase, type SqlSession } from './sql';
export { ensureStreams, type StreamOptions } from './streams';
export { activeTraceparent } from './wire';
