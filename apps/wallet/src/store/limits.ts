import type { ErrorCode, LimitSetDto } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { restriction } from '../domain/instruction';

/** A deposit as the limits see it: what was asked for, whatever becomes of its fees. */
export interface CountedDeposit {
  /** Our id of the payment: counted once, however often it is named. */
  readonly id: string;
  readonly playerId: string;
  readonly currency: string;
  /** Minor units, gross. */
  readonly amount: bigint;
}

/** Nobody knows for sure whom restrictions forbid what: nothing that they could forbid is begun. */
export class FenceUnavailable extends Error {
  constructor() {
    super('what is known of restrictions cannot be relied upon');
    this.name = 'FenceUnavailable';
  }
}

/**
 * Whether the player may begin to deposit so much, and if so counts it. Locks the player's anchor, so call it before
 * any other lock of the player's; of deposits at once the limits are never exceeded.
 *
 * @returns why not: `wallet.player-not-found`, `wallet.player-restricted` or `wallet.limit-exceeded`
 * @throws FenceUnavailable without a lease
 */
export async function reserveDeposit(db: Db, deposit: CountedDeposit): Promise<ErrorCode | undefined> {
  const { id, playerId, currency, amount } = deposit;
  const [anchor] = await db.query<{ restrictions: number }>(
    `SELECT restrictions FROM anchor WHERE player_id = $1 FOR NO KEY UPDATE`,
    [playerId],
  );
  if (!anchor) return 'wallet.player-not-found';
  // In a later statement than the lock: the wait for it may have been longer than the lease.
  const [state] = await db.query<{ leased: boolean; counted: boolean; exceeded: boolean }>(
    `SELECT (SELECT valid_until > clock_timestamp() FROM fence_lease) AS leased,
       EXISTS (SELECT FROM deposit_reservation WHERE deposit_id = $1) AS counted,
       EXISTS (SELECT FROM player_limit l WHERE l.player_id = $2 AND l.kind = 'deposit' AND (l.currency <> $3 OR l.amount < $4 + (
         SELECT coalesce(sum(r.amount), 0) FROM deposit_reservation r WHERE r.player_id = $2 AND r.currency = $3
           AND r.reserved_at >= limit_window_start(l.period, now(), l.time_zone)))) AS exceeded`,
    [id, playerId, currency, amount],
  );
  if (!state?.leased) throw new FenceUnavailable();
  if (anchor.restrictions & restriction.noDeposits) return 'wallet.player-restricted';
  if (state.counted) return undefined;
  if (state.exceeded) return 'wallet.limit-exceeded';
  await countDeposit(db, deposit);
  return undefined;
}

/** Counts a deposit without asking: its money came, such as that of one which was given up before. */
export async function countDeposit(
  db: Db,
  { id, playerId, currency, amount }: CountedDeposit,
): Promise<void> {
  await db.query(
    `INSERT INTO deposit_reservation (deposit_id, player_id, currency, amount, reserved_at) VALUES ($1, $2, $3, $4, now())
     ON CONFLICT DO NOTHING`,
    [id, playerId, currency, amount],
  );
}

/** Gives back what a deposit that failed or was cancelled took of the windows that it was asked for in. */
export async function releaseDeposit(db: Db, depositId: string): Promise<void> {
  await db.query(`DELETE FROM deposit_reservation WHERE deposit_id = $1`, [depositId]);
}

export interface LimitDefinition {
  readonly kind: 'deposit' | 'loss' | 'wager' | 'stake';
  /** `bet` for stakes, which have no period. */
  readonly period: 'day' | 'week' | 'month' | 'bet';
  readonly currency: string;
  readonly amount: bigint;
}

/** All limits of a player at an epoch. */
export interface LimitSet {
  readonly playerId: string;
  readonly epoch: number;
  readonly timeZone: string;
  readonly limits: readonly LimitDefinition[];
}

/** Limits as they come over the wire. */
export function limitSetOf(playerId: string, { epoch, timeZone, limits }: LimitSetDto): LimitSet {
  const definitions = limits.map((limit) => ({ ...limit, amount: BigInt(limit.amount) }));
  return { playerId, epoch, timeZone, limits: definitions };
}

/**
 * Replaces the player's limits, unless those known are as new. Locks the anchor. A limit that is new, or whose windows
 * begin elsewhere now, counts what was played since its window began.
 * @returns whether there is such a player
 */
export async function applyLimits(db: Db, { playerId, epoch, timeZone, limits }: LimitSet): Promise<boolean> {
  const anchor = await db.query(`SELECT 1 FROM anchor WHERE player_id = $1 FOR NO KEY UPDATE`, [playerId]);
  if (anchor.length === 0) return false;
  const newer = await db.query(
    `INSERT INTO limit_set AS s (player_id, epoch) VALUES ($1, $2)
     ON CONFLICT (player_id) DO UPDATE SET epoch = excluded.epoch WHERE s.epoch < excluded.epoch RETURNING 1`,
    [playerId, epoch],
  );
  if (newer.length === 0) return true;
  const rows = JSON.stringify(limits.map((limit) => ({ ...limit, amount: limit.amount.toString() })));
  // Usage is read anew for limits that were not there as they will be: others have counted all along.
  await db.query(
    `INSERT INTO limit_usage AS u (player_id, kind, period, window_start, used)
     SELECT $1, l.kind, l.period, s.start, journal_usage($1, l.kind, l.currency, s.start)
     FROM json_to_recordset($2) AS l(kind limit_kind, period text, currency text, amount bigint)
     CROSS JOIN LATERAL (SELECT limit_window_start(l.period, now(), $3) AS start) s
     WHERE l.kind IN ('loss', 'wager') AND NOT EXISTS (SELECT FROM player_limit p WHERE p.player_id = $1
       AND p.kind = l.kind AND p.period = l.period AND p.currency = l.currency AND p.time_zone = $3)
     ON CONFLICT (player_id, kind, period, window_start) DO UPDATE SET used = excluded.used`,
    [playerId, rows, timeZone],
  );
  await db.query(`DELETE FROM player_limit WHERE player_id = $1`, [playerId]);
  await db.query(
    `INSERT INTO player_limit (player_id, kind, period, currency, amount, time_zone)
     SELECT $1, kind, period, currency, amount, $3
     FROM json_to_recordset($2) AS l(kind limit_kind, period text, currency text, amount bigint)`,
    [playerId, rows, timeZone],
  );
  const counts = limits.some(({ kind }) => kind !== 'deposit');
  await db.query(
    `UPDATE anchor SET restrictions = CASE WHEN $2 THEN restrictions | $3 ELSE restrictions & ~$3 END WHERE player_id = $1`,
    [playerId, counts, restriction.hasLimits],
  );
  return true;
}
