import type {
  KycVendor,
  VendorCallback,
  VendorCheck,
  VendorResult,
  VendorStarted,
} from '../../domain/kyc-vendor';
import type { CheckKind } from '../../domain/market-checks';
import { callVendor, hmacHex, isSameDigest, jsonOf, objectAt, textAt, VendorFault } from './vendor-http';

export interface SumsubCredentials {
  readonly baseUrl: string;
  readonly appToken: string;
  readonly secretKey: string;
  /** Of webhooks. */
  readonly secret: string;
}

/** https://docs.sumsub.com/docs/webhook-manager: SHA-1 is offered there and refused here. */
const algorithms: Readonly<Record<string, string>> = { HMAC_SHA256_HEX: 'sha256', HMAC_SHA512_HEX: 'sha512' };
const levels: Readonly<Record<CheckKind, string>> = {
  identity: 'basic-kyc-level',
  age: 'age-level',
  address: 'address-level',
  'source-of-funds': 'source-of-funds-level',
};

export class Sumsub implements KycVendor {
  constructor(private readonly credentials: SumsubCredentials) {}

  async start(check: VendorCheck): Promise<VendorStarted> {
    const path = `/resources/applicants?levelName=${encodeURIComponent(levels[check.kind])}`;
    const { status, json } = await this.call('POST', path, JSON.stringify({ externalUserId: check.id }));
    const reference = textAt(json, 'id');
    if (status === 201 && reference !== undefined) return { reference };
    // there already: an earlier start whose answer was lost
    const known = status === 409 ? await this.find(check.id) : undefined;
    const found = known && textAt(known, 'id');
    if (found === undefined) throw new VendorFault(`sumsub answered ${status} without an applicant`);
    return { reference: found };
  }

  async ask(check: VendorCheck): Promise<VendorResult | undefined> {
    const applicant = await this.find(check.id);
    const reference = applicant && textAt(applicant, 'id');
    if (!applicant || reference === undefined) return undefined;
    const review = objectAt(applicant, 'review');
    const at = timeOf(textAt(review, 'reviewDate')) ?? new Date();
    return resultOf({ reference, subject: check.id, at }, review);
  }

  isAuthentic({ headers, body }: VendorCallback): boolean {
    const algorithm = algorithms[headers['x-payload-digest-alg'] ?? ''];
    if (algorithm === undefined) return false;
    return isSameDigest(headers['x-payload-digest'], hmacHex(algorithm, this.credentials.secret, body));
  }

  read({ body, receivedAt }: VendorCallback): VendorResult | undefined {
    const json = jsonOf(body);
    const reference = json && textAt(json, 'applicantId');
    const subject = json && textAt(json, 'externalUserId');
    if (!json || reference === undefined || subject === undefined) return undefined;
    const type = textAt(json, 'type') ?? '';
    if (!['applicantCreated', 'applicantPending', 'applicantOnHold', 'applicantReviewed'].includes(type))
      return undefined;
    const at = timeOf(textAt(json, 'createdAtMs')) ?? receivedAt;
    const decided = type === 'applicantReviewed' ? json : {};
    return resultOf({ reference, subject, at }, decided);
  }

  private async find(id: string): Promise<Record<string, unknown> | undefined> {
    const { status, json } = await this.call(
      'GET',
      `/resources/applicants/-;externalUserId=${encodeURIComponent(id)}/one`,
    );
    if (status === 404) return undefined;
    if (status !== 200) throw new VendorFault(`sumsub answered ${status}`);
    return json;
  }

  private call(method: 'GET' | 'POST', path: string, body?: string) {
    const { baseUrl, appToken, secretKey } = this.credentials;
    const seconds = Math.floor(Date.now() / 1_000).toString();
    const headers = {
      'content-type': 'application/json',
      'x-app-token': appToken,
      'x-app-access-ts': seconds,
      'x-app-access-sig': hmacHex('sha256', secretKey, `${seconds}${method}${path}${body ?? ''}`),
    };
    return callVendor(`${baseUrl}${path}`, { method, headers, ...(body !== undefined && { body }) });
  }
}

type Named = Pick<VendorResult, 'reference' | 'subject' | 'at'>;

function resultOf(named: Named, review: Record<string, unknown>): VendorResult {
  const result = objectAt(review, 'reviewResult');
  const answer = textAt(result, 'reviewAnswer');
  // RETRY asks the person for better pictures: the check goes on
  const isFinal = textAt(result, 'reviewRejectType') !== 'RETRY';
  if (textAt(review, 'reviewStatus') !== 'completed') return { ...named, outcome: 'pending' };
  if (answer === 'GREEN') return { ...named, outcome: 'approved' };
  if (answer !== 'RED' || !isFinal) return { ...named, outcome: 'pending' };
  const labels = Array.isArray(result.rejectLabels)
    ? result.rejectLabels.filter((label) => typeof label === 'string')
    : [];
  return { ...named, outcome: 'declined', reason: labels.join(', ').slice(0, 200) || 'declined' };
}

/** `2024-02-11 12:00:00.123`, in UTC. */
function timeOf(text: string | undefined): Date | undefined {
  const iso = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)/.exec(text ?? '');
  return iso ? new Date(`${iso[1] ?? ''}T${iso[2] ?? ''}Z`) : undefined;
}
