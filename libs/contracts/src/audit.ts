import { Actor } from './common';
import { query, type RequestContract, type ServiceName } from './contract';
import { Count, FreeForm, Id, ListOf, Nested, Optional, Text, Timestamp } from './fields';

/** The place after which a list of audit entries goes on: entries before it in time, then by id. */
export class AuditPosition {
  @Timestamp() at: string;
  /** The entry's number in its service's log, decimal. */
  @Text(20) id: string;
}
/** Asked of every service that has an audit log; entries of the whole installation are in every brand's answer. */
export class ListAudit {
  @Id() brand: string;
  /** What acts were done to, such as a player's id; every act when left out. */
  @Optional() @Id() subject?: string;
  @Optional() @Nested(() => AuditPosition) before?: AuditPosition;
  /** One more than a page may have, to tell whether there is more. */
  @Count(201, 1) limit: number;
}
/** An administrative or compliance act. */
export class AuditEntryDto {
  /** `<service>:<number>`. */
  @Id() id: string;
  @Id() service: string;
  /** Absent for acts of the whole installation. */
  @Optional() @Id() brand?: string;
  @Id() subject: string;
  @Nested(() => Actor) actor: Actor;
  @Text(100) action: string;
  @Optional() @Text(500) reason?: string;
  /** Ids, amounts and codes; never personal data. */
  @FreeForm() details: Record<string, unknown>;
  /** To the microsecond, from the database's clock. */
  @Timestamp() at: string;
  /** Place in the hash chain of its service and brand; absent until it is sealed, which takes seconds. */
  @Optional() @Count() position?: number;
}
/** Newest first. */
export class AuditEntries {
  @ListOf(() => AuditEntryDto, 201) items: AuditEntryDto[];
}
/** A page of `GET /v1/audit`. */
export class AuditPage extends AuditEntries {
  @Optional() @Text(512) nextCursor?: string;
}

/** The same question to every service that keeps an audit log. */
export const auditQueries: readonly RequestContract<ListAudit, AuditEntries>[] = (
  ['wallet', 'game-sessions', 'identity'] as const
).map(auditQueryOf);

/** What a service answers from its audit log. */
export function auditQueryOf(service: ServiceName): RequestContract<ListAudit, AuditEntries> {
  return query(service, 'list-audit', {
    request: ListAudit,
    reply: AuditEntries,
    callers: ['gateway'],
    description: 'Entries of the audit log, newest first.',
  });
}
