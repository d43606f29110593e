import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import Stripe from 'stripe';
import type { PspSettings, PspWebhook } from '../../src/domain/psp';

const pair = (): { publicKeyPem: string; privateKeyPem: string } => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};
/** Trustly's pair and the merchant's. */
export const trustlyPair = pair();
export const merchantPair = pair();

export const pspCredentials = {
  stripe: { webhookSecret: 'whsec_test_secret', secretKey: 'sk_test_key' },
  adyen: {
    hmacKeyHex: '44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056',
    transferHmacKeyHex: '11782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056',
    apiKey: 'adyen-api-key',
    merchantAccount: 'BaizeDemo',
    balanceAccountId: 'BA1',
  },
  trustly: {
    publicKeyPem: trustlyPair.publicKeyPem,
    merchantPrivateKeyPem: merchantPair.privateKeyPem,
    username: 'baize',
    password: 'secret',
  },
} as const;
export type PspName = keyof typeof pspCredentials;

export function settingsOf(psp: PspName, baseUrl = 'https://psp.example'): PspSettings {
  const callbackUrl = `https://casino.example/callbacks/payments/demo/${psp}`;
  return { brand: 'demo', baseUrl, callbackUrl, credentials: pspCredentials[psp] };
}

export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

export function webhook(body: string | Buffer, headers: Record<string, string> = {}): PspWebhook {
  return { headers, query: '', rawBody: Buffer.from(body), nowMs };
}

/** A Stripe event, signed by Stripe's own helper. */
export function stripeWebhook(type: string, object: object, more: object = {}): PspWebhook {
  const event = {
    id: 'evt_1',
    object: 'event',
    type,
    created: Math.floor(nowMs / 1_000),
    data: { object, ...more },
  };
  const payload = JSON.stringify(event);
  const header = Stripe.webhooks.generateTestHeaderString({
    payload,
    secret: pspCredentials.stripe.webhookSecret,
    timestamp: Math.floor(nowMs / 1_000),
  });
  return webhook(payload, { 'stripe-signature': header });
}

interface AdyenItem {
  readonly pspReference: string;
  readonly originalReference?: string;
  readonly merchantAccountCode: string;
  readonly merchantReference: string;
  readonly amount: { value: number; currency: string };
  readonly eventCode: string;
  readonly success: string;
  readonly [key: string]: unknown;
}

export function adyenWebhook(...items: (Partial<AdyenItem> & { additionalData?: object })[]): PspWebhook {
  const notificationItems = items.map(({ additionalData, ...item }) => {
    const full: AdyenItem = {
      pspReference: '8835000000000001',
      merchantAccountCode: 'BaizeDemo',
      merchantReference: 'pay-1',
      amount: { value: 1050, currency: 'EUR' },
      eventCode: 'AUTHORISATION',
      success: 'true',
      eventDate: '2026-01-02T04:04:05+01:00',
      ...item,
    };
    const signed = [
      full.pspReference,
      full.originalReference ?? '',
      full.merchantAccountCode,
      full.merchantReference,
      full.amount.value,
      full.amount.currency,
      full.eventCode,
      full.success,
    ].join(':');
    const key = Buffer.from(pspCredentials.adyen.hmacKeyHex, 'hex');
    const hmacSignature = createHmac('sha256', key).update(signed).digest('base64');
    return { NotificationRequestItem: { ...full, additionalData: { ...additionalData, hmacSignature } } };
  });
  return webhook(JSON.stringify({ live: 'false', notificationItems }));
}

/** A transfer's notification: signed as a whole, in a header. */
export function adyenTransferWebhook(data: object): PspWebhook {
  const body = JSON.stringify({ type: 'balancePlatform.transfer.updated', environment: 'test', data });
  const key = Buffer.from(pspCredentials.adyen.transferHmacKeyHex, 'hex');
  return webhook(body, { hmacsignature: createHmac('sha256', key).update(body).digest('base64') });
}

/** `data` is flat text, so that its signed form is its sorted pairs. */
export function trustlyWebhook(method: string, data: Record<string, string>, uuid = 'u-1'): PspWebhook {
  const pairs = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = `${method}${uuid}${pairs.map(([key, value]) => key + value).join('')}`;
  const signature = sign('RSA-SHA1', Buffer.from(text), trustlyPair.privateKeyPem).toString('base64');
  return webhook(JSON.stringify({ method, params: { signature, uuid, data }, version: '1.1' }));
}
