/** Text whose characters are bytes (latin1), or a list with its keys in the order received; PHP knows no difference. */
export type PhpValue = string | PhpArray;
export type PhpArray = Map<string, PhpValue>;

// Far above any documented call, and small enough that no body makes more than this of itself.
const maxParameters = 512;
const maxDepth = 8;
const unreserved = /^[\w.-]*$/;

interface PhpForm {
  readonly parameters: PhpArray;
  /** A name came twice, or both as text and as a list: PHP takes the last one, a provider never sends it. */
  readonly repeated: boolean;
}

/** Reads a form as PHP's `parse_str` does: `a[0][b]=c` nests, `+` is a space. Undefined when it is an array bomb. */
export function parsePhpForm(body: Buffer): PhpForm | undefined {
  const text = body.toString('latin1');
  const parameters: PhpArray = new Map();
  let repeated = false;
  let count = 0;
  for (let start = 0; start <= text.length;) {
    const ampersand = text.indexOf('&', start);
    const end = ampersand < 0 ? text.length : ampersand;
    if (end > start) {
      if (++count > maxParameters) return undefined;
      const equals = text.indexOf('=', start);
      const nameEnd = equals < 0 || equals > end ? end : equals;
      const keys = keysOf(urlDecoded(text.slice(start, nameEnd)));
      if (keys.length > maxDepth) return undefined;
      repeated = put(parameters, keys, urlDecoded(text.slice(nameEnd + 1, end))) || repeated;
    }
    start = end + 1;
  }
  return { parameters, repeated };
}

/** By the bytes of their names, of which no two are the same. */
export function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** Writes parameters as PHP's `http_build_query` does. */
export function phpQuery(parameters: Iterable<readonly [name: string, value: PhpValue]>): string {
  const parts: string[] = [];
  for (const [name, value] of parameters) write(urlEncoded(name), value, parts);
  return parts.join('&');
}

function write(name: string, value: PhpValue, parts: string[]): void {
  if (typeof value === 'string') {
    parts.push(`${name}=${urlEncoded(value)}`);
    return;
  }
  for (const [key, inner] of value) write(`${name}%5B${urlEncoded(key)}%5D`, inner, parts);
}

/** `a[0][b]` is a, 0, b; brackets that do not pair up belong to the name. */
function keysOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0 || !name.endsWith(']')) return [name];
  const inner = name.slice(open + 1, -1).split('][', maxDepth + 1);
  return inner.some((key) => key.includes('[') || key.includes(']'))
    ? [name]
    : [name.slice(0, open), ...inner];
}

/** True when something was there already. */
function put(into: PhpArray, keys: readonly string[], value: string): boolean {
  const last = keys.length - 1;
  let list = into;
  let repeated = false;
  for (let depth = 0; depth < last; depth++) {
    const place = placeOf(keys, depth, list);
    const known = list.get(place);
    repeated ||= typeof known === 'string';
    const inner: PhpArray = typeof known === 'object' ? known : new Map<string, PhpValue>();
    if (inner !== known) list.set(place, inner);
    list = inner;
  }
  const place = placeOf(keys, last, list);
  repeated ||= list.has(place);
  list.set(place, value);
  return repeated;
}

/** `a[]` is the next place of the list. */
function placeOf(keys: readonly string[], depth: number, list: PhpArray): string {
  const key = keys[depth] ?? '';
  return key === '' && depth > 0 ? String(nextIndex(list)) : key;
}

function nextIndex(list: PhpArray): number {
  let next = 0;
  for (const key of list.keys()) if (/^(0|[1-9]\d{0,8})$/.test(key)) next = Math.max(next, Number(key) + 1);
  return next;
}

/** What is not a percent-encoded byte stays as it is, as in PHP. */
function urlDecoded(text: string): string {
  if (unreserved.test(text)) return text;
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** RFC 1738 as PHP has it: a space is `+`, all but letters, digits and `-_.` is `%XX` in upper case. */
function urlEncoded(text: string): string {
  if (unreserved.test(text)) return text;
  return text.replace(/[^\w.-]/g, (byte) =>
    byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
