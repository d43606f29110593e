import { context, propagation, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import type { MsgHdrs } from 'nats';

/** Absolute deadline of a request, epoch milliseconds. */
export const DEADLINE_HEADER = 'Baize-Deadline';
/** Set on a reply that is a fault; its value is the fault's code. */
export const FAULT_HEADER = 'Baize-Fault';
const TRACEPARENT = 'traceparent';

/** Bytes to text without the cost of a TextDecoder for small messages. */
export function textOf(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
}

/**
 * Headers to send. The nats client asks headers that it publishes for their bytes and nothing else; its own class
 * checks and copies every character on the way. Names and values come from us: ids, numbers and service names.
 */
export function rawHeaders(values: Readonly<Record<string, string>>): MsgHdrs {
  let text = 'NATS/1.0\r\n';
  for (const name in values) text += `${name}: ${values[name] ?? ''}\r\n`;
  const bytes = Buffer.from(`${text}\r\n`, 'latin1');
  return { encode: () => bytes } as unknown as MsgHdrs;
}

/** Headers of a request: its deadline, and the trace of the active context. */
export function requestHeaders(deadlineMs: number): MsgHdrs {
  const deadline = String(deadlineMs);
  const traceparent = activeTraceparent();
  return rawHeaders(
    traceparent === undefined
      ? { [DEADLINE_HEADER]: deadline }
      : { [DEADLINE_HEADER]: deadline, [TRACEPARENT]: traceparent },
  );
}

/** W3C `traceparent` of the active context. */
export function activeTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier[TRACEPARENT];
}

/** The header's trace as a context to run in. */
export function contextOf(traceparent: string | undefined): Context {
  return traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
}

/** The trace header of a message, or undefined when it has none. */
export function traceparentOf(sent: MsgHdrs | undefined): string | undefined {
  return sent?.get(TRACEPARENT) || undefined;
}
