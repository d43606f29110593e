import type { AuditEntryDto, ListAudit } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { installationStream } from './append-audit';

interface ListedRow {
  id: bigint;
  stream: string;
  subject: string;
  actorKind: AuditEntryDto['actor']['kind'];
  actorId: string;
  action: string;
  reason: string | null;
  details: Record<string, unknown>;
  at: string;
  position: bigint | null;
}

/** Entries of the brand and of the whole installation, newest first, at most `limit`; with the place in the chain. */
export async function listAudit(db: Db, service: string, wanted: ListAudit): Promise<AuditEntryDto[]> {
  const { brand, subject, before, limit } = wanted;
  const values = [brand, subject ?? null, before?.at ?? null, before?.id ?? null, limit];
  const rows = await db.query<ListedRow>(subject === undefined ? byStreamSql : bySubjectSql, values);
  return rows.map((row) => ({
    id: `${service}:${row.id}`,
    service,
    ...(row.stream !== installationStream && { brand: row.stream }),
    subject: row.subject,
    actor: { kind: row.actorKind, id: row.actorId },
    action: row.action,
    ...(row.reason !== null && { reason: row.reason }),
    details: row.details,
    at: row.at,
    ...(row.position !== null && { position: Number(row.position) }),
  }));
}

const before = `($3::timestamptz IS NULL OR (e.at, e.id) < ($3::timestamptz, $4::bigint))`;

function listed(source: string): string {
  return `SELECT e.id, e.stream, e.subject, e.actor_kind AS "actorKind", e.actor_id AS "actorId", e.action, e.reason,
      e.details, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, s.position
    FROM (${source}) e LEFT JOIN audit_seal s ON s.entry_id = e.id
    ORDER BY e.at DESC, e.id DESC LIMIT $5`;
}

const newest = 'ORDER BY e.at DESC, e.id DESC LIMIT $5';

const bySubjectSql = listed(
  `SELECT * FROM audit_entry e WHERE e.subject = $2 AND e.stream IN ($1, '${installationStream}') AND ${before} ${newest}`,
);

/** Two ordered reads of the index: one with IN would sort the whole stream. */
const byStreamSql = listed(
  [`$1`, `'${installationStream}'`]
    .map(
      (stream) =>
        `(SELECT * FROM audit_entry e WHERE e.stream = ${stream} AND ($2::text IS NULL) AND ${before} ${newest})`,
    )
    .join(' UNION ALL '),
);
