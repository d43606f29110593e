import type { Db } from '@baize/persistence';
import type { PaymentKind, PspStatus } from '../domain/psp';

/** A fact of a webhook as it is kept. */
export interface StoredNotification {
  readonly id: string;
  readonly brand: string;
  readonly psp: string;
  readonly notificationId: string;
  readonly namedPayment: string | null;
  readonly pspReference: string | null;
  readonly kind: PaymentKind;
  readonly status: PspStatus;
  readonly amount: bigint;
  readonly currency: string;
  readonly reason: string | null;
  readonly instrumentSealed: Buffer | null;
  readonly instrumentPrint: Buffer | null;
  readonly instrumentMasked: string | null;
  readonly paymentId: string | null;
}

export type NotificationOutcome = 'waiting' | 'applied' | 'nothing' | 'raised';

const columns = `id, brand, psp, notification_id AS "notificationId", named_payment AS "namedPayment",
  psp_reference AS "pspReference", kind, status, amount, currency, reason, instrument_sealed AS "instrumentSealed",
  instrument_print AS "instrumentPrint", instrument_masked AS "instrumentMasked", payment_id AS "paymentId"`;

/**
 * Keeps a fact; false when it is known: the PSP repeats itself. Of two at once one waits here for the other. It counts
 * as applied to its payment unless {@link closeNotification} or {@link leaveWaiting} says otherwise: in hand it is not
 * among those that wait. What it says of the instrument is the payment's to keep.
 */
export async function keepNotification(
  db: Db,
  one: StoredNotification & {
    readonly contentSha256: Buffer;
    readonly bodySha256: Buffer;
    readonly occurredAt: string;
  },
): Promise<boolean> {
  const rows = await db.query({
    name: 'keep-notification',
    text: `INSERT INTO payment_notification (id, brand, psp, notification_id, content_sha256, body_sha256, named_payment,
             psp_reference, kind, status, amount, currency, reason, occurred_at, payment_id, outcome)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'applied')
           ON CONFLICT DO NOTHING RETURNING 1`,
    values: [
      ...[
        one.id,
        one.brand,
        one.psp,
        one.notificationId,
        one.contentSha256,
        one.bodySha256,
        one.namedPayment,
      ],
      ...[one.pspReference, one.kind, one.status, one.amount, one.currency, one.reason],
      ...[one.occurredAt, one.paymentId],
    ],
  });
  return rows.length > 0;
}

/** What became of a fact that waits no more. */
export async function closeNotification(
  db: Db,
  id: string,
  paymentId: string,
  outcome: Exclude<NotificationOutcome, 'waiting'>,
): Promise<void> {
  await db.query({
    name: 'close-notification',
    text: `UPDATE payment_notification SET outcome = $3, payment_id = $2,
             instrument_sealed = NULL, instrument_print = NULL, instrument_masked = NULL WHERE id = $1`,
    values: [id, paymentId, outcome],
  });
}

/** Has a fact wait for its payment, or for what it presumes of it; only so long it keeps what it says of the instrument. */
export async function leaveWaiting(db: Db, one: StoredNotification, paymentId: string | null): Promise<void> {
  await db.query({
    name: 'leave-notification-waiting',
    text: `UPDATE payment_notification SET outcome = 'waiting', payment_id = $2,
             instrument_sealed = $3, instrument_print = $4, instrument_masked = $5 WHERE id = $1`,
    values: [one.id, paymentId, one.instrumentSealed, one.instrumentPrint, one.instrumentMasked],
  });
}

/** What waits for this payment, oldest first: webhooks that came before what they presume. */
export function waitingFor(
  db: Db,
  payment: {
    readonly id: string;
    readonly brand: string;
    readonly psp: string | null;
    readonly pspReference: string | null;
  },
): Promise<StoredNotification[]> {
  return db.query<StoredNotification>({
    name: 'notifications-waiting-for-payment',
    text: `SELECT ${columns} FROM payment_notification
           WHERE outcome = 'waiting' AND brand = $2 AND (payment_id = $1
             OR psp = $3 AND payment_id IS NULL AND (named_payment = $1::uuid::text OR psp_reference = $4))
           ORDER BY occurred_at, received_at LIMIT 50`,
    values: [payment.id, payment.brand, payment.psp, payment.pspReference],
  });
}

/** Payments that webhooks name which came before we knew them. */
export function findMatched(db: Db): Promise<{ id: string; brand: string }[]> {
  return db.query({
    name: 'find-matched-payments',
    text: `SELECT DISTINCT p.id, p.brand FROM payment_notification n JOIN payment p ON p.brand = n.brand
             AND (p.id = CASE WHEN n.named_payment ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN n.named_payment::uuid END
               OR p.psp = n.psp AND p.psp_reference = n.psp_reference)
           WHERE n.outcome = 'waiting' AND n.payment_id IS NULL LIMIT 100`,
  });
}

/** Facts that have waited for longer than they should, each told once. */
export function raiseWaiting(
  db: Db,
  olderThanMs: number,
): Promise<{ brand: string; psp: string; status: string; paymentId: string | null }[]> {
  return db.query({
    name: 'raise-waiting-notifications',
    text: `UPDATE payment_notification SET raised = true
           WHERE id IN (SELECT id FROM payment_notification
             WHERE outcome = 'waiting' AND NOT raised AND received_at < now() - $1 * interval '1 ms' LIMIT 200)
           RETURNING brand, psp, status, payment_id AS "paymentId"`,
    values: [olderThanMs],
  });
}

/** Counts a webhook whose signature is wrong; nothing of what it says is kept. */
export async function quarantine(
  db: Db,
  webhook: {
    readonly brand: string;
    readonly psp: string;
    readonly bodySha256: Buffer;
    readonly bytes: number;
  },
): Promise<void> {
  await db.query({
    name: 'quarantine-webhook',
    text: `INSERT INTO payment_quarantine AS q (brand, psp, body_sha256, bytes) VALUES ($1, $2, $3, $4)
           ON CONFLICT (body_sha256, psp, brand) DO UPDATE SET times = q.times + 1, last_at = now()`,
    values: [webhook.brand, webhook.psp, webhook.bodySha256, webhook.bytes],
  });
}

/**
 * Forgets, some at a time, what nothing is decided by any more: facts that were applied or said nothing new, after
 * 400 days, unless they took money back (what was taken back must stay known as long as the payment); and quarantined
 * webhooks after 30 days, or sooner when there are more than 10,000.
 */
export async function pruneWebhooks(db: Db): Promise<void> {
  await db.query(
    `DELETE FROM payment_notification WHERE id IN (SELECT id FROM payment_notification
       WHERE received_at < now() - interval '400 days' AND outcome IN ('applied', 'nothing') AND status <> 'reversed' LIMIT 1000)`,
  );
  await db.query(
    `DELETE FROM payment_quarantine WHERE last_at < least(now(), greatest(now() - interval '30 days',
       (SELECT last_at FROM payment_quarantine ORDER BY last_at DESC OFFSET 10000 LIMIT 1)))`,
  );
}
