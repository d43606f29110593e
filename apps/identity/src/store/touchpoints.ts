import { fenceLeaseMs, type ServiceName, type Touchpoint } from '@baize/contracts';
import type { Db } from '@baize/persistence';

/** Writes down that a process of a touchpoint asked: from now on it may hold a lease. */
export async function recordQuestion(
  db: Db,
  { service, process, applied }: { service: ServiceName; process: string; applied: number },
): Promise<void> {
  await db.query({
    name: 'identity-record-question',
    text: `INSERT INTO touchpoint_process AS t (service, process, asked_at, applied) VALUES ($1, $2, clock_timestamp(), $3)
           ON CONFLICT (service, process) DO UPDATE SET asked_at = excluded.asked_at, applied = greatest(t.applied, excluded.applied)`,
    values: [service, process, applied],
  });
}

/** Forgets processes that are long gone. */
export async function forgetProcesses(db: Db): Promise<void> {
  await db.query(`DELETE FROM touchpoint_process WHERE asked_at < clock_timestamp() - interval '1 hour'`);
}

/** The touchpoint has committed this change, and with it all earlier ones of the person. */
export async function markApplied(
  db: Db,
  service: ServiceName,
  sequence: number,
  appliedAt: string,
): Promise<void> {
  await db.query(
    `UPDATE fence_delivery d SET applied_at = $3 FROM fence_delivery newest
     WHERE newest.sequence = $1 AND newest.service = $2 AND d.service = $2 AND d.sequence <= $1
       AND d.applied_at IS NULL
       AND d.person_id IN (SELECT id FROM person WHERE id = newest.person_id OR root_id = newest.person_id)`,
    [sequence, service, appliedAt],
  );
}

/**
 * Of touchpoints in memory every process counts that may hold a lease: one that asked less than a lease ago. Marks what
 * all of those have applied; with nobody left there is nobody who could act.
 */
export async function markHeard(db: Db, service: ServiceName): Promise<void> {
  await db.query(
    `UPDATE fence_delivery d SET applied_at = clock_timestamp()
     WHERE d.service = $1 AND d.applied_at IS NULL AND NOT EXISTS (
       SELECT FROM touchpoint_process t WHERE t.service = $1 AND t.applied < d.sequence
         AND t.asked_at > clock_timestamp() - $2 * interval '1 millisecond')`,
    [service, fenceLeaseMs],
  );
}

/** Who has applied a change, and when. */
export async function findTouchpoints(db: Db, sequence: number): Promise<Touchpoint[]> {
  const rows = await db.query<{ service: ServiceName; appliedAt: Date | null }>(
    `SELECT service, applied_at AS "appliedAt" FROM fence_delivery WHERE sequence = $1 ORDER BY service`,
    [sequence],
  );
  return rows.map(({ service, appliedAt }) => ({ service, appliedAt: appliedAt?.toISOString() ?? null }));
}

/** Deliveries that are older than so long and not applied yet: one per person and service, oldest first. */
export async function findUndelivered(
  db: Db,
  olderThanMs: number,
  limit: number,
): Promise<{ personId: string; service: ServiceName }[]> {
  return db.query<{ personId: string; service: ServiceName }>(
    `SELECT person_id AS "personId", service FROM fence_delivery
     WHERE applied_at IS NULL AND created_at < clock_timestamp() - $1 * interval '1 millisecond'
     GROUP BY 1, 2 ORDER BY min(created_at) LIMIT $2`,
    [olderThanMs, limit],
  );
}
