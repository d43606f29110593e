import type { CallbackQuarantined, QuarantineFilter, QuarantinedCallbackDto } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { ProviderCall } from '../domain/dialect';

/** What is kept of a callback that was refused: enough to serve it again, without what is secret in its query. */
export interface QuarantinedCallback extends CallbackQuarantined {
  readonly detail: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: ProviderCall['headers'];
  readonly authentic: boolean;
  readonly body: Buffer;
}

/** False when the same call waits already: that it came again is noted there. */
export async function insertQuarantined(db: Db, kept: QuarantinedCallback): Promise<boolean> {
  const [row] = await db.query<{ id: string }>(
    `INSERT INTO quarantined_callback AS q (id, brand, provider, reason, detail, method, path, query, headers, authentic, body,
       body_sha256, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (brand, provider, reason, method, path, md5(query), body_sha256)
       WHERE status = 'open' AND reason <> 'unauthenticated'
       DO UPDATE SET received = q.received + 1, last_received_at = greatest(q.last_received_at, excluded.received_at)
     RETURNING id`,
    [
      kept.quarantineId,
      kept.brand,
      kept.provider,
      kept.reason,
      kept.detail,
      kept.method,
      kept.path,
      kept.query,
      JSON.stringify(kept.headers),
      kept.authentic,
      kept.body,
      kept.bodySha256,
      kept.receivedAt,
    ],
  );
  return row?.id === kept.quarantineId;
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

/** Forgets the oldest calls of strangers beyond so many; answers how many. */
export async function pruneStrangers(db: Db, kept: number, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM quarantined_callback WHERE id IN (
       SELECT id FROM quarantined_callback WHERE reason = 'unauthenticated'
       ORDER BY received_at DESC, id DESC OFFSET $1 LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    [kept, limit],
  );
  return rows.length;
}

/** One that was found again. */
export interface FoundQuarantined {
  readonly shown: QuarantinedCallbackDto;
  readonly call: ProviderCall;
  readonly authentic: boolean;
}

interface QuarantinedRow {
  id: string;
  provider: string;
  reason: QuarantinedCallbackDto['reason'];
  detail: string;
  method: 'GET' | 'POST';
  path: string;
  query: string;
  headers: { name: string; value: string }[];
  authentic: boolean;
  body: Buffer;
  body_sha256: string;
  received_at: Date;
  received: number;
  last_received_at: Date | null;
  status: QuarantinedCallbackDto['status'];
  replays: number;
  last_outcome: string | null;
  decided_by: string | null;
  decided_at: Date | null;
  decision_reason: string | null;
}

function shownFrom(row: QuarantinedRow): QuarantinedCallbackDto {
  return {
    id: row.id,
    provider: row.provider,
    reason: row.reason,
    detail: row.detail,
    method: row.method,
    path: row.path,
    bodySha256: row.body_sha256,
    receivedAt: row.received_at.toISOString(),
    received: row.received,
    ...(row.last_received_at && { lastReceivedAt: row.last_received_at.toISOString() }),
    status: row.status,
    replays: row.replays,
    ...(row.last_outcome !== null && { lastOutcome: row.last_outcome }),
    ...(row.decided_by !== null && { decidedBy: row.decided_by }),
    ...(row.decided_at && { decidedAt: row.decided_at.toISOString() }),
    ...(row.decision_reason !== null && { decisionReason: row.decision_reason }),
  };
}

/** Newest first, after the given position. */
export async function listQuarantined(
  db: Db,
  of: Omit<QuarantineFilter, 'cursor' | 'limit'> & {
    brand: string;
    limit: number;
    after?: { at: string; id: string };
  },
): Promise<QuarantinedCallbackDto[]> {
  const rows = await db.query<QuarantinedRow>(
    `SELECT * FROM quarantined_callback
     WHERE brand = $1 AND ($2::text IS NULL OR provider = $2) AND ($3::text IS NULL OR reason = $3)
       AND ($4::text IS NULL OR status = $4)
       AND ($5::timestamptz IS NULL OR (received_at, id) < ($5, $6::uuid))
     ORDER BY received_at DESC, id DESC LIMIT $7`,
    [
      of.brand,
      of.provider ?? null,
      of.reason ?? null,
      of.status ?? null,
      of.after?.at ?? null,
      of.after?.id ?? null,
      of.limit,
    ],
  );
  return rows.map(shownFrom);
}

export async function findQuarantined(
  db: Db,
  id: string,
  brand: string,
): Promise<FoundQuarantined | undefined> {
  const [row] = await db.query<QuarantinedRow>(
    'SELECT * FROM quarantined_callback WHERE id = $1 AND brand = $2',
    [id, brand],
  );
  if (!row) return undefined;
  const { method, path, query, headers, body, authentic } = row;
  return { shown: shownFrom(row), call: { method, path, query, headers, body }, authentic };
}

/** Notes a replay; with `by` it is what ends the callback. Undefined when somebody ended it before. */
export async function noteReplay(
  db: Db,
  id: string,
  replay: {
    readonly outcome: string;
    readonly served: boolean;
    readonly by: string;
    readonly reason: string;
  },
): Promise<QuarantinedCallbackDto | undefined> {
  const [row] = await db.query<QuarantinedRow>(
    `UPDATE quarantined_callback SET replays = replays + 1, last_outcome = $2,
       status = CASE WHEN $3 THEN 'replayed' ELSE status END,
       decided_by = CASE WHEN $3 THEN $4 ELSE decided_by END,
       decided_at = CASE WHEN $3 THEN clock_timestamp() ELSE decided_at END,
       decision_reason = CASE WHEN $3 THEN $5 ELSE decision_reason END
     WHERE id = $1 AND status = 'open' RETURNING *`,
    [id, replay.outcome, replay.served, replay.by, replay.reason],
  );
  return row && shownFrom(row);
}

/** Undefined when it was ended before. */
export async function markDiscarded(
  db: Db,
  id: string,
  brand: string,
  decision: { readonly by: string; readonly reason: string },
): Promise<QuarantinedCallbackDto | undefined> {
  const [row] = await db.query<QuarantinedRow>(
    `UPDATE quarantined_callback SET status = 'discarded', decided_by = $3, decided_at = clock_timestamp(),
       decision_reason = $4
     WHERE id = $1 AND brand = $2 AND status = 'open' RETURNING *`,
    [id, brand, decision.by, decision.reason],
  );
  return row && shownFrom(row);
}
