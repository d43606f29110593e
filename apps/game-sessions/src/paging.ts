import { refuse, type Refusal, type Result } from '@baize/contracts';

export const defaultPageSize = 50;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ids of other forms are nobody's, and the database would refuse to compare them. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/** The position after which a list goes on: a sort value and the id that breaks ties. */
export interface Position {
  readonly at: string;
  readonly id: string;
}

export function encodeCursor({ at, id }: Position): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** Absent cursors are fine; one that this service did not write is refused. */
export function decodeCursor(
  cursor: string | undefined,
  isSortValue: (text: string) => boolean,
): Result<Position | undefined> {
  if (cursor === undefined) return { ok: true, value: undefined };
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [at, id] = Array.isArray(value) ? (value as unknown[]) : [];
    if (typeof at === 'string' && isSortValue(at) && typeof id === 'string' && isUuid(id))
      return { ok: true, value: { at, id } };
  } catch {
    // falls through: it is no cursor of ours
  }
  return badCursor;
}

const badCursor: { ok: false; error: Refusal } = refuse(
  'request.invalid',
  'The cursor is not one that a list gave.',
  {
    errors: [{ path: '/cursor', message: 'is not a cursor of this list' }],
  },
);

export const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(text) && !Number.isNaN(Date.parse(text));

/** A reply is one message of at most 1 MiB; this leaves room for what lies around a list. */
const maxListBytes = 640 * 1024;

/** As many of the first items as one reply has room for, one at least. */
export function withinReply<Item extends object>(items: readonly Item[]): Item[] {
  let bytes = 0;
  const beyond = items.findIndex((item, at) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    return at > 0 && bytes > maxListBytes;
  });
  return items.slice(0, beyond === -1 ? items.length : beyond);
}

/** Cuts a list that was read one longer than the page, and tells where the next page starts. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => Position,
  toItem: (row: Row) => Item,
): { items: Item[]; nextCursor?: string } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: page.map(toItem), ...(more && { nextCursor: encodeCursor(positionOf(last)) }) };
}
