import { type HandlePaymentCallback, paymentCommands, type Refusal } from '@baize/contracts';
import { counter } from '@baize/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from '../http/addresses';
import { refusalOf } from '../http/faults';
import { countShed, overloaded, type PipelineParts } from '../http/pipeline';
import { sendProblem } from '../http/problem';
import { splitUrl } from '../http/raw-request';
import { headersOf } from './callback-headers';

const outcomes = counter('payment_callbacks', 'Webhooks of PSPs, by outcome', ['psp', 'outcome']);
const contract = paymentCommands.handlePaymentCallback;

/** Takes the webhooks of PSPs: address, rate, then the wallet answers in the PSP's dialect. As urgent as settlements. */
export class PaymentCallbacks {
  constructor(private readonly parts: Omit<PipelineParts, 'authenticator' | 'streams'>) {}

  async serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const receivedMs = Date.now();
    const { brand, psp } = request.params as { brand: string; psp: string };
    const label = this.parts.edge.psps.has(psp) ? psp : 'other';
    const { query } = splitUrl(request.raw.url ?? '/');
    const refused = await this.refuse(request, { brand, psp, query });
    if (refused) {
      outcomes.inc({ psp: label, outcome: 'turned-away' });
      sendProblem(reply, refused);
      return;
    }
    const leave = await this.parts.admission.enter('settlement');
    if (leave === undefined) {
      countShed('settlement');
      outcomes.inc({ psp: label, outcome: 'shed' });
      void reply.header('retry-after', '1');
      sendProblem(reply, overloaded);
      return;
    }
    try {
      const bodyBase64 = (request.body as Buffer | undefined)?.toString('base64') ?? '';
      const receivedAt = new Date(receivedMs).toISOString();
      await this.forward(reply, label, {
        brand,
        psp,
        query,
        headers: headersOf(request),
        bodyBase64,
        receivedAt,
      });
    } finally {
      leave();
    }
  }

  private async refuse(
    request: FastifyRequest,
    { brand, psp, query }: { brand: string; psp: string; query: string },
  ): Promise<Refusal | undefined> {
    const { edge, limits } = this.parts;
    const address = clientAddress(request.ip, request.headers['x-forwarded-for'], edge.trustedProxies);
    const allowed = edge.psps.get(psp);
    if (allowed && !allowed.has(address)) {
      return { code: 'auth.address-not-allowed', detail: 'This address may not call here.' };
    }
    if (query.length > 4_096 || brand.length > 128 || psp.length > 128) {
      return { code: 'request.malformed', detail: 'The path or the query is too long.' };
    }
    // Those that are not configured share one count: nobody makes counters by making up names.
    const rate = await limits.take('provider', edge.psps.has(psp) ? `payments ${brand} ${psp}` : 'payments');
    return rate.ok ? undefined : rate.error;
  }

  /** Whatever is not an answer of the wallet is a fault to the PSP, which sends it again. */
  private async forward(reply: FastifyReply, label: string, call: HandlePaymentCallback): Promise<void> {
    try {
      const deadlineMs = Date.parse(call.receivedAt) + contract.timeoutMs;
      const answer = await this.parts.services.call(contract, call, { deadlineMs });
      if (!answer.ok) {
        outcomes.inc({ psp: label, outcome: 'refused' });
        sendProblem(reply, answer.error);
        return;
      }
      const { status, contentType, body, outcome } = answer.value;
      outcomes.inc({ psp: label, outcome });
      // as bytes: to a text, fastify would add a charset to its type
      void reply.code(status).header('content-type', contentType).send(Buffer.from(body));
    } catch (fault) {
      outcomes.inc({ psp: label, outcome: 'fault' });
      sendProblem(reply, refusalOf(fault, this.parts.log));
    }
  }
}
