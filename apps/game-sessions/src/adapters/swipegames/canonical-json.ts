/** Thrown for what RFC 8785 gives no form: half a surrogate pair, or a number that no IEEE double holds. */
export class NotCanonical extends Error {}

const halfPair = /\p{Surrogate}/u;
const plain = /^[ !#-[\]-~]*$/;

/**
 * The RFC 8785 form of a parsed JSON value: keys by UTF-16 code units at every level, ECMAScript numbers, no spaces.
 * Recursive: the caller has bounded the depth. @throws NotCanonical
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return canonicalText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new NotCanonical('a number is too large');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  const written = Object.keys(members)
    .sort()
    .map((key) => `${canonicalText(key)}:${canonicalJson(members[key])}`);
  return `{${written.join(',')}}`;
}

function canonicalText(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  if (halfPair.test(text)) throw new NotCanonical('a text has half a surrogate pair');
  return JSON.stringify(text);
}
