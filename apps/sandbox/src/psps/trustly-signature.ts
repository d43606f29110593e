import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** Keys in byte order, each before its value; elements one after the other; null is nothing. */
function signedText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(signedText).join('');
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return entries.map(([key, inner]) => key + signedText(inner)).join('');
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Trustly's key, the merchant's, and one of somebody else's. */
export class TrustlySignatures {
  private readonly own: KeyObject;
  private readonly merchant: KeyObject;
  private readonly foreign = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;

  constructor(privateKeyPem: string, merchantPublicKeyPem: string) {
    this.own = createPrivateKey(privateKeyPem);
    this.merchant = createPublicKey(merchantPublicKeyPem);
  }

  sign(method: string, uuid: string, data: unknown, forged = false): string {
    const text = Buffer.from(`${method}${uuid}${signedText(data)}`);
    return sign('RSA-SHA1', text, forged ? this.foreign : this.own).toString('base64');
  }

  isMerchants(method: string, uuid: string, data: unknown, signature: string): boolean {
    const text = Buffer.from(`${method}${uuid}${signedText(data)}`);
    return verify('RSA-SHA1', text, this.merchant, Buffer.from(signature, 'base64'));
  }
}
