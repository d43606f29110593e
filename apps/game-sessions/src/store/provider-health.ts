import type { BreakerStateName } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { breakerRules, type Breaker, type SeenCalls } from '../domain/breaker';

/** One provider of one brand. */
export interface ProviderKey {
  readonly brand: string;
  readonly provider: string;
}
/** A breaker at a moment of the database's clock, in epoch milliseconds: the replicas' own may be apart, or jump. */
export interface BreakerNow {
  readonly breaker: Breaker;
  readonly nowMs: number;
}
export type WatchedBreaker = ProviderKey & BreakerNow & { readonly seen: SeenCalls };

interface HealthRow extends ProviderKey {
  state: BreakerStateName;
  manual: boolean;
  reason: string;
  changed_at: Date;
  retry_at: Date | null;
  openings: number;
  now: Date;
}
interface WatchedRow extends HealthRow {
  calls: string;
  failures: string;
  slow: string;
}

function breakerFrom(row: HealthRow): Breaker {
  return {
    state: row.state,
    manual: row.manual,
    reason: row.reason,
    changedAtMs: row.changed_at.getTime(),
    ...(row.retry_at && { retryAtMs: row.retry_at.getTime() }),
    openings: row.openings,
  };
}

/** Makes a closed breaker for each provider that has none. */
export async function ensureBreakers(db: Db, keys: readonly ProviderKey[]): Promise<void> {
  await db.query(
    `INSERT INTO provider_health (brand, provider) SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT DO NOTHING`,
    [keys.map(({ brand }) => brand), keys.map(({ provider }) => provider)],
  );
}

/** All breakers with what was seen since each changed: of a half-open one all of it, otherwise at most of the window. */
export async function loadBreakers(db: Db): Promise<WatchedBreaker[]> {
  const rows = await db.query<WatchedRow>({
    name: 'load-breakers',
    text: loadSql,
    values: [breakerRules.windowMs],
  });
  return rows.map((row) => ({
    brand: row.brand,
    provider: row.provider,
    breaker: breakerFrom(row),
    nowMs: row.now.getTime(),
    seen: { calls: Number(row.calls), failures: Number(row.failures), slow: Number(row.slow) },
  }));
}

const loadSql = `
SELECT h.*, clock_timestamp() AS now, coalesce(sum(w.calls), 0) AS calls, coalesce(sum(w.failures), 0) AS failures, coalesce(sum(w.slow), 0) AS slow
FROM provider_health h
LEFT JOIN provider_window w ON w.brand = h.brand AND w.provider = h.provider
  AND w.at >= h.changed_at
  AND (h.state = 'half-open' OR w.at >= clock_timestamp() - $1 * interval '1 millisecond')
GROUP BY h.brand, h.provider`;

/** Locks one breaker: of replicas that decide at once one changes it, the others see that it did. */
export async function lockBreaker(db: Db, { brand, provider }: ProviderKey): Promise<BreakerNow | undefined> {
  const [row] = await db.query<HealthRow>(
    `SELECT *, clock_timestamp() AS now FROM provider_health WHERE brand = $1 AND provider = $2 FOR UPDATE`,
    [brand, provider],
  );
  return row && { breaker: breakerFrom(row), nowMs: row.now.getTime() };
}

/** What was seen before the change counts no more. */
export async function saveBreaker(db: Db, { brand, provider }: ProviderKey, breaker: Breaker): Promise<void> {
  await db.query(
    `UPDATE provider_health SET state = $3, manual = $4, reason = $5, changed_at = $6, retry_at = $7, openings = $8,
       probes = 0, probes_at = clock_timestamp()
     WHERE brand = $1 AND provider = $2`,
    [
      brand,
      provider,
      breaker.state,
      breaker.manual,
      breaker.reason,
      new Date(breaker.changedAtMs),
      breaker.retryAtMs === undefined ? null : new Date(breaker.retryAtMs),
      breaker.openings,
    ],
  );
}

/** Takes one of the launches that a half-open breaker lets through; false when this period's are taken. */
export async function takeProbe(db: Db, { brand, provider }: ProviderKey): Promise<boolean> {
  const rows = await db.query(
    `UPDATE provider_health SET
       probes = CASE WHEN probes_at < clock_timestamp() - $4 * interval '1 millisecond' THEN 1 ELSE probes + 1 END,
       probes_at = CASE WHEN probes_at < clock_timestamp() - $4 * interval '1 millisecond' THEN clock_timestamp()
                   ELSE probes_at END
     WHERE brand = $1 AND provider = $2 AND state = 'half-open'
       AND (probes < $3 OR probes_at < clock_timestamp() - $4 * interval '1 millisecond')
     RETURNING provider`,
    [brand, provider, breakerRules.launchesPerPeriod, breakerRules.probePeriodMs],
  );
  return rows.length === 1;
}

/** Adds what this process saw, so long ago, to what others did. */
export async function addToWindows(
  db: Db,
  seen: readonly (ProviderKey & SeenCalls & { readonly ageMs: number })[],
): Promise<void> {
  await db.query({ name: 'add-to-windows', text: addSql, values: [JSON.stringify(seen)] });
}

// Sorted, because replicas that add to the same rows would deadlock otherwise. A second that began before the breaker
// changed does not count afterwards.
const addSql = `
INSERT INTO provider_window AS w (brand, provider, at, calls, failures, slow)
SELECT s.brand, s.provider, date_trunc('second', now() - s."ageMs" * interval '1 millisecond') AS at, sum(s.calls),
  sum(s.failures), sum(s.slow)
FROM jsonb_to_recordset($1::jsonb) AS s(brand text, provider text, calls bigint, failures bigint, slow bigint, "ageMs" float8)
GROUP BY s.brand, s.provider, at ORDER BY s.brand, s.provider, at
ON CONFLICT (brand, provider, at) DO UPDATE SET
  calls = w.calls + excluded.calls, failures = w.failures + excluded.failures, slow = w.slow + excluded.slow`;

/** Forgets what is too old to count; the few calls by which a half-open breaker is decided count however old. */
export async function pruneWindows(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM provider_window WHERE ctid = ANY (ARRAY(
       SELECT w.ctid FROM provider_window w JOIN provider_health h USING (brand, provider)
       WHERE w.at < clock_timestamp() - interval '10 minutes' AND NOT (h.state = 'half-open' AND w.at >= h.changed_at)
       LIMIT $1)) RETURNING at`,
    [limit],
  );
  return rows.length;
}
