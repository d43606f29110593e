import { ok, type Refusal, refuse, type Result } from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import { counter, type Logger } from '@baize/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/authenticator';
import { authorize, brandOf, type Caller, seesPersonalData } from '../auth/caller';
import type { Edge } from '../edge';
import type { DenyList } from '../fence/deny-list';
import { routeActions } from '../fence/route-actions';
import { clientAddress } from './addresses';
import type { Admission } from './admission';
import { refusalOf } from './faults';
import { readInput } from './input';
import { checkEligible } from './eligible';
import { checkPlace } from './place';
import { sendProblem } from './problem';
import type { Streams } from '../streams/streams';
import type { RateLimits } from './rate-limits';
import { headerOf } from './raw-request';
import type { AnyApiRoute, Ask, Input } from './route';

/** What the edge checks with and whom it asks. */
export interface PipelineParts {
  edge: Edge;
  authenticator: Authenticator;
  limits: RateLimits;
  admission: Admission;
  streams: Streams;
  fence: Pick<DenyList, 'admit'>;
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
    let isInside = true;
    const leaveOnce = (): void => {
      if (isInside) leave();
      isInside = false;
    };
    try {
      const input = await this.admit(route, request, deadlineMs);
      const streamed = input.ok && isStreamed(route, input.value, request);
      if (streamed) await this.stream({ route, input: input.value, request, reply }, leaveOnce);
      else await this.answer(route, input, reply, deadlineMs);
    } catch (fault) {
      sendProblem(reply, refusalOf(fault, this.parts.log));
    } finally {
      leaveOnce();
    }
  }

  private async answer(
    route: AnyApiRoute,
    input: Result<Input<object, object>>,
    reply: FastifyReply,
    deadlineMs: number,
  ): Promise<void> {
    const ask: Ask = (contract, request) => this.parts.services.call(contract, request, { deadlineMs });
    const placed = input.ok ? await checkPlace(route, input.value, ask) : input;
    const allowed = input.ok && placed.ok ? await checkEligible(route, input.value, ask) : placed;
    const answer =
      input.ok && allowed.ok
        ? await (route.compose?.(input.value, ask) ?? ask(route.contract, route.request(input.value)))
        : allowed;
    const isMasked = route.mask !== undefined && input.ok && !seesPersonalData(input.value.caller);
    if (answer.ok) sendReply(route, reply, isMasked ? route.mask!(answer.value) : answer.value);
    else sendProblem(reply, answer.error);
  }

  /** Keeps its place only until the stream is open: streams have bounds of their own. */
  private async stream(
    asked: { route: AnyApiRoute; input: Input<object, object>; request: FastifyRequest; reply: FastifyReply },
    leave: () => void,
  ): Promise<void> {
    const { streams, authenticator } = this.parts;
    const { route, request, reply } = asked;
    const opened = await streams.answer({
      ...asked,
      form: route.stream!,
      standing: () => authenticator.standing(request, asked.input.caller),
    });
    if (!opened.ok) {
      sendProblem(reply, opened.error);
      return;
    }
    leave();
    await opened.value.sent;
  }

  private async admit(
    route: AnyApiRoute,
    request: FastifyRequest,
    deadlineMs: number,
  ): Promise<Result<Input<object, object>>> {
    const { edge, fence } = this.parts;
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
    // Before anybody is asked: a restriction holds here as soon as this process has heard of it.
    const action = routeActions[route.operationId];
    if (action) {
      const admitted = fence.admit(route.owner?.(input.value), action);
      if (!admitted.ok) return admitted;
    }
    return input;
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
    // a person types no faster than a player
    const rateKind = kind === 'staff' ? 'player' : kind;
    const rate = await limits.take(rateKind, kind === 'browser' ? `${id} ${address}` : id);
    return rate.ok ? ok(caller.value) : rate;
  }
}

function isStreamed(
  { stream }: AnyApiRoute,
  { query }: Input<object, object>,
  request: FastifyRequest,
): boolean {
  if (!stream) return false;
  return stream.wanted?.(query, headerOf(request, 'accept') ?? '') ?? true;
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
