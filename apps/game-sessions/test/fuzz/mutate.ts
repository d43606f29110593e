import type { ProviderCall } from '../../src/domain/dialect';
import { bodies, keys, numbers, texts } from './nasty';
import type { Random } from './random';

/** What the gateway lets through. */
const maxBodyBytes = 65_536;
type Change = (text: string, random: Random) => string;

/** Values and keys of JSON, forms and XML alike: what stands between their signs. */
const values = /(?<=[:=>,[]\s*)("(?:[^"\\]|\\.)*"|[\w.+-]+)(?=\s*[,}&<\]]|$)/g;

const changes: readonly Change[] = [
  (text, random) => replaceOne(text, values, random, () => random.pick(numbers)),
  (text, random) => replaceOne(text, values, random, () => random.pick(texts)),
  (text, random) => replaceOne(text, values, random, () => random.pick(texts).replaceAll('"', '')),
  (text, random) =>
    replaceOne(text, /"[\w]+"(?=\s*:)|(?<=<\/?)\w+|(?<=&|^)\w+(?==)/g, random, (old) => {
      const key = random.pick(keys);
      return old.startsWith('"') ? `"${key}"` : key;
    }),
  (text, random) => {
    // a field twice, or gone
    const parts = text.split(/(?=[,&])/);
    const at = random.int(parts.length);
    parts.splice(at, 1, ...(random.chance(0.5) ? [] : [parts[at]!, parts[at]!]));
    return parts.join('');
  },
  (text, random) => text.slice(0, random.int(text.length + 1)),
  (text, random) => {
    const at = random.int(text.length + 1);
    const piece = text.slice(at, at + random.int(40)).repeat(1 + random.int(50));
    return text.slice(0, at) + piece + text.slice(at);
  },
  (text, random) => text.replace('{', `{"${random.pick(keys)}":${random.pick([...numbers, ...texts])},`),
  (text, random) => random.pick(['\ufeff', ' ', '\0', '<!DOCTYPE a>', '[', '&', 'x=']) + text,
  (text, random) => text + random.pick(['\0', '}', '</x>', '&a[]=1', ' ', '\n', '<!-- -->', '&hash=x']),
];

/** A call that a provider would not send, made of one that it would. */
export function mutate(samples: readonly ProviderCall[], random: Random): ProviderCall {
  const sample = random.pick(samples);
  return {
    method: random.chance(0.02) ? random.pick(['GET', 'POST', 'PUT', '']) : sample.method,
    path: random.chance(0.03)
      ? random.pick(['/', '', '//', '/..', '/__proto__', '/play', '/a'.repeat(99)])
      : sample.path,
    query: random.chance(0.1) ? mutateQuery(sample.query, random) : sample.query,
    headers: random.chance(0.1) ? mutateHeaders(sample.headers, random) : sample.headers,
    body: mutateBody(sample, samples, random).subarray(0, maxBodyBytes),
  };
}

function mutateBody(sample: ProviderCall, samples: readonly ProviderCall[], random: Random): Buffer {
  const draw = random.next();
  if (draw < 0.1) return Buffer.from(random.pick(bodies)(1 + random.int(random.chance(0.05) ? 20_000 : 700)));
  if (draw < 0.13) return random.bytes(random.int(300));
  if (draw < 0.35) return flipBytes(sample.body, random);
  if (draw < 0.42) {
    const other = random.pick(samples).body;
    return Buffer.concat([
      sample.body.subarray(0, random.int(sample.body.length + 1)),
      other.subarray(random.int(other.length + 1)),
    ]);
  }
  let text = sample.body.toString();
  for (let n = 1 + random.int(3); n > 0; n--)
    text = random.pick(changes)(text, random).slice(0, maxBodyBytes);
  return Buffer.from(text);
}

function flipBytes(body: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(body);
  for (let n = 1 + random.int(6); n > 0 && bytes.length > 0; n--)
    bytes[random.int(bytes.length)] = random.int(256);
  return bytes;
}

function mutateQuery(query: string, random: Random): string {
  const more = random.pick([
    '%',
    '%zz',
    'a=b',
    'authToken=',
    '&&&',
    '__proto__=1',
    '%00=%00',
    `a=${'%41'.repeat(500)}`,
  ]);
  return random.pick([
    more,
    `${query}&${more}`,
    `${query}&${query}`,
    query.slice(0, random.int(query.length + 1)),
  ]);
}

function mutateHeaders(headers: ProviderCall['headers'], random: Random): ProviderCall['headers'] {
  const [first = { name: 'x', value: 'y' }] = headers;
  return random.pick([
    [],
    [...headers, ...headers],
    headers.map(({ name }) => ({
      name,
      value: random.pick(['', 'a'.repeat(4_096), '\u00e9', '0', '=', 'AAAA']),
    })),
    [...headers, { name: first.name.toUpperCase(), value: first.value }],
  ]);
}

function replaceOne(text: string, pattern: RegExp, random: Random, by: (old: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const match = random.pick(found);
  return text.slice(0, match.index) + by(match[0]) + text.slice(match.index + match[0].length);
}
