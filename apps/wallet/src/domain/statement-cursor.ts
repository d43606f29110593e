/** Where a reader of a statement is; the period stays as the first page found it, whatever is posted meanwhile. */
export interface StatementCursor {
  readonly currency: string;
  readonly from: Date;
  readonly to: Date;
  /** The period's lines are those above `after`, up to `last`; read up to `read`. */
  readonly after: bigint;
  readonly last: bigint;
  readonly read: bigint;
}

const pattern = /^([A-Z0-9]{3,10}) (-?\d{1,16}) (-?\d{1,16}) (\d{1,18}) (\d{1,18}) (\d{1,18})$/;

export function encodeCursor({ currency, from, to, after, last, read }: StatementCursor): string {
  const text = [currency, from.getTime(), to.getTime(), after, last, read].join(' ');
  return Buffer.from(text).toString('base64url');
}

/** Undefined for anything that is none of ours. */
export function decodeCursor(text: string): StatementCursor | undefined {
  const match = pattern.exec(Buffer.from(text, 'base64url').toString());
  if (!match) return undefined;
  const [, currency, from, to, after, last, read] = match;
  const cursor = {
    currency: currency!,
    from: new Date(Number(from)),
    to: new Date(Number(to)),
    after: BigInt(after!),
    last: BigInt(last!),
    read: BigInt(read!),
  };
  const isDate = !Number.isNaN(cursor.from.getTime()) && !Number.isNaN(cursor.to.getTime());
  return isDate && cursor.after <= cursor.read && cursor.read <= cursor.last ? cursor : undefined;
}
