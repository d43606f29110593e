import Stripe from 'stripe';
import type { PspInstrument, PspNotification, PspWebhook, WebhookReading } from '../../domain/psp';
import { integerAt, objectAt, readJsonObject, textAt, type JsonObject } from '../psp-json';
import { fromStripe } from './amount';

/** Seconds that a signature may be old. */
const toleranceS = 300;

/** Verifies with Stripe's own helper on the raw bytes, then reads them strictly. */
export function readStripeWebhook(webhook: PspWebhook, secret: string): WebhookReading {
  if (!isSigned(webhook, secret)) return { status: 'unauthenticated' };
  const event = readJsonObject(webhook.rawBody);
  const type = textAt(event, 'type');
  const object = objectAt(event, 'data', 'object');
  const id = textAt(event, 'id');
  if (event === undefined || type === undefined || object === undefined || id === undefined)
    return { status: 'malformed', detail: 'not an event with id, type and data.object' };
  const read = readers[type];
  if (read === undefined) return { status: 'ok', notifications: [] };
  const fact = read(object, event);
  if (fact === 'nothing') return { status: 'ok', notifications: [] };
  if (fact === undefined) return { status: 'malformed', detail: `${type} without its amount or references` };
  return { status: 'ok', notifications: [{ notificationId: id, occurredAt: timeOf(event), ...fact }] };
}

function isSigned({ headers, rawBody, nowMs }: PspWebhook, secret: string): boolean {
  const { signature } = Stripe.webhooks;
  const header = headers['stripe-signature'];
  if (signature === null || header === undefined || rawBody.length === 0) return false;
  try {
    return signature.verifyHeader(rawBody, header, secret, toleranceS, undefined, nowMs);
  } catch {
    return false;
  }
}

function timeOf(event: JsonObject): string {
  const seconds = integerAt(event, 'created') ?? 0n;
  return new Date(Number(seconds < 8_000_000_000n ? seconds : 0n) * 1_000).toISOString();
}

/** `notificationId` where several events tell the same fact; else the event's own id is it. */
type Fact = Omit<PspNotification, 'notificationId' | 'occurredAt'> & { readonly notificationId?: string };
/** `nothing`: authentic, and says nothing that we keep. */
type Reader = (object: JsonObject, event: JsonObject) => Fact | 'nothing' | undefined;

const readers: Readonly<Record<string, Reader | undefined>> = {
  'payment_intent.created': (intent) => intentFact(intent, 'pending'),
  'payment_intent.processing': (intent) => intentFact(intent, 'pending'),
  'payment_intent.requires_action': (intent) => intentFact(intent, 'pending'),
  'payment_intent.succeeded': (intent) => intentFact(intent, 'confirmed'),
  'payment_intent.payment_failed': (intent) => intentFact(intent, 'failed'),
  'payment_intent.canceled': (intent) => intentFact(intent, 'failed'),
  'checkout.session.completed': (session) =>
    sessionFact(session, textAt(session, 'payment_status') === 'paid' ? 'confirmed' : 'pending'),
  'checkout.session.async_payment_succeeded': (session) => sessionFact(session, 'confirmed'),
  'checkout.session.async_payment_failed': (session) => sessionFact(session, 'failed'),
  'checkout.session.expired': (session) => sessionFact(session, 'failed'),
  'charge.dispute.created': disputeFact,
  'charge.dispute.funds_withdrawn': disputeFact,
  'charge.refunded': refundFact,
  'payout.created': (payout) => payoutFact(payout, 'pending'),
  'payout.updated': (payout) => payoutFact(payout, 'pending'),
  'payout.paid': (payout) => payoutFact(payout, 'confirmed'),
  'payout.canceled': (payout) => payoutFact(payout, 'failed'),
  // A payout that was reported paid can still come back from the bank.
  'payout.failed': (payout, event) =>
    payoutFact(
      payout,
      textAt(event, 'data', 'previous_attributes', 'status') === 'paid' ? 'reversed' : 'failed',
    ),
};

function intentFact(intent: JsonObject, status: 'pending' | 'confirmed' | 'failed'): Fact | undefined {
  // what was received is what counts: it can be less than what was asked for
  const amount = integerAt(intent, status === 'confirmed' ? 'amount_received' : 'amount');
  const money = fromStripe(amount ?? integerAt(intent, 'amount'), textAt(intent, 'currency'));
  const pspReference = textAt(intent, 'id');
  if (money === undefined || pspReference === undefined) return undefined;
  const instrument = instrumentOf(intent);
  const reason =
    textAt(intent, 'last_payment_error', 'decline_code') ??
    textAt(intent, 'last_payment_error', 'code') ??
    textAt(intent, 'cancellation_reason');
  return {
    kind: 'deposit',
    status,
    ...money,
    pspReference,
    ...paymentIdOf(intent),
    ...(instrument && { instrument }),
    ...(status === 'failed' && { reason: reason ?? 'failed' }),
  };
}

function sessionFact(session: JsonObject, status: 'pending' | 'confirmed' | 'failed'): Fact | undefined {
  const money = fromStripe(integerAt(session, 'amount_total'), textAt(session, 'currency'));
  const pspReference = textAt(session, 'payment_intent') ?? textAt(session, 'id');
  if (money === undefined || pspReference === undefined) return undefined;
  const paymentId = textAt(session, 'client_reference_id');
  return {
    kind: 'deposit',
    status,
    ...money,
    pspReference,
    ...(paymentId !== undefined && { paymentId }),
    ...(status === 'failed' && { reason: textAt(session, 'status') ?? 'failed' }),
  };
}

/** Created and funds-withdrawn tell one fact: the dispute's own id is its identity. */
function disputeFact(dispute: JsonObject): Fact | undefined {
  const money = fromStripe(integerAt(dispute, 'amount'), textAt(dispute, 'currency'));
  const [pspReference, id] = [textAt(dispute, 'payment_intent'), textAt(dispute, 'id')];
  if (money === undefined || pspReference === undefined || id === undefined) return undefined;
  const reason = textAt(dispute, 'reason') ?? 'dispute';
  return {
    kind: 'deposit',
    status: 'reversed',
    ...money,
    pspReference,
    ...paymentIdOf(dispute),
    reason,
    notificationId: id,
  };
}

/** `amount_refunded` is the sum of all refunds; this one is what it grew by. */
function refundFact(charge: JsonObject, event: JsonObject): Fact | 'nothing' | undefined {
  const total = integerAt(charge, 'amount_refunded');
  const before = integerAt(event, 'data', 'previous_attributes', 'amount_refunded') ?? 0n;
  const pspReference = textAt(charge, 'payment_intent');
  if (total === undefined || pspReference === undefined || total < before) return undefined;
  if (total === before) return 'nothing';
  const money = fromStripe(total - before, textAt(charge, 'currency'));
  if (money === undefined) return undefined;
  return {
    kind: 'deposit',
    status: 'reversed',
    ...money,
    pspReference,
    ...paymentIdOf(charge),
    reason: 'refunded',
  };
}

function payoutFact(payout: JsonObject, status: PspNotification['status']): Fact | undefined {
  const money = fromStripe(integerAt(payout, 'amount'), textAt(payout, 'currency'));
  const pspReference = textAt(payout, 'id');
  if (money === undefined || pspReference === undefined) return undefined;
  const failed = status === 'failed' || status === 'reversed';
  return {
    kind: 'withdrawal',
    status,
    ...money,
    pspReference,
    ...paymentIdOf(payout),
    ...(failed && { reason: textAt(payout, 'failure_code') ?? 'failed' }),
  };
}

function paymentIdOf(object: JsonObject): { paymentId?: string } {
  const paymentId = textAt(object, 'metadata', 'paymentId');
  return paymentId === undefined ? {} : { paymentId };
}

/** Brand and last digits stand in an expanded payment method or charge; alone, its id is all there is. */
function instrumentOf(intent: JsonObject): PspInstrument | undefined {
  const reference = textAt(intent, 'payment_method') ?? textAt(intent, 'payment_method', 'id');
  if (reference === undefined) return undefined;
  const card =
    objectAt(intent, 'payment_method', 'card') ??
    objectAt(intent, 'latest_charge', 'payment_method_details', 'card');
  const [brand, last4] = [textAt(card, 'brand') ?? 'card', textAt(card, 'last4')];
  return { reference, masked: `${brand} **** ${last4 ?? ''}`.trimEnd() };
}
