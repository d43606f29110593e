import type { PaymentDto, PaymentHistoryDto, PaymentSummary } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { statusOf, type Payment, type PaymentState } from '../domain/payment';
import { publicReason } from '../domain/withdrawal-checks';
import { paymentColumns } from './payments';

/** A payment of the API, with its history. */
export async function describePayment(db: Db, payment: Payment): Promise<PaymentDto> {
  const history = await db.query<{ state: PaymentState | 'requested'; reason: string; at: Date }>({
    name: 'payment-history',
    text: `SELECT state, reason, at FROM payment_history WHERE payment_id = $1 ORDER BY position LIMIT 200`,
    values: [payment.id],
  });
  const { overdue: _overdue, ...summary } = summaryOf(payment);
  return {
    ...summary,
    instrument: payment.instrumentMasked ?? undefined,
    reversedAmount: Number(payment.reversed),
    history: history.map(({ state, reason, at }): PaymentHistoryDto => ({
      status: statusOf(state),
      at: at.toISOString(),
      reason,
    })),
  };
}

/** Payments of a player below an id, newest first: ids are in order of time. */
export async function listPayments(
  db: Db,
  player: { readonly brand: string; readonly playerId: string },
  page: { readonly below?: string; readonly limit: number },
): Promise<PaymentSummary[]> {
  const rows = await db.query<Payment>({
    name: 'list-payments',
    text: `SELECT ${paymentColumns} FROM payment WHERE player_id = $1 AND brand = $2 AND ($3::uuid IS NULL OR id < $3)
           ORDER BY id DESC LIMIT $4`,
    values: [player.playerId, player.brand, page.below ?? null, page.limit],
  });
  return rows.map(summaryOf);
}

/** A place in the review queue. */
export interface QueuePlace {
  /** RFC 3339 with microseconds. */
  readonly since: string;
  readonly id: string;
}

/** Payments that wait for people after a place, the longest waiting first. */
export async function listReviews(
  db: Db,
  brand: string,
  page: { readonly after?: QueuePlace; readonly limit: number },
): Promise<{ item: PaymentSummary; place: QueuePlace }[]> {
  const rows = await db.query<Payment & { since: string }>({
    name: 'list-reviews',
    text: `SELECT ${paymentColumns}, to_char(state_since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS since
           FROM payment WHERE brand = $1 AND state IN ('review', 'mismatched')
             AND ($2::timestamptz IS NULL OR (state_since, id) > ($2, $3::uuid))
           ORDER BY state_since, id LIMIT $4`,
    values: [brand, page.after?.since ?? null, page.after?.id ?? null, page.limit],
  });
  return rows.map((row) => ({ item: summaryOf(row), place: { since: row.since, id: row.id } }));
}

function summaryOf(payment: Payment): PaymentSummary {
  const { id, playerId, kind, state, amount, currency, method, psp, pspReference, overdue, createdAt } =
    payment;
  return {
    ...{ id, playerId, kind, status: statusOf(state), amount: { amount: Number(amount), currency }, method },
    psp: psp ?? undefined,
    pspReference: pspReference ?? undefined,
    reviewReasons:
      state === 'mismatched' ? ['mismatch'] : [...new Set(payment.reviewReasons.map(publicReason))],
    overdue,
    createdAt: createdAt.toISOString(),
  };
}
