import type { Db } from '@baize/persistence';

export async function insertStaffSession(
  db: Db,
  session: { id: string; staffId: string; accessDigest: Buffer; lifeSeconds: number },
): Promise<void> {
  await db.query(
    `INSERT INTO staff_session (id, staff_id, access_digest, expires_at)
     VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 second')`,
    [session.id, session.staffId, session.accessDigest, session.lifeSeconds],
  );
}

/** Who holds the token, while its session lives. */
export async function findStaffId(db: Db, accessDigest: Buffer): Promise<string | undefined> {
  const [row] = await db.query<{ staffId: string }>({
    name: 'identity-authenticate-staff',
    text: `SELECT staff_id AS "staffId" FROM staff_session
      WHERE access_digest = $1 AND ended_at IS NULL AND expires_at > clock_timestamp()`,
    values: [accessDigest],
  });
  return row?.staffId;
}

/** Ends a living session; the person whose it was. */
export async function endStaffSession(db: Db, accessDigest: Buffer): Promise<string | undefined> {
  const [row] = await db.query<{ staffId: string }>(
    `UPDATE staff_session SET ended_at = clock_timestamp()
     WHERE access_digest = $1 AND ended_at IS NULL RETURNING staff_id AS "staffId"`,
    [accessDigest],
  );
  return row?.staffId;
}

/** Takes a code of this time step: true once, false for it and every earlier one ever after. */
export async function spendStaffStep(db: Db, staffId: string, step: number): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO staff_totp AS t (staff_id, last_step) VALUES ($1, $2)
     ON CONFLICT (staff_id) DO UPDATE SET last_step = excluded.last_step WHERE t.last_step < excluded.last_step
     RETURNING 1`,
    [staffId, step],
  );
  return rows.length === 1;
}

/** Forgets some sessions that ended or ran out so many days ago. */
export async function deleteOldStaffSessions(db: Db, days: number, limit: number): Promise<void> {
  await db.query(
    `DELETE FROM staff_session WHERE id IN (
       SELECT id FROM staff_session WHERE expires_at < clock_timestamp() - $1 * interval '1 day'
       LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [days, limit],
  );
}
