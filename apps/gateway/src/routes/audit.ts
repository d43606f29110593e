import {
  AuditPage,
  auditQueries,
  type AuditEntryDto,
  type ListAudit,
  ok,
  refuse,
  type Result,
} from '@baize/contracts';
import { api, type AnyApiRoute, type Ask, type Input } from '../http/route';
import { AuditQuery } from './forms';

const defaultLimit = 50;
/** After every entry number there is, in the text form that services compare as a bigint. */
const lastNumber = '9223372036854775807';

/** The audit log of all services as one list. */
export const auditRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'GET',
    path: '/v1/audit',
    operationId: 'listAudit',
    summary: 'Administrative and compliance acts, newest first',
    description:
      'From the audit logs of all services, of the brand and of the whole installation. An answer is whole: when a service cannot be asked it is 503.',
    tag: 'Audit',
    access: { scope: 'audit:read' },
    priority: 'read',
    query: AuditQuery,
    status: 200,
    contract: auditQueries[0]!,
    request: ({ brand, query }) => baseRequest(brand, query),
    compose: listAudit,
    response: { schema: AuditPage, of: (page) => ({ nextCursor: null, ...page }) },
  }),
];

function baseRequest(brand: string, { subject, limit = defaultLimit }: AuditQuery): ListAudit {
  return { brand, limit, ...(subject !== undefined && { subject }) };
}

/** Where a list goes on: after this entry, in the order of time, service, number. */
interface Cursor {
  readonly at: string;
  readonly service: string;
  readonly number: string;
}

/** Every service answers a page of its own from the cursor on; the newest of all are the page. */
async function listAudit({ brand, query }: Input<object, AuditQuery>, ask: Ask): Promise<Result<AuditPage>> {
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor);
  if (cursor === 'invalid') {
    const errors = [{ path: '/cursor', message: 'is not a cursor of this list' }];
    return refuse('request.invalid', 'The cursor is not one that a list gave.', { errors });
  }
  const request = baseRequest(brand, query);
  const answers = await Promise.all(
    auditQueries.map((contract) => {
      const before = cursor && { at: cursor.at, id: numberBefore(cursor, contract.service) };
      return ask(contract, { ...request, limit: request.limit + 1, ...(before && { before }) });
    }),
  );
  const entries: AuditEntryDto[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    entries.push(...answer.value.items);
  }
  entries.sort(newestFirst);
  const items = entries.slice(0, request.limit);
  const last = items.at(-1);
  return ok({ items, ...(entries.length > items.length && last && { nextCursor: cursorAfter(last) }) });
}

/** Of entries at the same microsecond: those of services later in the alphabet come first. */
function numberBefore(cursor: Cursor, service: string): string {
  if (service === cursor.service) return cursor.number;
  return service < cursor.service ? lastNumber : '0';
}

function newestFirst(a: AuditEntryDto, b: AuditEntryDto): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  if (a.service !== b.service) return a.service < b.service ? 1 : -1;
  return BigInt(numberOf(a)) < BigInt(numberOf(b)) ? 1 : -1;
}

function numberOf({ id }: AuditEntryDto): string {
  return id.slice(id.lastIndexOf(':') + 1);
}

function cursorAfter(entry: AuditEntryDto): string {
  const place = [entry.at, entry.service, numberOf(entry)];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function readCursor(text: string): Cursor | 'invalid' {
  const match = /^\["(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)","([a-z-]{1,30})","(\d{1,19})"\]$/.exec(
    Buffer.from(text, 'base64url').toString(),
  );
  const [, at = '', service = '', number = ''] = match ?? [];
  const isTime = !Number.isNaN(Date.parse(at)) && BigInt(number || '0') <= BigInt(lastNumber);
  return match && isTime ? { at, service, number } : 'invalid';
}
