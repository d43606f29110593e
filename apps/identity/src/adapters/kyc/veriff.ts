import type {
  KycVendor,
  VendorCallback,
  VendorCheck,
  VendorResult,
  VendorStarted,
} from '../../domain/kyc-vendor';
import { callVendor, hmacHex, isSameDigest, jsonOf, objectAt, textAt, VendorFault } from './vendor-http';

export interface VeriffCredentials {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly sharedSecret: string;
}

/** https://developers.veriff.com: statuses of a decision; resubmission lets the person try again. */
const outcomes: Readonly<Record<string, VendorResult['outcome']>> = {
  approved: 'approved',
  declined: 'declined',
  resubmission_requested: 'pending',
  review: 'pending',
  expired: 'expired',
  abandoned: 'expired',
};

export class Veriff implements KycVendor {
  constructor(private readonly credentials: VeriffCredentials) {}

  async start(check: VendorCheck): Promise<VendorStarted> {
    const body = JSON.stringify({ verification: { vendorData: check.id } });
    const { status, json } = await this.call('POST', '/v1/sessions', body, body);
    const verification = objectAt(json, 'verification');
    const reference = textAt(verification, 'id');
    if (status !== 201 || reference === undefined)
      throw new VendorFault(`veriff answered ${status} without a session`);
    const url = verification.url;
    return { reference, ...(typeof url === 'string' && url.length <= 2_000 && { url }) };
  }

  async ask({ id, reference }: VendorCheck): Promise<VendorResult | undefined> {
    // sessions are found by the vendor's id alone; one whose answer was lost is nobody's
    if (reference === null) return undefined;
    const { status, json } = await this.call(
      'GET',
      `/v1/sessions/${encodeURIComponent(reference)}/decision`,
      reference,
    );
    if (status === 404) return undefined;
    if (status !== 200) throw new VendorFault(`veriff answered ${status}`);
    const verification = objectAt(json, 'verification');
    if (textAt(verification, 'id') === undefined) {
      return { reference, subject: id, at: new Date(), outcome: 'pending' };
    }
    return resultOf(verification, new Date());
  }

  isAuthentic({ headers, body }: VendorCallback): boolean {
    const { apiKey, sharedSecret } = this.credentials;
    const signed = isSameDigest(headers['x-hmac-signature'], hmacHex('sha256', sharedSecret, body));
    return isSameDigest(headers['x-auth-client'], apiKey) && signed;
  }

  read({ body, receivedAt }: VendorCallback): VendorResult | undefined {
    const json = jsonOf(body);
    return json && resultOf(objectAt(json, 'verification'), receivedAt);
  }

  private call(method: 'GET' | 'POST', path: string, signed: string, body?: string) {
    const { baseUrl, apiKey, sharedSecret } = this.credentials;
    const headers = {
      'content-type': 'application/json',
      'x-auth-client': apiKey,
      'x-hmac-signature': hmacHex('sha256', sharedSecret, signed),
    };
    return callVendor(`${baseUrl}${path}`, { method, headers, ...(body !== undefined && { body }) });
  }
}

function resultOf(verification: Record<string, unknown>, otherwise: Date): VendorResult | undefined {
  const reference = textAt(verification, 'id');
  const subject = textAt(verification, 'vendorData');
  const outcome = outcomes[textAt(verification, 'status') ?? ''];
  if (reference === undefined || subject === undefined || outcome === undefined) return undefined;
  const decided = new Date(textAt(verification, 'decisionTime') ?? Number.NaN);
  const expiry = textAt(objectAt(verification, 'document'), 'validUntil');
  const reason = textAt(verification, 'reason');
  return {
    ...{ reference, subject, outcome, at: Number.isNaN(decided.getTime()) ? otherwise : decided },
    ...(reason !== undefined && { reason }),
    ...(expiry !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(expiry) && { documentExpiresOn: expiry }),
  };
}
