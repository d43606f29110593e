import { ok, type Refusal, refuse, type Result } from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import { counter, type Logger } from '@baize/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/authenticator';
import { authorize, brandOf, type Caller } from '../auth/caller';
import type { Edge } from '../edge';
import { clientAddress } from './addresses';
import type { Admission } from './admission';
import { refusalOf } from './faults';
import { readInput } from './input';
import { sendProblem } from './problem';
import type { RateLimits } from './rate-limits';
import { headerOf } from './raw-request';
import type { AnyApiRoute, Ask } from './route';

/** What the edge checks with and whom it asks. */
export interface PipelineParts {
  edge: Edge;
  authenticator: Authenticator;
  limits: RateLimits;
  admission: Admission;
  services: Pick<RequestClient, 'call'>;
  log: Logger;
}

const shed = counter('gateway_shed_total', 'Requests turned away under overload, by class', ['class']);
export const overloaded: Refusal = { code: 'gateway.overloaded', detail: 'Too much at once; try again.' };

/** Counts a request that found no place. */
export function countShed(priority: string): void {
  shed.inc({ class: priority });
}

/** Serves every operation of the API, with the checks in their pinned order: 413 came before, then 401, 403, 400/422, 404. */
export class Pipeline {
  constructor(private readonly parts: PipelineParts) {}

  async serve(route: AnyApiRoute, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const deadlineMs = Date.now() + route.contract.timeoutMs;
    const leave = await this.parts.admission.enter(route.priority);
    if (leave === undefined) {
      countShed(route.priority);
      sendProblem(reply, overloaded);
      return;
    }
    try {
      const answer = await this.answer(route, request, deadlineMs);
      if (answer.ok) sendReply(route, reply, answer.value);
      else sendProblem(reply, answer.error);
    } catch (fault) {
      sendProblem(reply, refusalOf(fault, this.parts.log));
    } finally {
      leave();
    }
  }

  private async answer(
    route: AnyApiRoute,
    request: FastifyRequest,
    deadlineMs: number,
  ): Promise<Result<object>> {
    const { edge, services } = this.parts;
    const address = clientAddress(request.ip, request.headers['x-forwarded-for'], edge.trustedProxies);
    const caller = await this.identify(request, address, deadlineMs);
    if (!caller.ok) return caller;
    request.callerId = caller.value.id;
    const allowed = authorize(caller.value, route.access, address);
    if (!allowed.ok) return allowed;
    const brand = brandOf(caller.value, headerOf(request, 'baize-brand'));
    if (!brand.ok) return brand;
    const input = readInput(route, request, { caller: caller.value, brand: brand.value, address });
    if (!input.ok) return input;
    const { playerId } = input.value;
    if (playerId !== undefined && route.owner && route.owner(input.value) !== playerId) {
      return refuse('identity.player-not-found', 'There is no such player.');
    }
    const ask: Ask = (contract, request) => services.call(contract, request, { deadlineMs });
    return route.compose?.(input.value, ask) ?? ask(route.contract, route.request(input.value));
  }

  private async identify(
    request: FastifyRequest,
    address: string,
    deadlineMs: number,
  ): Promise<Result<Caller>> {
    const { authenticator, limits, log } = this.parts;
    let caller: Result<Caller>;
    try {
      caller = await authenticator.identify(request, deadlineMs);
    } catch (fault) {
      log.warn({ err: fault }, 'a caller could not be identified');
      return refuse('gateway.service-unavailable', 'Who you are cannot be checked at the moment; try again.');
    }
    if (!caller.ok) {
      const patience = await limits.take('failure', address);
      return patience.ok ? caller : patience;
    }
    const { kind, id } = caller.value;
    const rate = await limits.take(kind, kind === 'browser' ? `${id} ${address}` : id);
    return rate.ok ? ok(caller.value) : rate;
  }
}

function sendReply(route: AnyApiRoute, reply: FastifyReply, value: object): void {
  const { replayed, ...body } = value as { replayed?: boolean; items?: unknown[]; nextCursor?: string };
  if (replayed) void reply.header('idempotency-replayed', 'true');
  void reply.code(route.status).header('cache-control', 'no-store');
  if (route.status === 204) {
    void reply.send();
    return;
  }
  const shown = route.response
    ? route.response.of(body)
    : body.items
      ? { ...body, nextCursor: body.nextCursor ?? null }
      : body;
  void reply.type('application/json; charset=utf-8').send(JSON.stringify(shown));
}
