import {
  type CallbackPriority,
  gameSessionsCommands,
  type HandleCallback,
  type Refusal,
} from '@baize/contracts';
import { counter } from '@baize/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from '../http/addresses';
import { refusalOf } from '../http/faults';
import { countShed, overloaded, type PipelineParts } from '../http/pipeline';
import { sendProblem } from '../http/problem';
import { splitUrl } from '../http/raw-request';
import { headersOf } from './callback-headers';
import type { CompiledEdge, ProviderEdges } from './provider-edges';

const outcomes = counter('callbacks', 'Calls of game providers, by outcome', ['provider', 'outcome']);
const nobody = Buffer.alloc(0);
const internalError: Refusal = {
  code: 'gateway.internal-error',
  detail: 'Something failed here; the traceId leads us to it.',
};

/**
 * Takes the calls of game providers: address, rate, class, then game-sessions answers in the provider's dialect.
 * The hot path: nothing here reads the body.
 */
export class Callbacks {
  constructor(
    private readonly parts: Omit<PipelineParts, 'authenticator' | 'streams'>,
    private readonly providers: ProviderEdges,
  ) {}

  async serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { edge, limits, admission } = this.parts;
    const receivedMs = Date.now();
    const { brand, provider } = request.params as { brand: string; provider: string };
    const known = this.providers.get(provider);
    const label = known ? provider : 'unknown';
    const allowed = edge.providers.get(provider);
    if (
      allowed &&
      !allowed.has(clientAddress(request.ip, request.headers['x-forwarded-for'], edge.trustedProxies))
    ) {
      outcomes.inc({ provider: label, outcome: 'address-refused' });
      sendProblem(reply, {
        code: 'auth.address-not-allowed',
        detail: 'This address may not call here.',
      });
      return;
    }
    const rate = await limits.take('provider', known ? `${brand} ${provider}` : 'unknown');
    if (!rate.ok) {
      outcomes.inc({ provider: label, outcome: 'rate-limited' });
      sendProblem(reply, rate.error);
      return;
    }
    const call = callOf(request, { brand, provider, receivedMs });
    if ('code' in call) {
      sendProblem(reply, call);
      return;
    }
    const priority = known?.priorityOf(call.path, (request.body as Buffer | undefined) ?? nobody) ?? 'bet';
    const leave = await admission.enter(priority);
    if (leave === undefined) {
      this.shed(reply, priority, label, known);
      return;
    }
    try {
      await this.forward(reply, call, { label, known, receivedMs });
    } finally {
      leave();
    }
  }

  private async forward(
    reply: FastifyReply,
    call: HandleCallback,
    { label, known, receivedMs }: { label: string; known: CompiledEdge | undefined; receivedMs: number },
  ): Promise<void> {
    const contract = gameSessionsCommands.handleCallback;
    try {
      const answer = await this.parts.services.call(contract, call, {
        deadlineMs: receivedMs + contract.timeoutMs,
      });
      if (!answer.ok) {
        // a request that game-sessions cannot read is of our own making: of another version, say
        const isTheirs = answer.error.code === 'game-sessions.unknown-provider';
        outcomes.inc({ provider: label, outcome: isTheirs ? 'refused' : 'fault' });
        if (isTheirs) sendProblem(reply, answer.error);
        else sendFault(reply, known, internalError);
        return;
      }
      const { status, contentType, body, outcome } = answer.value;
      // as bytes: to a text, fastify would add a charset to its type
      outcomes.inc({ provider: label, outcome });
      void reply.code(status).header('content-type', contentType).send(Buffer.from(body));
    } catch (fault) {
      outcomes.inc({ provider: label, outcome: 'fault' });
      const refusal = refusalOf(fault, this.parts.log);
      sendFault(reply, known, { ...refusal, code: 'gateway.internal-error' });
    }
  }

  private shed(
    reply: FastifyReply,
    priority: CallbackPriority,
    label: string,
    known: CompiledEdge | undefined,
  ): void {
    countShed(priority);
    outcomes.inc({ provider: label, outcome: 'shed' });
    void reply.header('retry-after', '1');
    sendFault(reply, known, overloaded);
  }
}

/** A fault in the provider's own words, otherwise as a problem. */
function sendFault(reply: FastifyReply, known: CompiledEdge | undefined, refusal: Refusal): void {
  const fault = known?.fault;
  if (fault === undefined) return sendProblem(reply, refusal);
  void reply.code(fault.status).header('content-type', fault.contentType).send(Buffer.from(fault.body));
}

function callOf(
  request: FastifyRequest,
  { brand, provider, receivedMs }: { brand: string; provider: string; receivedMs: number },
): HandleCallback | Refusal {
  const { path, query } = splitUrl(request.raw.url ?? '/');
  const body = request.body as Buffer | undefined;
  const rest = `/${path.split('/').slice(5).join('/')}`;
  if (rest.length > 200 || query.length > 4_096 || brand.length > 128 || provider.length > 128) {
    return { code: 'request.malformed', detail: 'The path or the query is too long.' };
  }
  return {
    brand,
    provider,
    method: request.method === 'GET' ? 'GET' : 'POST',
    path: rest,
    query,
    headers: headersOf(request),
    bodyBase64: body === undefined ? '' : body.toString('base64'),
    receivedAt: new Date(receivedMs).toISOString(),
  };
}
