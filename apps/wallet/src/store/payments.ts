import type { Db } from '@baize/persistence';
import type { Payment, PaymentState } from '../domain/payment';
import type { PaymentKind } from '../domain/psp';
import { scheduleOf, type Timing } from '../domain/schedule';

/** What a new payment says. */
export type NewPayment = Pick<
  Payment,
  | 'id'
  | 'brand'
  | 'playerId'
  | 'kind'
  | 'state'
  | 'amount'
  | 'currency'
  | 'method'
  | 'country'
  | 'wantedPsp'
  | 'psp'
> &
  Partial<
    Pick<Payment, 'returnUrl' | 'instrumentSealed' | 'instrumentPrint' | 'instrumentMasked' | 'reviewReasons'>
  >;

/** What a transition may change beside the state. */
export type PaymentChange = Partial<
  Pick<
    Payment,
    | 'amount'
    | 'psp'
    | 'tried'
    | 'pspReference'
    | 'redirectUrl'
    | 'instrumentSealed'
    | 'instrumentPrint'
    | 'instrumentMasked'
    | 'reviewReasons'
    | 'reversed'
  >
>;

export interface Move {
  readonly to: PaymentState;
  /** For the history; no personal data. */
  readonly reason: string;
  readonly actor: string;
  readonly change?: PaymentChange;
}

const columnOf: Readonly<Record<keyof PaymentChange, string>> = {
  amount: 'amount',
  psp: 'psp',
  tried: 'tried',
  pspReference: 'psp_reference',
  redirectUrl: 'redirect_url',
  instrumentSealed: 'instrument_sealed',
  instrumentPrint: 'instrument_print',
  instrumentMasked: 'instrument_masked',
  reviewReasons: 'review_reasons',
  reversed: 'reversed',
};

/** Of a history line, in characters. */
const longestReason = 500;

export const paymentColumns = `id, brand, player_id AS "playerId", kind, state, amount, currency, method, country,
  wanted_psp AS "wantedPsp", psp, tried, psp_reference AS "pspReference", return_url AS "returnUrl",
  redirect_url AS "redirectUrl", instrument_sealed AS "instrumentSealed", instrument_print AS "instrumentPrint",
  instrument_masked AS "instrumentMasked", review_reasons AS "reviewReasons", reversed,
  attempts, overdue, state_since AS "stateSince", created_at AS "createdAt"`;

export interface LockedAnchor {
  readonly restrictions: number;
  readonly defaultCurrency: string;
  readonly country: string | null;
}

/** Locks the player before anything of theirs; undefined when there is no such player in the brand. */
export async function lockPlayer(db: Db, brand: string, playerId: string): Promise<LockedAnchor | undefined> {
  const [row] = await db.query<LockedAnchor>({
    name: 'lock-player',
    text: `SELECT restrictions, default_currency AS "defaultCurrency",
             (SELECT country FROM payment_profile p WHERE p.player_id = a.player_id) AS country
           FROM anchor a WHERE player_id = $1 AND brand = $2 FOR NO KEY UPDATE OF a`,
    values: [playerId, brand],
  });
  return row;
}

/** Where the player lives, as of now. */
export async function keepCountry(db: Db, playerId: string, country: string): Promise<void> {
  await db.query(
    `INSERT INTO payment_profile (player_id, country) VALUES ($1, $2)
     ON CONFLICT (player_id) DO UPDATE SET country = excluded.country`,
    [playerId, country],
  );
}

/** Locks the payment's player, then the payment. The row is as it is after the wait. */
export async function lockPayment(db: Db, brand: string, id: string): Promise<Payment | undefined> {
  const anchor = await db.query({
    name: 'lock-player-of-payment',
    text: `SELECT 1 FROM anchor WHERE brand = $2 AND player_id = (SELECT player_id FROM payment WHERE id = $1 AND brand = $2)
           FOR NO KEY UPDATE`,
    values: [id, brand],
  });
  if (anchor.length === 0) return undefined;
  const [row] = await db.query<Payment>({
    name: 'lock-payment',
    text: `SELECT ${paymentColumns} FROM payment WHERE id = $1 FOR UPDATE`,
    values: [id],
  });
  return row;
}

export async function findPayment(db: Db, brand: string, id: string): Promise<Payment | undefined> {
  const [row] = await db.query<Payment>({
    name: 'find-payment',
    text: `SELECT ${paymentColumns} FROM payment WHERE id = $1 AND brand = $2`,
    values: [id, brand],
  });
  return row;
}

/** The payment that a PSP knows by its own reference. */
export async function findByReference(
  db: Db,
  account: { readonly brand: string; readonly psp: string },
  pspReference: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>({
    name: 'find-payment-by-reference',
    text: `SELECT id FROM payment WHERE psp_reference = $1 AND psp = $2 AND brand = $3`,
    values: [pspReference, account.psp, account.brand],
  });
  return row?.id;
}

export async function insertPayment(
  db: Db,
  payment: NewPayment,
  history: readonly { readonly state: string; readonly reason: string; readonly actor: string }[],
  timing: Timing,
): Promise<Payment> {
  const { dueInMs, deadlineInMs } = scheduleOf(payment.state, timing);
  const [row] = await db.query<Payment>({
    name: 'insert-payment',
    text: `INSERT INTO payment (id, brand, player_id, kind, state, amount, currency, method, country, wanted_psp, psp,
             return_url, instrument_sealed, instrument_print, instrument_masked, review_reasons,
             due_at, deadline_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             now() + $17 * interval '1 ms', now() + $18 * interval '1 ms')
           RETURNING ${paymentColumns}`,
    values: [
      ...[payment.id, payment.brand, payment.playerId, payment.kind, payment.state, payment.amount],
      ...[payment.currency, payment.method, payment.country, payment.wantedPsp, payment.psp],
      ...[payment.returnUrl ?? null, payment.instrumentSealed ?? null, payment.instrumentPrint ?? null],
      ...[payment.instrumentMasked ?? null, payment.reviewReasons ?? []],
      ...[dueInMs, deadlineInMs],
    ],
  });
  await writeHistory(db, payment.id, history);
  return row!;
}

/** Takes a locked payment to a state, which starts the state's clock anew, and says so in its history. */
export async function movePayment(db: Db, payment: Payment, move: Move, timing: Timing): Promise<Payment> {
  const { dueInMs, deadlineInMs } = scheduleOf(move.to, timing);
  const changes = Object.entries(move.change ?? {}) as [keyof PaymentChange, unknown][];
  const sets = changes.map(([key], index) => `, ${columnOf[key]} = $${index + 7}`).join('');
  const [row] = await db.query<Payment>(
    `WITH told AS (
       INSERT INTO payment_history (payment_id, position, state, reason, actor)
       SELECT $1, (SELECT count(*) FROM payment_history WHERE payment_id = $1) + 1, $2, $5, $6
     )
     UPDATE payment SET state = $2, state_since = now(), attempts = 0, overdue = false,
       due_at = now() + $3 * interval '1 ms', deadline_at = now() + $4 * interval '1 ms'${sets}
     WHERE id = $1 RETURNING ${paymentColumns}`,
    [
      ...[payment.id, move.to, dueInMs, deadlineInMs, move.reason.slice(0, longestReason), move.actor],
      ...changes.map(([, value]) => value),
    ],
  );
  return row!;
}

/** Changes a locked payment within its state. */
export async function changePayment(db: Db, payment: Payment, change: PaymentChange): Promise<Payment> {
  const changes = Object.entries(change) as [keyof PaymentChange, unknown][];
  if (changes.length === 0) return payment;
  const sets = changes.map(([key], index) => `${columnOf[key]} = $${index + 2}`).join(', ');
  const [row] = await db.query<Payment>(
    `UPDATE payment SET ${sets} WHERE id = $1 RETURNING ${paymentColumns}`,
    [payment.id, ...changes.map(([, value]) => value)],
  );
  return row!;
}

async function writeHistory(
  db: Db,
  paymentId: string,
  lines: readonly { readonly state: string; readonly reason: string; readonly actor: string }[],
): Promise<void> {
  await db.query({
    name: 'write-payment-history',
    text: `INSERT INTO payment_history (payment_id, position, state, reason, actor)
           SELECT $1, (SELECT count(*) FROM payment_history WHERE payment_id = $1) + l.at, l.state, l.reason, l.actor
           FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY l(state, reason, actor, at)`,
    values: [
      paymentId,
      lines.map(({ state }) => state),
      lines.map(({ reason }) => reason.slice(0, longestReason)),
      lines.map(({ actor }) => actor),
    ],
  });
}

/** How many payments of a kind the player had in these states, this one included once it is there. */
export async function countPayments(
  db: Db,
  playerId: string,
  kind: PaymentKind,
  states: readonly PaymentState[] | null,
): Promise<number> {
  const [row] = await db.query<{ count: bigint }>({
    name: 'count-payments',
    text: `SELECT count(*) FROM payment WHERE player_id = $1 AND kind = $2 AND ($3::text[] IS NULL OR state = ANY ($3))`,
    values: [playerId, kind, states],
  });
  return Number(row!.count);
}

/**
 * Forgets, some at a time, what paid or was paid in payments that have been over for so many days: only a start at the
 * PSP needs it. Its keyed hash stays, by which the closed loop knows it again, and what of it is shown.
 */
export async function forgetInstruments(db: Db, afterDays: number): Promise<void> {
  await db.query({
    name: 'forget-instruments',
    text: `UPDATE payment SET instrument_sealed = NULL WHERE id IN (SELECT id FROM payment
             WHERE instrument_sealed IS NOT NULL AND state IN ('confirmed', 'failed', 'cancelled', 'paid', 'reversed')
               AND state_since < now() - $1 * interval '1 day' ORDER BY state_since LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
    values: [afterDays],
  });
}
