import { randomBytes } from 'node:crypto';
import {
  Applicants,
  hmacHex,
  textOf,
  type Answer,
  type Applicant,
  type KycAccess,
  type KycWire,
  type VendorAnswer,
  type VendorCall,
  type Webhook,
} from './vendor';

/** Plays Sumsub: applicants by external user id, webhooks with a digest of the payload. */
export class SumsubWire implements KycWire {
  readonly applicants = new Applicants();
  constructor(private readonly access: KycAccess) {}

  answer({ method, path, headers, body }: VendorCall): VendorAnswer {
    const { appToken = '', secretKey = '' } = this.access.credentials;
    const ts = String(headers['x-app-access-ts']);
    const signed = hmacHex(secretKey, `${ts}${method}${path}${body}`);
    if (headers['x-app-token'] !== appToken || headers['x-app-access-sig'] !== signed) {
      return { status: 401, json: { code: 401, description: 'Request signature mismatch' } };
    }
    if (method === 'POST' && path.startsWith('/resources/applicants?levelName=')) return this.create(body);
    const asked = /^\/resources\/applicants\/-;externalUserId=([^/]+)\/one$/.exec(path)?.[1];
    const applicant = asked === undefined ? undefined : this.applicants.find(decodeURIComponent(asked));
    if (!applicant) return { status: 404, json: { code: 404, description: 'Applicant not found' } };
    return { status: 200, json: { ...named(applicant), review: reviewOf(applicant) } };
  }

  webhook(applicant: Applicant, answer: Answer | 'pending', at: Date): Webhook {
    const decided = answer !== 'pending';
    const body = JSON.stringify({
      applicantId: applicant.id,
      inspectionId: applicant.id.split('').reverse().join(''),
      externalUserId: applicant.subject,
      levelName: 'basic-kyc-level',
      type: decided ? 'applicantReviewed' : 'applicantPending',
      reviewStatus: decided ? 'completed' : 'pending',
      ...(decided && { reviewResult: resultOf(answer) }),
      createdAtMs: at.toISOString().replace('T', ' ').replace('Z', ''),
    });
    const digest = hmacHex(this.access.credentials.secret ?? '', body);
    return { body, headers: { 'x-payload-digest-alg': 'HMAC_SHA256_HEX', 'x-payload-digest': digest } };
  }

  private create(body: string): VendorAnswer {
    const subject = textOf(body, 'externalUserId');
    if (subject === undefined) return { status: 400, json: { code: 400, description: 'externalUserId' } };
    if (this.applicants.find(subject))
      return { status: 409, json: { code: 409, description: 'Applicant exists' } };
    const id = randomBytes(12).toString('hex');
    return { status: 201, json: named(this.applicants.add({ id, subject, createdAt: new Date() })) };
  }
}

function named({ id, subject, createdAt }: Applicant) {
  return { id, externalUserId: subject, createdAt: createdAt.toISOString().replace('T', ' ').slice(0, 19) };
}

function reviewOf({ decision }: Applicant) {
  if (!decision) return { reviewStatus: 'init' };
  const reviewDate = decision.at.toISOString().replace('T', ' ').replace('Z', '+0000');
  return { reviewStatus: 'completed', reviewDate, reviewResult: resultOf(decision.answer) };
}

function resultOf(answer: Answer) {
  if (answer === 'approve') return { reviewAnswer: 'GREEN' };
  return {
    reviewAnswer: 'RED',
    reviewRejectType: answer === 'retry' ? 'RETRY' : 'FINAL',
    rejectLabels: ['FORGERY'],
  };
}
