import type { SessionLimitSet } from '@baize/contracts';
import type { Db } from '@baize/persistence';

/**
 * Replaces the player's limits on time of play, unless those known are as new, and ends open sessions when those limits
 * do. The player's fence row is locked, which launches hold.
 */
export async function applySessionLimits(
  db: Db,
  { playerId, epoch, timeZone, limits }: SessionLimitSet,
): Promise<void> {
  await db.query(
    `INSERT INTO player_fence (player_id, epoch, forbids) VALUES ($1, 0, '{}') ON CONFLICT DO NOTHING`,
    [playerId],
  );
  await db.query(`SELECT FROM player_fence WHERE player_id = $1 FOR NO KEY UPDATE`, [playerId]);
  const minutesOf = (period: string) => limits.find((limit) => limit.period === period)?.minutes ?? null;
  const newer = await db.query(
    `INSERT INTO session_limit_set AS s (player_id, epoch, time_zone, once_minutes, day_minutes, week_minutes, month_minutes)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (player_id) DO UPDATE SET epoch = excluded.epoch, time_zone = excluded.time_zone,
       once_minutes = excluded.once_minutes, day_minutes = excluded.day_minutes, week_minutes = excluded.week_minutes,
       month_minutes = excluded.month_minutes
       WHERE s.epoch < excluded.epoch RETURNING 1`,
    [playerId, epoch, timeZone, minutesOf('once'), minutesOf('day'), minutesOf('week'), minutesOf('month')],
  );
  if (newer.length === 0) return;
  const leftMs = await playTimeLeftMs(db, playerId);
  if (leftMs === undefined) return;
  await db.query(
    `UPDATE game_session SET expires_at = greatest(least(expires_at, clock_timestamp() + $2 * interval '1 millisecond'), started_at)
     WHERE player_id = $1 AND mode = 'real' AND ended_at IS NULL`,
    [playerId, Math.max(leftMs, 0)],
  );
}

/**
 * How long the player may still play for money, in milliseconds; undefined without a limit. Time counts from the start
 * of a session to its end, or until now; of sessions at once it counts once. One that was ended by a clock behind the
 * one that began it took no time.
 */
export async function playTimeLeftMs(db: Db, playerId: string): Promise<number | undefined> {
  const [row] = await db.query<{ left: string | null }>(
    `WITH period AS (
       SELECT p.name, p.minutes, date_trunc(p.name, clock_timestamp(), s.time_zone) AS start
       FROM session_limit_set s CROSS JOIN LATERAL
         (VALUES ('day', s.day_minutes), ('week', s.week_minutes), ('month', s.month_minutes)) p(name, minutes)
       WHERE s.player_id = $1 AND p.minutes IS NOT NULL
     ), played AS (
       SELECT p.name, p.minutes, (SELECT coalesce(sum(extract(epoch FROM upper(r) - lower(r))), 0) FROM unnest((
         SELECT range_agg(tstzrange(greatest(g.started_at, p.start), greatest(g.started_at, p.start,
           least(coalesce(g.ended_at, 'infinity'), g.expires_at, clock_timestamp()))))
         FROM game_session g WHERE g.player_id = $1 AND g.mode = 'real'
           AND g.started_at < clock_timestamp() AND least(coalesce(g.ended_at, 'infinity'), g.expires_at) > p.start)) r) AS seconds
       FROM period p
     )
     SELECT min(allowed)::text AS left FROM (
       SELECT minutes * 60000.0 - seconds * 1000 AS allowed FROM played
       UNION ALL SELECT once_minutes * 60000.0 FROM session_limit_set WHERE player_id = $1 AND once_minutes IS NOT NULL
     ) a`,
    [playerId],
  );
  return row?.left == null ? undefined : Math.floor(Number(row.left));
}
