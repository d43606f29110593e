import { err, ok, type Result } from '@baize/contracts';
import { parse as parseSecure } from 'secure-json-parse';

const maxDepth = 16;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a JSON body. Refused, beside bad syntax: keys named twice (two readers would disagree on the value),
 * nesting deeper than 16, prototype keys, text that is not Unicode or has a NUL (no store takes it), numbers that
 * would be rounded to an integer.
 */
export function parseJson(body: Uint8Array): Result<unknown> {
  try {
    const text = utf8.decode(body);
    const value: unknown = parseSecure(text, { protoAction: 'error', constructorAction: 'error' });
    const flaw = flawOf(text);
    return flaw === undefined ? ok(value) : malformed(flaw);
  } catch (error) {
    if (error instanceof RangeError) return malformed('It is nested too deeply.');
    return malformed(
      error instanceof SyntaxError ? 'It is not valid JSON, or has forbidden keys.' : 'It is not UTF-8.',
    );
  }
}

function malformed(why: string): Result<never> {
  return err({ code: 'request.malformed', detail: `The body cannot be read. ${why}` });
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|-?\d[\d.eE+-]*/g;

/** Walks the tokens of text that is known to be valid JSON. */
function flawOf(text: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [part] of text.matchAll(token)) {
    if (part === '{' || part === '[') {
      if (objects.push(part === '{' ? new Set() : undefined) > maxDepth) return 'It is nested too deeply.';
    } else if (part === '}' || part === ']') objects.pop();
    else if (part === ':') {
      const keys = objects.at(-1);
      const key = JSON.parse(last) as string;
      if (keys?.has(key)) return 'A key is named twice.';
      keys?.add(key);
    } else if (part.startsWith('"')) {
      if (part.includes('\\u') && /[\0\p{Cs}]/u.test(JSON.parse(part) as string)) {
        return 'A text has a NUL or half a surrogate pair.';
      }
    } else if (isRounded(part)) return 'A number has more digits than can be kept.';
    last = part;
  }
  return undefined;
}

/** `1.00000000000000001` is no integer, though it reads as one. */
function isRounded(part: string): boolean {
  if (!/^-?\d+\.\d/.test(part) || !Number.isInteger(Number(part))) return false;
  const [mantissa = '', exponent = '0'] = part.split(/[eE]/);
  const fraction = (mantissa.split('.')[1] ?? '').replace(/0+$/, '');
  return fraction.length > Number(exponent);
}
