import type { Actor } from '@baize/contracts';
import type { Db } from '@baize/persistence';

/** One act for the audit log: who did what to whom, and why. */
export interface AuditEntry {
  /** What it was done to: the player's id where there is one, so that a player's whole story is found. */
  readonly subject: string;
  readonly actor: Actor;
  /** `<area>.<verb-noun>`, past tense or noun, e.g. `adjustment.approved`. */
  readonly action: string;
  /** Left out for acts of the whole installation. */
  readonly brand?: string;
  /** What the actor gave as the reason. */
  readonly reason?: string;
  /** What is needed to understand the act. Ids, amounts, codes: never personal data, it could not be erased. */
  readonly details?: Readonly<Record<string, AuditDetail>>;
}

export type AuditDetail = string | number | boolean | null | readonly string[];

/** The stream of acts that belong to no brand. */
export const installationStream = '*';

const MAX_DETAIL_BYTES = 8 * 1024;

/**
 * Writes an entry in the running transaction: it is there exactly when the act is. Its place in the hash chain comes
 * later, from `sealAudit`.
 * @throws RangeError when the details exceed 8 KiB
 */
export async function appendAudit(db: Db, entry: AuditEntry): Promise<void> {
  const details = JSON.stringify(entry.details ?? {});
  if (Buffer.byteLength(details) > MAX_DETAIL_BYTES) {
    throw new RangeError(`the details of ${entry.action} exceed ${MAX_DETAIL_BYTES} bytes`);
  }
  await db.query({
    name: 'baize-audit-append',
    text: `INSERT INTO audit_entry (stream, subject, actor_kind, actor_id, action, reason, details)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      entry.brand ?? installationStream,
      entry.subject,
      entry.actor.kind,
      entry.actor.id,
      entry.action,
      entry.reason ?? null,
      details,
    ],
  });
}
