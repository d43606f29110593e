import type { ServiceName } from '@baize/contracts';

/** A CloudEvents 1.0 event in structured JSON, as it stands on the wire. */
export interface EventEnvelope<Data extends object = object> {
  specversion: '1.0';
  /** UUIDv7; consumers apply each id once. */
  id: string;
  source: string;
  /** `<service>.event.<noun-verbed>.v1`. */
  type: string;
  /** The id of what the event is about. */
  subject: string;
  /** RFC 3339, when the row was written. */
  time: string;
  datacontenttype: 'application/json';
  dataschema: string;
  traceparent?: string;
  /** Events of one key arrive in order: the player's id, else the aggregate's. */
  partitionkey: string;
  /** Counts the events of this key and service; a consumer of some types only sees gaps. */
  sequence: number;
  data: Data;
}

const sourceOf = (service: ServiceName): string => `urn:baize:${service}`;
const dataSchemaOf = (type: string): string => `urn:baize:schema:${type}`;

/** A row of the outbox as the relay reads it. */
export interface OutboxRow {
  id: string;
  event_id: string;
  type: string;
  subject: string;
  partition_key: string;
  sequence: string;
  time: string;
  traceparent: string | null;
  /** JSON text, passed on as PostgreSQL wrote it. */
  data: string;
  /** True when it belongs to a later window and goes out early, before its successor. */
  ahead: boolean;
}

/** The wire form of a row. The data is spliced in as text: parsing it to print it again would cost the most. */
export function encodeEnvelope(service: ServiceName, row: OutboxRow): Buffer {
  const head: Omit<EventEnvelope, 'data'> = {
    specversion: '1.0',
    id: row.event_id,
    source: sourceOf(service),
    type: row.type,
    subject: row.subject,
    time: row.time,
    datacontenttype: 'application/json',
    dataschema: dataSchemaOf(row.type),
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
    partitionkey: row.partition_key,
    sequence: Number(row.sequence),
  };
  return Buffer.from(`${JSON.stringify(head).slice(0, -1)},"data":${row.data}}`);
}
