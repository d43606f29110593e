/** What a failed batch means for the units in it. */
export type Failure =
  /** A value that the database refuses: that unit alone is to blame. */
  | 'bad-data'
  /** Another transaction was in the way: the same call can succeed. */
  | 'conflict'
  /** It is unknown whether the batch was committed: send it again, the keys make that safe. */
  | 'lost-connection'
  | 'fault';

const codeOf = (error: unknown): string | undefined => (error as { code?: string } | null)?.code;

/** The SQLSTATE of a number that does not fit, or of a balance beyond 2^53-1. */
const outOfRange = new Set(['22003', '23514']);

export function isOutOfRange(error: unknown): boolean {
  return outOfRange.has(codeOf(error) ?? '');
}

export function classify(error: unknown): Failure {
  const code = codeOf(error);
  if (code === '40P01' || code === '40001' || code === '23505') return 'conflict';
  if (code?.startsWith('22') || code?.startsWith('23')) return 'bad-data';
  // 57P0x: the server ends the connection. Without a SQLSTATE it is the socket that failed.
  if (code?.startsWith('08') || code?.startsWith('57P') || !isSqlState(code)) return 'lost-connection';
  return 'fault';
}

function isSqlState(code: string | undefined): boolean {
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E');
}
