import { randomUUID } from 'node:crypto';
import {
  Applicants,
  hmacHex,
  type Answer,
  type Applicant,
  type KycAccess,
  type KycWire,
  type VendorAnswer,
  type VendorCall,
  type Webhook,
} from './vendor';

const decisions = {
  approve: { status: 'approved', code: 9001 },
  decline: { status: 'declined', code: 9102, reason: 'Suspicious document' },
  retry: { status: 'resubmission_requested', code: 9103, reason: 'Poor image quality' },
} as const;

/** Plays Veriff: sessions by its own id, decisions signed with the shared secret. */
export class VeriffWire implements KycWire {
  readonly applicants = new Applicants();
  constructor(
    private readonly access: KycAccess,
    private readonly pageUrl: () => string,
  ) {}

  answer({ method, path, headers, body }: VendorCall): VendorAnswer {
    const { apiKey = '', sharedSecret = '' } = this.access.credentials;
    const asked = /^\/v1\/sessions\/([^/]+)\/decision$/.exec(path)?.[1];
    const signed = hmacHex(sharedSecret, method === 'POST' ? body : (asked ?? ''));
    if (headers['x-auth-client'] !== apiKey || headers['x-hmac-signature'] !== signed) {
      return { status: 401, json: { status: 'fail', code: '1101', message: 'Signature is not valid.' } };
    }
    if (method === 'POST' && path === '/v1/sessions') return this.create(body);
    const applicant = asked === undefined ? undefined : this.applicants.find(asked);
    if (!applicant) return { status: 404, json: { status: 'fail', code: '1104' } };
    const { decision } = applicant;
    const verification = decision ? verificationOf(applicant, decision.answer, decision.at) : null;
    return { status: 200, json: { status: 'success', verification } };
  }

  webhook(applicant: Applicant, answer: Answer | 'pending', at: Date): Webhook {
    const { apiKey = '', sharedSecret = '' } = this.access.credentials;
    const verification =
      answer === 'pending'
        ? { id: applicant.id, code: 9100, status: 'review', vendorData: applicant.subject }
        : verificationOf(applicant, answer, at);
    const body = JSON.stringify({ status: 'success', verification, technicalData: { ip: '198.51.100.7' } });
    return { body, headers: { 'x-auth-client': apiKey, 'x-hmac-signature': hmacHex(sharedSecret, body) } };
  }

  private create(body: string): VendorAnswer {
    const { verification } = JSON.parse(body) as { verification?: { vendorData?: string } };
    const id = randomUUID();
    const subject = verification?.vendorData ?? '';
    this.applicants.add({ id, subject, createdAt: new Date() });
    const url = `${this.pageUrl()}/kyc/veriff/${id}`;
    return {
      status: 201,
      json: { status: 'success', verification: { id, url, vendorData: subject, status: 'created' } },
    };
  }
}

function verificationOf({ id, subject }: Applicant, answer: Answer, at: Date) {
  return {
    ...{ id, ...decisions[answer], vendorData: subject, decisionTime: at.toISOString() },
    document: { type: 'PASSPORT', country: 'MT', validUntil: '2035-12-31' },
  };
}
