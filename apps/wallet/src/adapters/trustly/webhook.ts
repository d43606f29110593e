import type {
  PspInstrument,
  PspNotification,
  PspWebhook,
  WebhookAnswer,
  WebhookOutcome,
  WebhookReading,
} from '../../domain/psp';
import { objectAt, readJsonObject, textAt, type JsonObject } from '../psp-json';
import { fromTrustly } from './amount';
import { paymentIdOf } from './message-id';
import type { TrustlyKeys } from './rpc';

type Meaning = Pick<PspNotification, 'kind' | 'status'>;

/** Notifications that say something of a payment. `debit` takes back what a deposit brought. */
const meanings: Readonly<Record<string, Meaning | undefined>> = {
  pending: { kind: 'deposit', status: 'pending' },
  account: { kind: 'deposit', status: 'pending' },
  credit: { kind: 'deposit', status: 'confirmed' },
  cancel: { kind: 'deposit', status: 'failed' },
  debit: { kind: 'deposit', status: 'reversed' },
  payoutconfirmation: { kind: 'withdrawal', status: 'confirmed' },
  payoutfailed: { kind: 'withdrawal', status: 'failed' },
};

/** A notification whose signature is Trustly's; undefined for all others. */
interface Authentic {
  readonly method: string;
  readonly uuid: string;
  readonly data: JsonObject;
}

function authenticate(rawBody: Buffer, keys: TrustlyKeys): Authentic | undefined {
  const body = readJsonObject(rawBody);
  const [method, uuid] = [textAt(body, 'method'), textAt(body, 'params', 'uuid')];
  const data = objectAt(body, 'params', 'data');
  // 4,096-bit keys sign in 684 characters, which is longer than other texts may be
  const signature = objectAt(body, 'params')?.signature;
  if (method === undefined || uuid === undefined || data === undefined) return undefined;
  if (typeof signature !== 'string' || signature.length > 2_048) return undefined;
  return keys.verifies(method, uuid, data, signature) ? { method, uuid, data } : undefined;
}

/** Verifies Trustly's signature over method, uuid and data, and reads the notification. */
export function readTrustlyWebhook({ rawBody, nowMs }: PspWebhook, keys: TrustlyKeys): WebhookReading {
  const authentic = authenticate(rawBody, keys);
  if (authentic === undefined) return { status: 'unauthenticated' };
  const { method, data } = authentic;
  const meaning = Object.hasOwn(meanings, method) ? meanings[method] : undefined;
  if (meaning === undefined) return { status: 'ok', notifications: [] };
  const money = fromTrustly(textAt(data, 'amount'), textAt(data, 'currency'));
  // an account notification need not tell an amount: it is about the account
  if (money === undefined && method === 'account') return { status: 'ok', notifications: [] };
  const [notificationId, pspReference] = [textAt(data, 'notificationid'), textAt(data, 'orderid')];
  if (money === undefined || notificationId === undefined || pspReference === undefined)
    return { status: 'malformed', detail: `${method} without its amount, id or order` };
  const messageId = textAt(data, 'messageid');
  const instrument = method === 'account' ? instrumentOf(data) : undefined;
  const bad = meaning.status === 'failed' || meaning.status === 'reversed';
  const notification: PspNotification = {
    ...meaning,
    ...money,
    notificationId,
    pspReference,
    occurredAt: timeOf(textAt(data, 'timestamp'), nowMs),
    ...(messageId !== undefined && { paymentId: paymentIdOf(messageId) }),
    ...(instrument && { instrument }),
    ...(bad && { reason: textAt(data, 'errorcode') ?? method }),
  };
  return { status: 'ok', notifications: [notification] };
}

/** What was heard is answered with our signature over the notification's own uuid; only what Trustly signed is. */
export function trustlyWebhookAnswer(
  outcome: WebhookOutcome,
  { rawBody }: PspWebhook,
  keys: TrustlyKeys,
): WebhookAnswer {
  const contentType = 'application/json';
  if (outcome === 'fault') return { status: 503, contentType, body: '{}' };
  const authentic = outcome === 'accepted' ? authenticate(rawBody, keys) : undefined;
  if (authentic === undefined)
    return { status: outcome === 'malformed' ? 400 : 401, contentType, body: '{}' };
  const { method, uuid } = authentic;
  const data = { status: 'OK' };
  const result = { signature: keys.sign(method, uuid, data), uuid, method, data };
  return { status: 200, contentType, body: JSON.stringify({ result, version: '1.1' }) };
}

function instrumentOf(data: JsonObject): PspInstrument | undefined {
  const reference = textAt(data, 'accountid');
  if (reference === undefined) return undefined;
  const [bank, digits] = [textAt(data, 'attributes', 'bank'), textAt(data, 'attributes', 'lastdigits')];
  return { reference, masked: `${bank ?? 'account'} **** ${digits ?? ''}`.trimEnd() };
}

/** `2024-03-01 10:00:00.000000+00`: close to RFC 3339, but not it. */
function timeOf(text: string | undefined, nowMs: number): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,3})?\d*([+-]\d\d)(?::?(\d\d))?$/.exec(text ?? '');
  if (match === null) return new Date(nowMs).toISOString();
  const [, date = '', time = '', fraction = '', hours = '', minutes = '00'] = match;
  const parsed = new Date(`${date}T${time}${fraction}${hours}:${minutes}`);
  return (Number.isNaN(parsed.getTime()) ? new Date(nowMs) : parsed).toISOString();
}
