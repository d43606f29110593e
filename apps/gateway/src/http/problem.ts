import type { ErrorCode, Refusal } from '@baize/contracts';
import { traceId, withTraceparent } from '@baize/runtime';
import type { FastifyReply } from 'fastify';
import { errorStatus } from './error-status';

/** An RFC 9457 problem document. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  traceId: string;
  errors?: Refusal['errors'];
}

export function problemOf(refusal: Refusal, traceId: string): Problem {
  return {
    type: `urn:baize:problem:${refusal.code}`,
    title: titleOf(refusal.code),
    status: errorStatus[refusal.code],
    detail: refusal.detail,
    code: refusal.code,
    traceId,
    ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
  };
}

/** `wallet.insufficient-funds` is "Insufficient funds". */
function titleOf(code: ErrorCode): string {
  const words = code.slice(code.indexOf('.') + 1).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Answers with the refusal's problem document and the headers that its status calls for. */
export function sendProblem(reply: FastifyReply, refusal: Refusal): void {
  // a request that the router could not read was never given a trace
  const problem = problemOf(refusal, reply.request.traceId || newTraceId());
  const retryAfter = retryAfterSeconds(refusal, problem.status);
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="baize"');
  if (refusal.replayed) void reply.header('idempotency-replayed', 'true');
  void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** For what fails before a request has a trace. */
export function newTraceId(): string {
  return withTraceparent(undefined, () => traceId() ?? '');
}

function retryAfterSeconds(refusal: Refusal, status: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = refusal.data?.retryAfterSeconds;
  return typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds)) : 1;
}
