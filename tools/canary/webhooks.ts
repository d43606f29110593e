import { createHmac } from 'node:crypto';
import { Adyen } from '../../apps/sandbox/src/psps/adyen';
import { PspBook } from '../../apps/sandbox/src/psps/book';
import { Stripe } from '../../apps/sandbox/src/psps/stripe';
import { calmPlan, newPayment } from '../../apps/sandbox/test/psp-samples';
import type { Platform } from '../fence/platform';
import { person } from './person';

interface Webhook {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const json = { 'content-type': 'application/json' };
const hmac = (key: string, data: string) => createHmac('sha256', key).update(data).digest('hex');

/** What real PSPs and vendors say of a person beside what the platform asks for. */
const said = {
  name: person.cardHolder,
  email: person.email,
  phone: person.phone,
  iban: person.iban,
  ip: person.ip,
  idNumber: person.documentNumber,
};

function secretOf(
  access: { readonly credentials: Readonly<Record<string, string>> } | undefined,
  key: string,
): string {
  const secret = access?.credentials[key];
  if (secret === undefined) throw new Error(`the demo has no ${key}`);
  return secret;
}

/** A decision about a check, with the document and the person in it. */
export function veriffDecision(platform: Platform, check: { id: string; reference: string }): Webhook {
  const access = platform.demo.kyc.veriff;
  const { firstName, lastName, dateOfBirth, documentNumber: number } = person;
  const body = JSON.stringify({
    status: 'success',
    verification: {
      ...{ id: check.reference, code: 9001, status: 'approved', vendorData: check.id },
      decisionTime: new Date().toISOString(),
      document: { type: 'PASSPORT', country: 'MT', validUntil: '2035-12-31', number },
      person: { firstName, lastName, dateOfBirth, idNumber: number },
    },
    technicalData: { ip: person.ip },
  });
  const headers = {
    ...json,
    'x-auth-client': secretOf(access, 'apiKey'),
    'x-hmac-signature': hmac(secretOf(access, 'sharedSecret'), body),
  };
  return { path: '/callbacks/kyc/demo/veriff', headers, body };
}

/** The same with a signature that is not the vendor's. */
export function forged(webhook: Webhook): Webhook {
  const headers = Object.entries(webhook.headers).map(([name, value]) =>
    /signature|digest/.test(name) ? [name, value.replace(/\w{8}$/, '00000000')] : [name, value],
  );
  return { ...webhook, headers: Object.fromEntries(headers) as Record<string, string> };
}

/** A webhook of Veriff whose signature is good and whose body is cut off. */
export function brokenVeriff(platform: Platform): Webhook {
  const access = platform.demo.kyc.veriff;
  const body = `{"verification":{"person":{"lastName":"${person.lastName}","idNumber":"${person.documentNumber}`;
  const headers = {
    ...json,
    'x-auth-client': secretOf(access, 'apiKey'),
    'x-hmac-signature': hmac(secretOf(access, 'sharedSecret'), body),
  };
  return { path: '/callbacks/kyc/demo/veriff', headers, body };
}

function paidAt(psp: 'stripe' | 'adyen', reference: string) {
  const book = new PspBook(psp);
  const payment = book.take(newPayment({ psp, reference, asked: 2_500n }), calmPlan);
  book.settle(payment, 'paid');
  return payment;
}

/** A payment that Stripe says is paid, with who paid it. */
export function stripePaid(platform: Platform, reference: string): Webhook {
  const access = platform.demo.psps.stripe!;
  const real = new Stripe(access).encode(paidAt('stripe', reference), 'paid', '1', false);
  const event = JSON.parse(real.body) as { data: { object: Record<string, unknown> } };
  Object.assign(event.data.object, { billing_details: said, receipt_email: person.email });
  const body = JSON.stringify(event);
  const seconds = Math.floor(Date.now() / 1_000);
  const signature = hmac(secretOf(access, 'webhookSecret'), `${seconds}.${body}`);
  const headers = { ...json, 'stripe-signature': `t=${seconds},v1=${signature}` };
  return { path: '/callbacks/payments/demo/stripe', headers, body };
}

/** The same of Adyen, whose signature does not cover what it says beside the payment. */
export function adyenPaid(platform: Platform, reference: string): Webhook {
  const access = platform.demo.psps.adyen!;
  const real = new Adyen(access).encode(paidAt('adyen', reference), 'paid', '1', false);
  const notification = JSON.parse(real.body) as {
    notificationItems: { NotificationRequestItem: { additionalData: Record<string, unknown> } }[];
  };
  const [item] = notification.notificationItems;
  Object.assign(item!.NotificationRequestItem.additionalData, {
    ...{ cardHolderName: person.cardHolder, shopperIP: person.ip, shopperEmail: person.email },
    ...{ ownerName: person.cardHolder, ibanNumber: person.iban, telephoneNumber: person.phone },
  });
  return { path: '/callbacks/payments/demo/adyen', headers: json, body: JSON.stringify(notification) };
}
