import type { Db } from '@baize/persistence';

/** The last verification that came to its end. */
export interface LastCheck {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly mismatches: bigint;
}

/** Whether the nightly verification is due: none began after the last time that it was that hour (UTC) and came to its end. */
export async function isCheckDue(db: Db, hour: number): Promise<boolean> {
  const [row] = await db.query<{ due: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM ledger_check WHERE finished_at IS NOT NULL AND started_at >=
       date_trunc('day', now() - $1 * interval '1 hour', 'UTC') + $1 * interval '1 hour') AS due`,
    [hour],
  );
  return row!.due;
}

export async function beginCheck(db: Db): Promise<Date> {
  const [row] = await db.query<{ at: Date }>(
    `INSERT INTO ledger_check (started_at) VALUES (date_trunc('milliseconds', clock_timestamp())) RETURNING started_at AS at`,
  );
  return row!.at;
}

export async function finishCheck(
  db: Db,
  startedAt: Date,
  found: { readonly checked: number; readonly mismatches: number },
): Promise<void> {
  await db.query(
    `UPDATE ledger_check SET finished_at = clock_timestamp(), checked = $2, mismatches = $3 WHERE started_at = $1`,
    [startedAt, found.checked, found.mismatches],
  );
}

export async function lastCheck(db: Db): Promise<LastCheck | undefined> {
  const [row] = await db.query<LastCheck>(
    `SELECT started_at AS "startedAt", finished_at AS "finishedAt", mismatches FROM ledger_check
     WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1`,
  );
  return row;
}
