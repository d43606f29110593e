import type { RoundAction, RoundResolutionDto } from '@baize/contracts';
import type { Db } from '@baize/persistence';

/** What was decided about a round, and how far it was carried out. */
export interface RoundResolution {
  readonly id: string;
  readonly roundId: string;
  readonly action: RoundAction;
  readonly reason: string;
  /** Minor units to pay; with `settle` only. */
  readonly win?: number;
  readonly actor: string;
  readonly status: RoundResolutionDto['status'];
  readonly refusal?: string;
  readonly at: string;
}

interface ResolutionRow {
  id: string;
  round_id: string;
  action: RoundAction;
  reason: string;
  win: bigint | null;
  actor: string;
  status: RoundResolution['status'];
  refusal: string | null;
  created_at: Date;
}

function fromRow(row: ResolutionRow): RoundResolution {
  return {
    id: row.id,
    roundId: row.round_id,
    action: row.action,
    reason: row.reason,
    ...(row.win !== null && { win: Number(row.win) }),
    actor: row.actor,
    status: row.status,
    ...(row.refusal !== null && { refusal: row.refusal }),
    at: row.created_at.toISOString(),
  };
}

/** False when another decision about the round is being carried out. */
export async function insertResolution(db: Db, resolution: Omit<RoundResolution, 'at'>): Promise<boolean> {
  const { id, roundId, action, reason, win, actor, status } = resolution;
  const rows = await db.query(
    `INSERT INTO round_resolution (id, round_id, action, reason, win, actor, status)
     SELECT $1, $2, $3, $4, $5, $6, $7
     WHERE NOT EXISTS (SELECT FROM round_resolution WHERE round_id = $2 AND status = 'pending')
     RETURNING id`,
    [id, roundId, action, reason, win ?? null, actor, status],
  );
  return rows.length === 1;
}

export async function listResolutions(db: Db, roundId: string, limit: number): Promise<RoundResolution[]> {
  const rows = await db.query<ResolutionRow>(
    'SELECT * FROM round_resolution WHERE round_id = $1 ORDER BY created_at LIMIT $2',
    [roundId, limit],
  );
  return rows.map(fromRow);
}

/** The end of one; the first end stays. */
export async function finishResolution(db: Db, id: string, refusal?: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE round_resolution SET status = $2, refusal = $3 WHERE id = $1 AND status = 'pending' RETURNING id`,
    [id, refusal === undefined ? 'done' : 'refused', refusal ?? null],
  );
  return rows.length === 1;
}

/** Takes pending ones in hand that nobody tried for a while; replicas take different ones. */
export async function takePendingResolutions(
  db: Db,
  idleMs: number,
  limit: number,
): Promise<RoundResolution[]> {
  const rows = await db.query<ResolutionRow>(
    `UPDATE round_resolution SET tried_at = clock_timestamp()
     WHERE id IN (SELECT id FROM round_resolution
                  WHERE status = 'pending' AND tried_at < clock_timestamp() - $1 * interval '1 millisecond'
                  ORDER BY tried_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    [idleMs, limit],
  );
  return rows.map(fromRow);
}
