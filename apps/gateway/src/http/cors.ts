import type { FastifyReply, FastifyRequest } from 'fastify';
import { headerOf } from './raw-request';

/** Lets a brand's own pages read answers; every other origin gets no header and its browser refuses. */
export function allowOrigin(
  origins: ReadonlySet<string>,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const origin = headerOf(request, 'origin');
  if (origin === undefined || !origins.has(origin)) return;
  void reply
    .header('access-control-allow-origin', origin)
    .header('vary', 'origin')
    .header('access-control-expose-headers', 'idempotency-replayed, retry-after, x-trace-id');
}

/** Answers a browser's question whether it may call; false when nobody may from there. */
export function answerPreflight(
  origins: ReadonlySet<string>,
  methods: readonly string[],
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  if (!origins.has(headerOf(request, 'origin') ?? '')) return false;
  void reply
    .code(204)
    .header('access-control-allow-methods', [...new Set(methods)].join(', '))
    .header(
      'access-control-allow-headers',
      'authorization, baize-client, content-type, idempotency-key, traceparent',
    )
    .header('access-control-max-age', '600');
  return true;
}
