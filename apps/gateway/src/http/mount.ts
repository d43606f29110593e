import { context, type Context } from '@opentelemetry/api';
import { counter, histogram, type Logger, traceId, withTraceparent } from '@baize/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Edge } from '../edge';
import { allowOrigin, answerPreflight } from './cors';
import type { Pipeline } from './pipeline';
import { sendProblem } from './problem';
import { readBody } from './read-body';
import { headerOf, splitUrl } from './raw-request';
import type { Route } from './route';

declare module 'fastify' {
  interface FastifyRequest {
    /** The trace that the request continues or starts. */
    trace: Context | undefined;
  }
}

const requests = counter('gateway_requests_total', 'Requests by route and status', [
  'route',
  'method',
  'status',
]);
const seconds = histogram('gateway_request_seconds', 'Time to answer by route', ['route']);

/** Puts the routes on the server, with a trace, a log line and figures for each request. */
export function mount(
  fastify: FastifyInstance,
  routes: readonly Route[],
  { edge, pipeline, log }: { edge: Edge; pipeline: Pipeline; log: Logger },
): void {
  fastify.decorateRequest('trace', undefined);
  fastify.decorateRequest('callerId', undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    withTraceparent(headerOf(request, 'traceparent'), () => {
      request.trace = context.active();
      request.traceId = traceId() ?? '';
    });
    void reply.header('x-trace-id', request.traceId).header('x-content-type-options', 'nosniff');
    allowOrigin(edge.origins, request, reply);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    record(log, request, reply);
    done();
  });
  for (const route of routes) {
    const serve = (request: FastifyRequest, reply: FastifyReply) =>
      context.with(request.trace ?? context.active(), () =>
        route.kind === 'api' ? pipeline.serve(route, request, reply) : route.serve(request, reply),
      );
    const isHot = route.kind === 'raw' && route.hot === true;
    fastify.route({
      method: route.method,
      url: fastifyPath(route.path),
      handler: serve,
      ...(isHot && { onRequest: (request, reply) => serveHot(serve, request, reply) }),
    });
  }
  fastify.setNotFoundHandler((request, reply) => answerUnrouted(routes, edge, request, reply));
}

/** Ends the request within the hook: what fastify would do between here and the handler is not needed. */
function serveHot(
  serve: (request: FastifyRequest, reply: FastifyReply) => Promise<void> | void,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  readBody(request, reply, () => {
    const served = serve(request, reply);
    served?.catch((error: unknown) => void reply.send(error));
  });
}

/** `{path}` at the end of a callback stands for any number of segments. */
export function fastifyPath(path: string): string {
  return path.replace(/\/\{path\}$/, '/*').replaceAll(/\{(\w+)\}/g, ':$1');
}

function answerUnrouted(
  routes: readonly Route[],
  edge: Edge,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { path } = splitUrl(request.raw.url ?? '/');
  const methods = routes.filter((route) => patternOf(route.path).test(path)).map(({ method }) => method);
  if (methods.length === 0) {
    sendProblem(reply, { code: 'request.not-found', detail: 'There is nothing at this path.' });
    return;
  }
  if (request.method === 'OPTIONS' && answerPreflight(edge.origins, methods, request, reply)) {
    void reply.send();
    return;
  }
  void reply.header('allow', [...new Set(methods)].join(', '));
  sendProblem(reply, {
    code: 'request.method-not-allowed',
    detail: 'Allow names the methods of this path.',
  });
}

function patternOf(path: string): RegExp {
  return new RegExp(
    `^${path
      .replace(/\/\{path\}$/, '/.*')
      .replaceAll('.json', '\\.json')
      .replaceAll(/\{\w+\}/g, '[^/]+')}$`,
  );
}

/** Neither query nor headers nor bodies: secrets travel there, also in callbacks' queries. */
function record(log: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'unrouted';
  const { method } = request;
  const status = reply.statusCode;
  requests.inc({ route, method, status: String(status) });
  seconds.observe({ route }, reply.elapsedTime / 1_000);
  // callbacks come by the thousand: only their failures are worth a line each
  const level =
    status >= 500 ? 'warn' : route.startsWith('/callbacks/') || route === '/health' ? 'debug' : 'info';
  if (!log.isLevelEnabled(level)) return;
  const { traceId: trace, callerId: caller } = request;
  log[level](
    { traceId: trace, method, route, status, durationMs: Math.round(reply.elapsedTime), caller },
    'request',
  );
}
