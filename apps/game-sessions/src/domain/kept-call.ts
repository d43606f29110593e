interface Header {
  readonly name: string;
  readonly value: string;
}

/** What of a call may be kept and shown; data of a dialect. */
export interface KeptCall {
  /** Names of the headers that its signature is made of, in lower case; no other is kept. */
  readonly headers: readonly string[];
  /** Parameters of the query that are secrets: they are never kept, and cannot be checked again. */
  readonly secretParameters?: readonly string[];
  /** Elements or fields of the body that are secrets: crossed out where people see it. */
  readonly secretPattern?: RegExp;
}

/** The headers that are kept. */
export function keptHeaders(kept: KeptCall, headers: readonly Header[]): Header[] {
  return headers.filter(({ name }) => kept.headers.includes(name.toLowerCase()));
}

/** The query without its secrets, whatever they are escaped like. */
export function keptQuery({ secretParameters = [] }: KeptCall, query: string): string {
  if (secretParameters.length === 0) return query;
  const isSecret = (pair: string) => {
    const name = pair.split('=', 1)[0] ?? '';
    const plain = decoded(name);
    return plain === undefined || secretParameters.includes(plain);
  };
  return query
    .split('&')
    .filter((pair) => !isSecret(pair))
    .join('&');
}

/** What our launch tokens and session values look like, in whatever words a provider presents them. */
const sessionPattern = /(?<![\w-])[\w-]{43}(?![\w-])/g;

/** The body as people may see it: with a live session in it, whoever reads it could play for the player. */
export function shownBody({ secretPattern }: KeptCall, body: Buffer): Buffer {
  const text = body.toString('latin1'); // keeps every byte
  const shown = secretPattern ? text.replace(secretPattern, '$1[secret]$2') : text;
  return Buffer.from(withoutSessions(shown), 'latin1');
}

/** A query as people may see it. */
export function withoutSessions(text: string): string {
  return text.replace(sessionPattern, '[session]');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // cannot be told from a secret
  }
}
