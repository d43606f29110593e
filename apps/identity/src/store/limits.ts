import type { LimitKind } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { PlayerLimit, StoredPeriod } from '../domain/limits';

interface Row {
  kind: LimitKind;
  period: StoredPeriod;
  amount: bigint | null;
  pending: boolean;
  pending_amount: bigint | null;
  effective_at: Date;
  needs_confirmation: boolean;
}

export async function findLimits(db: Db, playerId: string): Promise<PlayerLimit[]> {
  const rows = await db.query<Row>(
    `SELECT kind, period, amount, pending, pending_amount, effective_at, needs_confirmation FROM player_limit
     WHERE player_id = $1 ORDER BY kind, period`,
    [playerId],
  );
  return rows.map(({ kind, period, amount, ...row }) => ({
    ...{ kind, period, amount },
    ...(row.pending && {
      pending: {
        amount: row.pending_amount,
        effectiveAt: row.effective_at,
        needsConfirmation: row.needs_confirmation,
      },
    }),
  }));
}

export async function saveLimit(
  db: Db,
  playerId: string,
  { kind, period, amount, pending }: PlayerLimit,
): Promise<void> {
  await db.query(
    `INSERT INTO player_limit (player_id, kind, period, amount, pending, pending_amount, effective_at, needs_confirmation)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (player_id, kind, period) DO UPDATE SET amount = excluded.amount, pending = excluded.pending,
       pending_amount = excluded.pending_amount, effective_at = excluded.effective_at,
       needs_confirmation = excluded.needs_confirmation`,
    [
      ...[playerId, kind, period, amount, pending !== undefined, pending?.amount ?? null],
      ...[pending?.effectiveAt ?? null, pending?.needsConfirmation ?? null],
    ],
  );
}

/** Locks a player's limits until commit, so that changes come one after the other. */
export async function lockLimits(db: Db, playerId: string): Promise<void> {
  await db.query(`INSERT INTO limit_epoch (player_id, epoch) VALUES ($1, 0) ON CONFLICT DO NOTHING`, [
    playerId,
  ]);
  await db.query(`SELECT FROM limit_epoch WHERE player_id = $1 FOR UPDATE`, [playerId]);
}

/** The limits that hold changed: the enforcers are behind from the commit on. */
export async function raiseLimitEpoch(db: Db, playerId: string): Promise<void> {
  await db.query(
    `UPDATE limit_epoch SET epoch = epoch + 1, changed_at = clock_timestamp() WHERE player_id = $1`,
    [playerId],
  );
}

export type LimitEnforcer = 'wallet' | 'game-sessions';
const columnOf: Record<LimitEnforcer, string> = {
  wallet: 'wallet_epoch',
  'game-sessions': 'game_sessions_epoch',
};

export async function markEnforced(
  db: Db,
  playerId: string,
  enforcer: LimitEnforcer,
  epoch: number,
): Promise<void> {
  const column = columnOf[enforcer];
  await db.query(`UPDATE limit_epoch SET ${column} = greatest(${column}, $2) WHERE player_id = $1`, [
    playerId,
    epoch,
  ]);
}

/** Players whose limits an enforcer does not have yet, though they changed some time ago. */
export async function findUnenforced(db: Db, olderThanMs: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT player_id AS id FROM limit_epoch
     WHERE (wallet_epoch < epoch OR game_sessions_epoch < epoch)
       AND changed_at < clock_timestamp() - $1 * interval '1 millisecond' ORDER BY changed_at LIMIT $2`,
    [olderThanMs, limit],
  );
  return rows.map(({ id }) => id);
}

/** Increases whose wait is over and that nobody needs to confirm. */
export async function findDueLimits(db: Db, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT DISTINCT player_id AS id FROM player_limit
     WHERE pending AND NOT needs_confirmation AND effective_at <= clock_timestamp() LIMIT $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Lets due increases of a player act; false when there were none. Its limits are locked. */
export async function activateDueLimits(db: Db, playerId: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE player_limit SET amount = pending_amount, pending = false, pending_amount = NULL, effective_at = NULL,
       needs_confirmation = NULL
     WHERE player_id = $1 AND pending AND NOT needs_confirmation AND effective_at <= clock_timestamp() RETURNING 1`,
    [playerId],
  );
  return rows.length > 0;
}

/** What the limits of a player follow from, beside what the player set. */
export interface LimitSubject {
  readonly playerId: string;
  readonly personId: string;
  readonly country: string;
  readonly currency: string;
  readonly profile: Buffer;
  readonly wrappedKey: Buffer;
  readonly epoch: bigint;
}

const subjectColumns = `p.id AS "playerId", p.person_id AS "personId", p.country, p.currency, p.profile,
  k.wrapped_key AS "wrappedKey", coalesce(e.epoch, 0) AS epoch`;

export async function findLimitSubject(db: Db, playerId: string): Promise<LimitSubject | undefined> {
  const [row] = await db.query<LimitSubject>(
    `SELECT ${subjectColumns}
     FROM player p JOIN person_key k USING (person_id) LEFT JOIN limit_epoch e ON e.player_id = p.id WHERE p.id = $1`,
    [playerId],
  );
  return row;
}

/** Has the age of a player looked at again when its day is over. */
export async function setAgeDue(db: Db, playerId: string, dueAt: Date): Promise<void> {
  await db.query(
    `INSERT INTO limit_epoch (player_id, epoch, age_due_at) VALUES ($1, 0, $2)
     ON CONFLICT (player_id) DO UPDATE SET age_due_at = excluded.age_due_at`,
    [playerId, dueAt],
  );
}

/** Players whose day is over, longest ago first. */
export async function findAging(
  db: Db,
  limit: number,
): Promise<(LimitSubject & { readonly ageDueAt: Date })[]> {
  return db.query(
    `SELECT ${subjectColumns}, e.age_due_at AS "ageDueAt"
     FROM limit_epoch e JOIN player p ON p.id = e.player_id JOIN person_key k USING (person_id)
     WHERE e.age_due_at <= clock_timestamp() ORDER BY e.age_due_at LIMIT $1`,
    [limit],
  );
}
