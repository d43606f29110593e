import { createHash } from 'node:crypto';

/** An entry as the digest covers it: every column, as text. */
export interface SealedText {
  readonly id: string;
  readonly xid: string;
  readonly stream: string;
  readonly subject: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly action: string;
  readonly reason: string | null;
  readonly details: string;
  readonly at: string;
}

/** The columns of {@link SealedText}, from a table that the statement calls `e`; times in UTC to the microsecond. */
export const sealedColumns = `e.id::text AS id, e.xid::text AS xid, e.stream, e.subject, e.actor_kind AS "actorKind",
  e.actor_id AS "actorId", e.action, e.reason, e.details::text AS details,
  to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at`;

/** What the first entry of a stream follows. */
export function genesisOf(stream: string): Buffer {
  return createHash('sha256').update(`baize audit\0${stream}`).digest();
}

/** The digest of the entry at a position: it covers the one before it, and so everything before. */
export function digestOf(previous: Buffer, position: bigint, entry: SealedText): Buffer {
  const { id, xid, stream, subject, actorKind, actorId, action, reason, details, at } = entry;
  const text = [String(position), id, xid, stream, subject, actorKind, actorId, action, reason, details, at];
  return createHash('sha256').update(previous).update(JSON.stringify(text)).digest();
}
