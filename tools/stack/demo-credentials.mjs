// @ts-check
import { generateKeyPairSync } from 'node:crypto';

/** Marks what only those who play a provider may have: the other half of an RSA key. */
export const testOnly = 'TEST_ONLY_';

/**
 * A key pair, made anew at every start: it outlives nothing that was given it.
 * @returns {Record<string, string>}
 */
export function rsaCredentials() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    [`${testOnly}privateKeyPem`]: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** @param {string} secret 32 random bytes, base64url */
const hex = (secret) => Buffer.from(secret, 'base64url').toString('hex');

/** Where the sandbox plays each PSP's API, below its own address. */
export const pspPaths = { stripe: '', adyen: '/adyen', trustly: '/trustly/api/1' };

/** Only the PSP itself has these; the platform never sees them. */
export const pspOnly = [`${testOnly}privateKeyPem`, 'merchantPublicKeyPem'];

/** Both sides' credentials at the PSPs. @param {(name: string) => string} secret */
export function pspCredentials(secret) {
  const trustly = rsaCredentials();
  const merchant = rsaCredentials();
  return {
    stripe: {
      webhookSecret: `whsec_${secret('psp-stripe-webhook')}`,
      secretKey: `sk_test_${secret('psp-stripe')}`,
    },
    adyen: {
      hmacKeyHex: hex(secret('psp-adyen-hmac')),
      transferHmacKeyHex: hex(secret('psp-adyen-transfers')),
      apiKey: secret('psp-adyen'),
      merchantAccount: 'BaizeDemo',
      balanceAccountId: 'BA00000000000000000000001',
    },
    trustly: {
      ...trustly,
      merchantPublicKeyPem: merchant.publicKeyPem,
      merchantPrivateKeyPem: merchant[`${testOnly}privateKeyPem`],
      username: 'baize-demo',
      password: secret('psp-trustly'),
    },
  };
}
