import type { Db } from '@baize/persistence';
import type { Payment } from '../domain/payment';
import type { Timing } from '../domain/schedule';
import { paymentColumns } from './payments';

/** A payment that the worker looks at. */
export interface DuePayment extends Payment {
  readonly pastDeadline: boolean;
  /** In its state so far. */
  readonly ageMs: number;
}

/**
 * Takes payments that are due and counts the attempt. Each is due again after twice as long as the last time, a pending
 * deposit after as long, whatever becomes of the worker that has it now; entering another state starts anew.
 */
export function takeDue(
  db: Db,
  limit: number,
  { askFirstMs, askAtMostMs }: Pick<Timing, 'askFirstMs' | 'askAtMostMs'>,
): Promise<DuePayment[]> {
  return db.query<DuePayment>({
    name: 'take-due-payments',
    text: `UPDATE payment SET attempts = attempts + 1,
             due_at = now() + CASE state WHEN 'pending' THEN $3
               ELSE least($2 * power(2, least(attempts + 1, 20)), $3) END * interval '1 ms'
           WHERE id IN (SELECT id FROM payment WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
           RETURNING ${paymentColumns}, coalesce(deadline_at <= now(), false) AS "pastDeadline",
             (extract(epoch FROM now() - state_since) * 1000)::float8 AS "ageMs"`,
    values: [limit, askFirstMs, Math.max(askFirstMs, askAtMostMs)],
  });
}

/**
 * Deposits whose caller was never told anything, though they are no longer where they began: a webhook took them
 * further, and the process that would have answered died.
 */
export function unansweredDeposits(db: Db, olderThanMs: number): Promise<Payment[]> {
  return db.query<Payment>({
    name: 'unanswered-deposits',
    text: `SELECT ${paymentColumns} FROM payment WHERE state <> 'created' AND id IN (
             SELECT owner_id FROM idempotency_key
             WHERE answer IS NULL AND operation = 'request-deposit' AND created_at < now() - $1 * interval '1 ms'
             ORDER BY created_at LIMIT 100)`,
    values: [olderThanMs],
  });
}

/** Has the worker look at the player's withdrawals in review at once: what held them may be gone. */
export async function lookAtReviews(db: Db, playerId: string): Promise<void> {
  await db.query({
    name: 'look-at-reviews',
    text: `UPDATE payment SET due_at = now() WHERE player_id = $1 AND state = 'review'`,
    values: [playerId],
  });
}

/** Marks payments that are past the deadline of their state, each once. */
export function markOverdue(db: Db): Promise<Pick<Payment, 'id' | 'kind' | 'state' | 'psp'>[]> {
  return db.query({
    name: 'mark-overdue-payments',
    text: `UPDATE payment SET overdue = true
           WHERE id IN (SELECT id FROM payment WHERE deadline_at <= now() AND NOT overdue LIMIT 200 FOR UPDATE SKIP LOCKED)
           RETURNING id, kind, state, psp`,
  });
}

export interface SagaFigures {
  readonly kind: string;
  readonly state: string;
  readonly count: number;
  readonly overdue: number;
  readonly oldestSeconds: number;
}

/** Payments that are not final, by kind and state. */
export function sagaFigures(db: Db): Promise<SagaFigures[]> {
  return db.query<SagaFigures>({
    name: 'saga-figures',
    text: `SELECT kind, state, count(*)::int AS count, count(*) FILTER (WHERE deadline_at <= now())::int AS overdue,
             extract(epoch FROM now() - min(state_since))::float8 AS "oldestSeconds"
           FROM payment WHERE deadline_at IS NOT NULL GROUP BY kind, state`,
  });
}
