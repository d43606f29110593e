import type { Db } from '@baize/persistence';
import type { SeenQuality } from '../domain/quality';
import type { ProviderKey } from './provider-health';

/** What one process saw of a provider since it last wrote it down. */
export type QualityTally = ProviderKey & Omit<SeenQuality, 'compared' | 'differences'>;

/** Adds what this process saw to the hour. */
export async function addToQuality(db: Db, seen: readonly QualityTally[]): Promise<void> {
  await db.query({ name: 'add-to-quality', text: addSql, values: [JSON.stringify(seen)] });
}

// Sorted, because replicas that add to the same rows would deadlock otherwise.
const addSql = `
INSERT INTO provider_quality AS q (brand, provider, hour, callbacks, malformed, unauthenticated, duplicate, conflicting,
  out_of_order, late, orphan, fault, outbound, outbound_failed, outbound_slow, outbound_ms)
SELECT s.brand, s.provider, date_trunc('hour', clock_timestamp(), 'UTC'), s.callbacks, s.malformed, s.unauthenticated,
  s.duplicate, s.conflicting, s."outOfOrder", s.late, s.orphan, s.fault, s.outbound, s."outboundFailed",
  s."outboundSlow", s."outboundMs"
FROM jsonb_to_recordset($1::jsonb) AS s(brand text, provider text, callbacks bigint, malformed bigint,
  unauthenticated bigint, duplicate bigint, conflicting bigint, "outOfOrder" bigint, late bigint, orphan bigint,
  fault bigint, outbound bigint, "outboundFailed" bigint, "outboundSlow" bigint, "outboundMs" bigint)
ORDER BY s.brand, s.provider
ON CONFLICT (brand, provider, hour) DO UPDATE SET
  callbacks = q.callbacks + excluded.callbacks, malformed = q.malformed + excluded.malformed,
  unauthenticated = q.unauthenticated + excluded.unauthenticated, duplicate = q.duplicate + excluded.duplicate,
  conflicting = q.conflicting + excluded.conflicting, out_of_order = q.out_of_order + excluded.out_of_order,
  late = q.late + excluded.late, orphan = q.orphan + excluded.orphan, fault = q.fault + excluded.fault,
  outbound = q.outbound + excluded.outbound, outbound_failed = q.outbound_failed + excluded.outbound_failed,
  outbound_slow = q.outbound_slow + excluded.outbound_slow, outbound_ms = q.outbound_ms + excluded.outbound_ms`;

export interface QualityRow extends SeenQuality {
  readonly at: string;
}

/** What was seen in each hour or day of a time, oldest first; what was compared counts at the begin of its day. */
export async function loadQuality(
  db: Db,
  { brand, provider }: ProviderKey,
  time: { from: string; to: string; bucket: 'hour' | 'day' },
): Promise<QualityRow[]> {
  const rows = await db.query<Record<string, string> & { at: Date }>({
    name: 'load-quality',
    text: loadSql,
    values: [brand, provider, time.from, time.to, time.bucket],
  });
  return rows.map(({ at, ...counts }) => ({
    at: at.toISOString(),
    ...(Object.fromEntries(
      Object.entries(counts).map(([name, count]) => [name, Number(count)]),
    ) as unknown as SeenQuality),
  }));
}

const loadSql = `
WITH seen AS (
  SELECT date_trunc($5, hour, 'UTC') AS at, callbacks, malformed, unauthenticated, duplicate, conflicting, out_of_order,
    late, orphan, fault, outbound, outbound_failed, outbound_slow, outbound_ms, 0 AS compared, 0 AS differences
  FROM provider_quality WHERE brand = $1 AND provider = $2 AND hour >= $3::timestamptz AND hour < $4::timestamptz
  UNION ALL
  SELECT day::timestamp AT TIME ZONE 'UTC', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, compared, differences
  FROM provider_reconciliation WHERE brand = $1 AND provider = $2
    AND day >= ($3::timestamptz AT TIME ZONE 'UTC')::date AND day::timestamp AT TIME ZONE 'UTC' < $4::timestamptz
)
SELECT at, sum(callbacks) AS "callbacks", sum(malformed) AS "malformed", sum(unauthenticated) AS "unauthenticated",
  sum(duplicate) AS "duplicate", sum(conflicting) AS "conflicting", sum(out_of_order) AS "outOfOrder",
  sum(late) AS "late", sum(orphan) AS "orphan", sum(fault) AS "fault", sum(outbound) AS "outbound",
  sum(outbound_failed) AS "outboundFailed", sum(outbound_slow) AS "outboundSlow", sum(outbound_ms) AS "outboundMs",
  sum(compared) AS "compared", sum(differences) AS "differences"
FROM seen GROUP BY at ORDER BY at`;

/** Recorded again for the same day it takes the place of what was there. */
export async function saveReconciliation(
  db: Db,
  { brand, provider }: ProviderKey,
  of: { day: string; compared: number; differences: number; recordedBy: string },
): Promise<void> {
  await db.query(
    `INSERT INTO provider_reconciliation (brand, provider, day, compared, differences, recorded_by)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (brand, provider, day) DO UPDATE SET compared = excluded.compared,
       differences = excluded.differences, recorded_by = excluded.recorded_by, recorded_at = clock_timestamp()`,
    [brand, provider, of.day, of.compared, of.differences, of.recordedBy],
  );
}

/** Forgets hours of more than 400 days ago. */
export async function pruneQuality(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM provider_quality WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM provider_quality WHERE hour < clock_timestamp() - interval '400 days' LIMIT $1)) RETURNING hour`,
    [limit],
  );
  return rows.length;
}
