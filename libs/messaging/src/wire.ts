import { context, propagation, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { headers, type MsgHdrs } from 'nats';

/** Absolute deadline of a request, epoch milliseconds. */
export const DEADLINE_HEADER = 'Baize-Deadline';
/** Set on a reply that is a fault; its value is the fault's code. */
export const FAULT_HEADER = 'Baize-Fault';
const TRACEPARENT = 'traceparent';

/** Bytes to text without the cost of a TextDecoder for small messages. */
export function textOf(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
}

/** Headers of a request: its deadline, and the trace of the active context. */
export function requestHeaders(deadlineMs: number): MsgHdrs {
  const sent = headers();
  sent.set(DEADLINE_HEADER, String(deadlineMs));
  const traceparent = activeTraceparent();
  if (traceparent !== undefined) sent.set(TRACEPARENT, traceparent);
  return sent;
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
