import { kycCommands } from '@baize/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf } from '../http/faults';
import { countShed, overloaded, type PipelineParts } from '../http/pipeline';
import { sendProblem } from '../http/problem';
import { headersOf } from './callback-headers';

/** Takes the webhooks of KYC vendors; identity judges the raw bytes. */
export class KycCallbacks {
  constructor(private readonly parts: Omit<PipelineParts, 'streams' | 'authenticator'>) {}

  async serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { limits, admission, services, log } = this.parts;
    const receivedAt = new Date();
    const { brand = '', vendor = '' } = request.params as { brand?: string; vendor?: string };
    const rate = await limits.take('provider', `kyc ${brand} ${vendor}`.slice(0, 200));
    if (!rate.ok) {
      sendProblem(reply, rate.error);
      return;
    }
    const leave = await admission.enter('settlement');
    if (leave === undefined) {
      countShed('settlement');
      sendProblem(reply, overloaded);
      return;
    }
    const contract = kycCommands.handleKycCallback;
    const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
    try {
      const answer = await services.call(contract, {
        ...{ brand, vendor, headers: headersOf(request), bodyBase64: body.toString('base64') },
        receivedAt: receivedAt.toISOString(),
      });
      if (!answer.ok) {
        sendProblem(reply, answer.error);
        return;
      }
      const { status, contentType, body: text } = answer.value;
      void reply.code(status).header('content-type', contentType).send(Buffer.from(text));
    } catch (fault) {
      sendProblem(reply, refusalOf(fault, log));
    } finally {
      leave();
    }
  }
}
