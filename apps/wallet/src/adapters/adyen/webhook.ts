import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PspInstrument, PspNotification, PspWebhook, WebhookReading } from '../../domain/psp';
import { integerAt, isObject, objectAt, readJsonObject, textAt, type JsonObject } from '../psp-json';
import { fromAdyen } from './amount';
import { transferStatus } from './transfer-status';

/** The keys that the customer area shows, hex-decoded: one per webhook. */
export interface AdyenKeys {
  readonly standard: Buffer;
  readonly transfers: Buffer;
}

const mostItems = 100;
const malformed = (detail: string): WebhookReading => ({ status: 'malformed', detail });

/** Standard notifications, signed item by item, and those of transfers, signed as a whole in a header. */
export function readAdyenWebhook(webhook: PspWebhook, keys: AdyenKeys): WebhookReading {
  const body = readJsonObject(webhook.rawBody);
  if (body === undefined) return { status: 'unauthenticated' };
  const signature = webhook.headers.hmacsignature;
  if (signature !== undefined) {
    const authentic = matches(keys.transfers, webhook.rawBody, signature);
    return authentic ? readTransfer(body, webhook.nowMs) : { status: 'unauthenticated' };
  }
  const items = readItems(body);
  // nothing in a notification without items is signed
  if (items === undefined || !items.every((item) => isSigned(item, keys.standard)))
    return { status: 'unauthenticated' };
  const notifications: PspNotification[] = [];
  for (const item of items) {
    const notification = readItem(item, webhook.nowMs);
    if (notification === undefined) return malformed(`${textAt(item, 'eventCode') ?? 'item'} without amount`);
    if (notification !== 'nothing') notifications.push(notification);
  }
  return { status: 'ok', notifications };
}

function readItems(body: JsonObject): JsonObject[] | undefined {
  const { notificationItems } = body;
  if (!Array.isArray(notificationItems)) return undefined;
  if (notificationItems.length === 0 || notificationItems.length > mostItems) return undefined;
  const items = notificationItems.map((entry) =>
    isObject(entry) ? objectAt(entry, 'NotificationRequestItem') : undefined,
  );
  return items.every((item) => item !== undefined) ? items : undefined;
}

function isSigned(item: JsonObject, key: Buffer): boolean {
  const signature = textAt(item, 'additionalData', 'hmacSignature');
  const signed = [
    textAt(item, 'pspReference'),
    textAt(item, 'originalReference'),
    textAt(item, 'merchantAccountCode'),
    textAt(item, 'merchantReference'),
    textAt(item, 'amount', 'value'),
    textAt(item, 'amount', 'currency'),
    textAt(item, 'eventCode'),
    textAt(item, 'success'),
  ]
    .map((text) => text ?? '')
    .join(':');
  return signature !== undefined && matches(key, signed, signature);
}

/** As text: base64 has several spellings of the same bytes, and Adyen sends one of them. */
function matches(key: Buffer, signed: string | Buffer, signature: string): boolean {
  const expected = Buffer.from(createHmac('sha256', key).update(signed).digest('base64'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

type Meaning = Pick<PspNotification, 'kind' | 'status'>;
const deposit = (status: PspNotification['status']): Meaning => ({ kind: 'deposit', status });
const withdrawal = (status: PspNotification['status']): Meaning => ({ kind: 'withdrawal', status });

/** What an event means when it succeeded, and when it did not; an absent one says nothing that we keep. */
const meanings: Readonly<Record<string, { yes?: Meaning; no?: Meaning } | undefined>> = {
  AUTHORISATION: { yes: deposit('confirmed'), no: deposit('failed') },
  PENDING: { yes: deposit('pending'), no: deposit('failed') },
  CANCELLATION: { yes: deposit('failed') },
  OFFER_CLOSED: { yes: deposit('failed') },
  CAPTURE_FAILED: { yes: deposit('reversed') },
  REFUND: { yes: deposit('reversed') },
  CANCEL_OR_REFUND: { yes: deposit('reversed') },
  CHARGEBACK: { yes: deposit('reversed') },
  PAYOUT_THIRDPARTY: { yes: withdrawal('confirmed'), no: withdrawal('failed') },
  PAYOUT_DECLINE: { yes: withdrawal('failed') },
  PAYOUT_EXPIRE: { yes: withdrawal('failed') },
  PAIDOUT_REVERSED: { yes: withdrawal('reversed') },
};

function readItem(item: JsonObject, nowMs: number): PspNotification | 'nothing' | undefined {
  const [eventCode = '', success = ''] = [textAt(item, 'eventCode'), textAt(item, 'success')];
  const meaning = Object.hasOwn(meanings, eventCode) ? meanings[eventCode] : undefined;
  const meant = success === 'true' ? meaning?.yes : meaning?.no;
  if (meant === undefined) return 'nothing';
  const money = fromAdyen(integerAt(item, 'amount', 'value'), textAt(item, 'amount', 'currency'));
  const own = textAt(item, 'pspReference');
  if (money === undefined || own === undefined) return undefined;
  const paymentId = textAt(item, 'merchantReference');
  const bad = meant.status === 'failed' || meant.status === 'reversed';
  const instrument = meant.status === 'confirmed' ? instrumentOf(item) : undefined;
  return {
    ...meant,
    ...money,
    // all of it is signed, so that a repetition cannot pass for another fact
    notificationId: `${own}:${eventCode}:${success}`,
    pspReference: textAt(item, 'originalReference') ?? own,
    occurredAt: timeOf(textAt(item, 'eventDate'), nowMs),
    ...(paymentId !== undefined && { paymentId }),
    ...(instrument && { instrument }),
    ...(bad && { reason: textAt(item, 'reason') ?? eventCode }),
  };
}

function instrumentOf(item: JsonObject): PspInstrument | undefined {
  const reference =
    textAt(item, 'additionalData', 'tokenization.storedPaymentMethodId') ??
    textAt(item, 'additionalData', 'recurring.recurringDetailReference');
  if (reference === undefined) return undefined;
  const brand = textAt(item, 'paymentMethod') ?? 'card';
  const last4 = textAt(item, 'additionalData', 'cardSummary') ?? '';
  return { reference, masked: `${brand} **** ${last4}`.trimEnd() };
}

function readTransfer(body: JsonObject, nowMs: number): WebhookReading {
  const data = objectAt(body, 'data');
  const type = textAt(body, 'type') ?? '';
  if (!type.startsWith('balancePlatform.transfer.') || textAt(data, 'direction') === 'incoming')
    return { status: 'ok', notifications: [] };
  const money = fromAdyen(integerAt(data, 'amount', 'value'), textAt(data, 'amount', 'currency'));
  const [id, status] = [textAt(data, 'id'), textAt(data, 'status')];
  if (money === undefined || id === undefined || status === undefined)
    return malformed('a transfer without id, status or amount');
  const paymentId = textAt(data, 'reference');
  const known = transferStatus(status);
  const notification: PspNotification = {
    ...withdrawal(known),
    ...money,
    notificationId: `${id}:${status}`,
    pspReference: id,
    occurredAt: timeOf(textAt(data, 'updatedAt') ?? textAt(body, 'timestamp'), nowMs),
    ...(paymentId !== undefined && { paymentId }),
    ...((known === 'failed' || known === 'reversed') && { reason: textAt(data, 'reason') ?? status }),
  };
  return { status: 'ok', notifications: [notification] };
}

function timeOf(text: string | undefined, nowMs: number): string {
  const time = new Date(text ?? nowMs);
  return (Number.isNaN(time.getTime()) ? new Date(nowMs) : time).toISOString();
}
