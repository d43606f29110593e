import type { Actor } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { nameOf } from './restrictions';

/** A wish to end a restriction, and who of the operator agrees. */
export interface Lift {
  readonly earliestAt: Date;
  readonly isDue: boolean;
  readonly approvedBy: readonly string[];
}

/** Asks for the end of a restriction once; asked again, the first request and its cooling-off stay. */
export async function insertLift(
  db: Db,
  restrictionId: string,
  request: { readonly actor: Actor; readonly reason: string; readonly earliestAt: Date },
): Promise<void> {
  await db.query(
    `INSERT INTO lift_request (restriction_id, requested_by, reason, earliest_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [restrictionId, nameOf(request.actor), request.reason, request.earliestAt],
  );
}

/** False when the same person agreed before. */
export async function insertApproval(db: Db, restrictionId: string, actor: Actor): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO lift_approval (restriction_id, approved_by) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1`,
    [restrictionId, nameOf(actor)],
  );
  return rows.length > 0;
}

export async function findLift(db: Db, restrictionId: string): Promise<Lift | undefined> {
  const [row] = await db.query<Lift>(
    `SELECT l.earliest_at AS "earliestAt", l.earliest_at <= clock_timestamp() AS "isDue",
       array(SELECT approved_by FROM lift_approval a WHERE a.restriction_id = l.restriction_id) AS "approvedBy"
     FROM lift_request l WHERE l.restriction_id = $1`,
    [restrictionId],
  );
  return row;
}
