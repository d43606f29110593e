import { eventContracts, type EventContract } from '@baize/contracts';
import { jsonSchemaOf, PARTITIONS } from '@baize/messaging';
import { apiVersion } from './openapi';

type Json = Record<string, unknown>;

/** The AsyncAPI 3 document of the published events, from the contracts. */
export function asyncApiOf(events: readonly EventContract<object>[] = eventContracts): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Baize events',
      version: apiVersion,
      description:
        'CloudEvents 1.0 (structured JSON) on NATS JetStream, at least once; events of one partition key come in order.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(events.map((event) => [event.type, channelOf(event)])),
    operations: Object.fromEntries(
      events.map(({ type }) => [
        `publish.${type}`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${type}` },
          messages: [{ $ref: `#/channels/${type}/messages/event` }],
        },
      ]),
    ),
    components: { messages: Object.fromEntries(events.map((event) => [event.type, messageOf(event)])) },
  };
}

function channelOf({ type, description }: EventContract<object>): Json {
  return {
    address: `${type}.{partition}`,
    description,
    messages: { event: { $ref: `#/components/messages/${type}` } },
    parameters: {
      partition: {
        description: 'By hash of the partition key.',
        enum: Array.from({ length: PARTITIONS }, (_, i) => `p${String(i).padStart(2, '0')}`),
      },
    },
  };
}

function messageOf({ type, service, data, description, sample }: EventContract<object>): Json {
  const text = { type: 'string' };
  return {
    name: type,
    title: type,
    summary: description,
    contentType: 'application/cloudevents+json',
    payload: {
      type: 'object',
      required: [
        'specversion',
        'id',
        'source',
        'type',
        'subject',
        'time',
        'partitionkey',
        'sequence',
        'data',
      ],
      properties: {
        specversion: { const: '1.0' },
        id: { type: 'string', format: 'uuid' },
        source: { const: `urn:baize:${service}` },
        type: { const: type },
        subject: text,
        time: { type: 'string', format: 'date-time' },
        datacontenttype: { const: 'application/json' },
        dataschema: text,
        traceparent: text,
        partitionkey: text,
        sequence: { type: 'integer', minimum: 0 },
        data: inline(jsonSchemaOf(data, { closed: false })),
      },
    },
    examples: [{ payload: { type, data: sample } }],
  };
}

/** Nested classes are written out in place: a pointer to `$defs` would lead out of the payload's schema. */
function inline(schema: Json): Json {
  const { $defs = {}, ...own } = schema as Json & { $defs?: Record<string, Json> };
  const expand = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(expand);
    if (typeof part !== 'object' || part === null) return part;
    const ref = (part as { $ref?: string }).$ref;
    if (ref !== undefined) return expand($defs[ref.replace('#/$defs/', '')]);
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, expand(value)]));
  };
  return expand(own) as Json;
}
