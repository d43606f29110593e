import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SumsubWire } from './sumsub';
import type { Answer, Applicant, KycAccess, KycWire, Webhook } from './vendor';
import { VeriffWire } from './veriff';

export type KycAccesses = Readonly<Record<string, KycAccess | undefined>>;

const answers: readonly string[] = ['approve', 'decline', 'retry'] satisfies Answer[];
/** What can go wrong with a decision on its way. */
const faults = ['duplicate', 'forged', 'pending-last', 'drop'] as const;
type Fault = (typeof faults)[number];
const PATIENCE_MS = 10_000;

/**
 * The KYC vendors that the sandbox plays. They decide nothing by themselves:
 * `POST /kyc/<vendor>/decisions {subject, answer, faults?}` decides about whom the platform calls `subject`.
 */
export class SandboxKyc {
  private readonly wires = new Map<string, { wire: KycWire; access: KycAccess }>();

  constructor(accesses: KycAccesses, publicUrl: () => string) {
    const { sumsub, veriff } = accesses;
    if (sumsub) this.wires.set('sumsub', { wire: new SumsubWire(sumsub), access: sumsub });
    if (veriff) this.wires.set('veriff', { wire: new VeriffWire(veriff, publicUrl), access: veriff });
  }

  /** In a scope of its own: signatures need the bodies as they came. */
  serve(app: FastifyInstance): void {
    app.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body));
      scope.post('/kyc/:vendor/decisions', (request, reply) => this.decide(request, reply));
      scope.all('/kyc/:vendor/*', (request, reply) => this.call(request, reply));
      done();
    });
  }

  private call(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { vendor } = request.params as { vendor: string };
    const found = this.wires.get(vendor);
    if (!found) return reply.code(404).send({ error: 'no such vendor' });
    const path = (request.raw.url ?? '').replace(`/kyc/${vendor}`, '');
    const body = typeof request.body === 'string' ? request.body : '';
    const { status, json } = found.wire.answer({
      method: request.method,
      path,
      headers: request.headers,
      body,
    });
    return reply.code(status).send(json);
  }

  private async decide(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const found = this.wires.get((request.params as { vendor: string }).vendor);
    const form = readForm(request.body);
    const applicant = form && found?.wire.applicants.find(form.subject);
    if (!found || !form || !applicant) {
      return reply.code(404).send({ error: 'name a subject that there is, and approve, decline or retry' });
    }
    const at = new Date();
    applicant.decision = { answer: form.answer, at };
    const statuses: number[] = [];
    for (const webhook of webhooksOf(found.wire, applicant, form, at)) {
      statuses.push(await send(found.access.callbackUrl, webhook));
    }
    return reply.send({ statuses });
  }
}

interface Form {
  readonly subject: string;
  readonly answer: Answer;
  readonly faults: readonly Fault[];
}

function readForm(body: unknown): Form | undefined {
  try {
    const form = JSON.parse(String(body)) as { subject?: unknown; answer?: unknown; faults?: unknown };
    if (typeof form.subject !== 'string' || !answers.includes(String(form.answer))) return undefined;
    const given = Array.isArray(form.faults) ? form.faults : [];
    return {
      subject: form.subject,
      answer: form.answer as Answer,
      faults: faults.filter((fault) => given.includes(fault)),
    };
  } catch {
    return undefined;
  }
}

function webhooksOf(
  wire: KycWire,
  applicant: Applicant,
  { answer, faults: wanted }: Form,
  at: Date,
): Webhook[] {
  if (wanted.includes('drop')) return [];
  const decided = wire.webhook(applicant, answer, at);
  const forged = {
    ...decided,
    body: decided.body.replace(applicant.subject, applicant.subject.toUpperCase()),
  };
  return [
    ...(wanted.includes('forged') ? [forged] : []),
    decided,
    ...(wanted.includes('duplicate') ? [decided] : []),
    ...(wanted.includes('pending-last')
      ? [wire.webhook(applicant, 'pending', new Date(at.getTime() - 1_000))]
      : []),
  ];
}

/** The status of the answer; 0 without one. */
async function send(url: string, { headers, body }: Webhook): Promise<number> {
  try {
    const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body };
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
