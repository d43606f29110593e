import { randomFillSync } from 'node:crypto';
import { ROOT_CONTEXT, TraceFlags, context, propagation, trace } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

/**
 * Registers the context that follows a request through asynchronous code, and W3C `traceparent`.
 * Exporters are no part of it: the ids reach logs, NATS headers and events without a tracing backend.
 */
export function startTracing(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
}

/** The trace id (32 hex digits) of the active context. */
export function traceId(): string | undefined {
  return trace.getSpanContext(context.active())?.traceId;
}

/** Runs `fn` in the trace that `header` names, or in a new one when it is absent or malformed. */
export function withTraceparent<T>(header: string | undefined, fn: () => T): T {
  return context.with(parentOf(header), fn);
}

function parentOf(header: string | undefined): Context {
  if (header !== undefined) {
    const extracted = new W3CTraceContextPropagator().extract(
      ROOT_CONTEXT,
      { traceparent: header },
      { get: (carrier, key) => (carrier as Record<string, string>)[key], keys: Object.keys },
    );
    if (trace.getSpanContext(extracted)) return extracted;
  }
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: randomHex(16),
    spanId: randomHex(8),
    traceFlags: TraceFlags.SAMPLED,
  });
}

// Every request draws ids, and a call for random bytes costs as much for a thousand as for one.
const pool = Buffer.alloc(4_096);
let drawn = pool.length;

function randomHex(bytes: number): string {
  if (drawn + bytes > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += bytes;
  return pool.toString('hex', drawn - bytes, drawn);
}
