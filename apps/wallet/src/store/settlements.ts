import type { Db } from '@baize/persistence';
import type { Payment } from '../domain/payment';
import { paymentColumns } from './payments';

interface Account {
  readonly brand: string;
  readonly psp: string;
}

/** The payments of a brand with these ids, and those that the PSP knows by these references. */
export function findSettled(
  db: Db,
  { brand, psp }: Account,
  ids: readonly string[],
  pspReferences: readonly string[],
): Promise<Payment[]> {
  return db.query<Payment>({
    name: 'find-settled-payments',
    text: `SELECT ${paymentColumns} FROM payment WHERE id = ANY ($2::uuid[]) AND brand = $1
           UNION SELECT ${paymentColumns} FROM payment WHERE psp_reference = ANY ($4::text[]) AND psp = $3 AND brand = $1`,
    values: [brand, ids, psp, pspReferences],
  });
}

/** Something that moved money here. */
export interface MovedHere {
  readonly paymentId: string;
  readonly position: number;
  readonly kind: Payment['kind'];
  readonly state: 'confirmed' | 'paid' | 'reversed';
  readonly amount: bigint;
  readonly currency: string;
}

const perPage = 5_000;

/**
 * What moved here and was surely booked by the PSP between two moments (milliseconds since 1970, the second excluded),
 * in pages. A webhook says when; otherwise it was booked between the request and the end here, and both must be in the
 * period. What a settlement file confirmed stands in that file.
 */
export async function* movedBetween(
  db: Db,
  { brand, psp }: Account,
  fromMs: number,
  toMs: number,
): AsyncGenerator<MovedHere[]> {
  let after = { paymentId: '00000000-0000-0000-0000-000000000000', position: -1 };
  for (;;) {
    const page = await db.query<MovedHere>(movedSql, [
      ...[brand, psp, new Date(fromMs), new Date(toMs), after.paymentId, after.position, perPage],
    ]);
    yield page;
    if (page.length < perPage) return;
    after = page[page.length - 1]!;
  }
}

const movedSql = `
SELECT p.id AS "paymentId", h.position, p.kind, h.state, p.currency,
  CASE h.state WHEN 'reversed' THEN p.reversed ELSE p.amount END AS amount
FROM payment_history h JOIN payment p ON p.id = h.payment_id
LEFT JOIN LATERAL (SELECT min(n.occurred_at) AS at FROM payment_notification n
  WHERE h.reason LIKE 'webhook %' AND n.notification_id = split_part(substr(h.reason, 9), ': ', 1)
    AND n.psp = p.psp AND n.brand = p.brand) told ON true
WHERE (h.payment_id, h.position) > ($5::uuid, $6::integer) AND h.state IN ('confirmed', 'paid', 'reversed')
  AND p.brand = $1 AND p.psp = $2 AND h.reason NOT LIKE 'settlement %'
  AND coalesce(told.at, p.created_at) >= $3 AND coalesce(told.at, h.at) < $4
ORDER BY h.payment_id, h.position LIMIT $7`;
