import { createHmac } from 'node:crypto';

/** Lower-case hex. */
export const hmac = (algorithm: string, key: string | undefined, text: string) =>
  createHmac(algorithm, key ?? '')
    .update(text)
    .digest('hex');

/** Keys in order at every level and nothing between them: what RFC 8785 makes of texts and whole numbers. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/** As PHP writes a query: a space is a plus, and what JavaScript leaves alone is encoded too. */
export const phpEncoded = (text: string) =>
  encodeURIComponent(text)
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
