import type { CallbackQuarantined } from '@baize/contracts';
import type { Db } from '@baize/persistence';

/** What is kept of a callback that was refused as malformed or unauthenticated. */
export interface QuarantinedCallback extends CallbackQuarantined {
  readonly detail: string;
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

export async function insertQuarantined(db: Db, kept: QuarantinedCallback): Promise<void> {
  await db.query(
    `INSERT INTO quarantined_callback (id, brand, provider, reason, detail, method, path, body, body_sha256, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      kept.quarantineId,
      kept.brand,
      kept.provider,
      kept.reason,
      kept.detail,
      kept.method,
      kept.path,
      kept.body,
      kept.bodySha256,
      kept.receivedAt,
    ],
  );
}

/** Forgets bodies of more than 30 days ago; answers how many. */
export async function pruneQuarantined(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM quarantined_callback WHERE id IN (
       SELECT id FROM quarantined_callback WHERE received_at < clock_timestamp() - interval '30 days'
       ORDER BY received_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    [limit],
  );
  return rows.length;
}
