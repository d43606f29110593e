import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Dialect } from '../../domain/dialect';
import { roundPolicies } from '../../domain/round-policy';
import { requireSecret, singleHeader } from '../authenticity';
import { decoding } from '../json-body';
import { answerHub88 } from './answer';
import { hub88Api } from './api';
import { decodeHub88 } from './decode';

/** Hub88: RSA over the raw body, integers of 1/100,000, ids unique among all players, the launch token in every call. */
export const hub88: Dialect = {
  provider: 'hub88',
  idScope: 'provider',
  launchToken: 'is-session',
  rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
  rounds: roundPolicies.slots,
  kept: { headers: ['x-hub88-signature'] },
  priorities: [
    { path: '/transaction/win', priority: 'settlement' },
    { path: '/transaction/rollback', priority: 'settlement' },
    { path: '/transaction/bet', priority: 'bet' },
    { path: '/user/info', priority: 'read' },
    { path: '/user/balance', priority: 'read' },
  ],
  verifier(credentials) {
    const key = publicKey(requireSecret(credentials, 'publicKeyPem'));
    const signatureBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
    return (call) => {
      const text = singleHeader(call, 'x-hub88-signature');
      if (text === undefined) return false;
      const signature = Buffer.from(text, 'base64');
      // Node's decoder skips what is not base64: only the one spelling of these bytes is the signature.
      if (signature.length !== signatureBytes || signature.toString('base64') !== text) return false;
      return verify('sha256', call.body, key, signature);
    };
  },
  decode: (call) => decoding(() => decodeHub88(call)),
  answer: answerHub88,
  api: hub88Api,
};

/** Read once per brand; only RSA is of this dialect. */
function publicKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new Error('"publicKeyPem" must be a public key in PEM');
  }
  if (key.asymmetricKeyType !== 'rsa') throw new Error('"publicKeyPem" must be an RSA key');
  return key;
}
