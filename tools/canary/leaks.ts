/** What is planted, and would be readable in some way where it is found. */
export interface Leak {
  readonly planted: string;
  readonly as: 'text' | 'URL' | 'hex' | 'base64';
}

/** A way in which a value would still be readable. */
interface Disguise extends Leak {
  /** In lower case: nothing here depends on the case. */
  readonly needle: string;
}

const withoutCase = (text: string) => text.toLowerCase();

/**
 * Base64 of a value in the middle of something longer: it depends on where the value begins, and its first and last
 * characters on what stands around.
 */
function inBase64(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const begin = before === 0 ? 0 : before + 1;
    const isWhole = (before + bytes.length) % 3 === 0;
    return text.slice(begin, isWhole ? undefined : -1);
  });
}

function disguisesOf(planted: string): Disguise[] {
  const base64 = inBase64(planted).flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
  const url = encodeURIComponent(planted);
  const all: [Leak['as'], string][] = [
    ['text', planted],
    ['text', JSON.stringify(planted).slice(1, -1)],
    ['URL', url],
    ['URL', url.replaceAll('%20', '+')],
    ['hex', Buffer.from(planted).toString('hex')],
    ...base64.map((text): [Leak['as'], string] => ['base64', text]),
  ];
  return all.map(([as, text]) => ({ planted, as, needle: withoutCase(text) }));
}

/** Finds planted values in texts, in clear, in any case, URL-encoded, in hex and in base64. */
export function finderOf(values: readonly string[]): (text: string) => Leak[] {
  const short = values.find((value) => value.length < 6);
  if (short !== undefined) throw new Error(`"${short}" could be found by chance`);
  const disguises = values.flatMap(disguisesOf);
  return (text) => {
    const haystack = withoutCase(text);
    const found = disguises.filter(({ needle }) => haystack.includes(needle));
    const leaks = new Map(found.map(({ planted, as }) => [`${planted} as ${as}`, { planted, as }]));
    return [...leaks.values()];
  };
}
