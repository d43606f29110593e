import { MalformedBody, type JsonObject } from '../json-body';

/** A decoded parameter. Its bytes are written as latin1 text: so names sort, and pairs hash, as the bytes they are. */
export interface FormParameter {
  readonly name: string;
  readonly value: string;
}

// Several times what the documentation lists; sorting a form bomb would cost more than it is worth.
const maxParameters = 100;
const brokenEscape = /%(?![0-9a-fA-F]{2})/;
const escapes = /%([0-9a-fA-F]{2})/g;
const ascii = /^[\0-\x7f]*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Splits and decodes a form in its own order; undefined for broken escapes and for more than anybody sends. */
export function readParameters(body: Buffer): FormParameter[] | undefined {
  const text = body.toString('latin1');
  if (brokenEscape.test(text)) return undefined;
  const parameters: FormParameter[] = [];
  for (let start = 0; start < text.length;) {
    const ampersand = text.indexOf('&', start);
    const end = ampersand < 0 ? text.length : ampersand;
    if (end > start) {
      if (parameters.length === maxParameters) return undefined;
      const pair = text.slice(start, end);
      const equals = pair.indexOf('=');
      parameters.push(
        equals < 0
          ? { name: decoded(pair), value: '' }
          : { name: decoded(pair.slice(0, equals)), value: decoded(pair.slice(equals + 1)) },
      );
    }
    start = end + 1;
  }
  return parameters;
}

/** The fields of a form: every name once, strict UTF-8; what is empty counts as absent. */
export function readFields(body: Buffer): JsonObject {
  const parameters = readParameters(body);
  if (!parameters) throw new MalformedBody('the body is not a form');
  const fields = Object.create(null) as Record<string, unknown>;
  const seen = new Set<string>();
  for (const { name, value } of parameters) {
    if (seen.has(name)) throw new MalformedBody('a parameter is repeated');
    seen.add(name);
    if (value !== '') fields[textOf(name)] = textOf(value);
  }
  return fields;
}

function decoded(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  return spaced.replace(escapes, (_escape, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function textOf(bytes: string): string {
  if (ascii.test(bytes)) return bytes;
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    throw new MalformedBody('the body is not UTF-8');
  }
}
