import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Refusal } from '@baize/contracts';
import type { Logger } from '@baize/runtime';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyServerOptions,
} from 'fastify';
import { newTraceId, problemOf, sendProblem } from './problem';
import { maxBodyBytes } from './read-body';

const requestTimeout = 10_000;
/**
 * Node swaps the two times when that of the headers is the longer one, which by default is 60 s, and looks for those that
 * are over every 30 s.
 */
const times = { headersTimeout: requestTimeout, connectionsCheckingInterval: 1_000 };

export interface TlsFiles {
  cert: Buffer;
  key: Buffer;
}

/**
 * Nest's HTTP server with raw bodies, tight limits and problem documents for everything that goes wrong before or
 * beside a route. Nest's own error and not-found handlers would answer in another form.
 */
export class EdgeAdapter extends FastifyAdapter {
  constructor(log: Logger, tls: TlsFiles | undefined) {
    super({
      bodyLimit: maxBodyBytes,
      exposeHeadRoutes: false,
      requestTimeout,
      keepAliveTimeout: 65_000,
      // while draining, what is already here is still answered
      return503OnClosing: false,
      forceCloseConnections: 'idle',
      routerOptions: { maxParamLength: 256 },
      skipMiddie: true,
      clientErrorHandler: refuseConnection,
      frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) =>
        sendProblem(reply, refusalOfError(error, log)),
      ...(tls ? { https: { ...tls, minVersion: 'TLSv1.2', ...times } } : { http: times }),
    } satisfies FastifyServerOptions & { skipMiddie: true; http?: object; https?: object } as never);
    const fastify = this.fastify;
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    fastify.decorateRequest('traceId', '');
    fastify.setErrorHandler((error: FastifyError, _request, reply) =>
      sendProblem(reply, refusalOfError(error, log)),
    );
  }

  get fastify(): FastifyInstance {
    return this.getInstance<FastifyInstance>();
  }

  override setErrorHandler(): FastifyInstance {
    return this.fastify;
  }

  override setNotFoundHandler(): FastifyInstance {
    return this.fastify;
  }
}

function refusalOfError(error: FastifyError, log: Logger): Refusal {
  if (error.statusCode === 413) {
    return { code: 'request.too-large', detail: `The body is larger than ${maxBodyBytes} bytes.` };
  }
  if (error.statusCode === 415) {
    return { code: 'request.unsupported-media-type', detail: 'The Content-Type header names no media type.' };
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return { code: 'request.malformed', detail: 'The request cannot be read.' };
  }
  log.error({ err: error }, 'request failed');
  return { code: 'gateway.internal-error', detail: 'Something failed here; the traceId leads us to it.' };
}

/** What is no HTTP, or too slow to become it, is answered on the bare connection. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  // 400 would be a provider's last word about a win that was only slow to come
  const refusal: Refusal =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? { code: 'request.timeout', detail: 'The request did not come in time; try again.' }
      : { code: 'request.malformed', detail: 'This is not a request that can be read.' };
  const problem = problemOf(refusal, newTraceId());
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\nconnection: close\r\n` +
      `content-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
