import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { err, ok, refuse, type Class, type FieldError, type Result } from '@baize/contracts';
import { jsonSchemaOf, type JsonSchema } from './json-schema';

const MAX_ERRORS = 20;
const UNSAFE_KEYS = new Set(['__proto__', 'prototype', 'constructor']);

const ajv = new Ajv({ allErrors: true, strict: false, addUsedSchema: false });
addFormats(ajv);
// closed objects refuse every unknown key already; only free-form ones need this walk
ajv.addKeyword({ keyword: 'safeKeys', schema: false, errors: false, validate: hasSafeKeys });

const closed = new WeakMap<Class<object>, ValidateFunction>();
const open = new WeakMap<Class<object>, ValidateFunction>();

/**
 * Checks `value` against the contract class and hands it back as that type. It is compiled once per class; the
 * value stays the plain object it is. Unknown fields, keys that could reach a prototype, and everything the
 * class's rules forbid are refused with a JSON pointer each: `request.unknown-field` when nothing else is wrong,
 * otherwise `request.invalid`.
 */
export function parse<T extends object>(type: Class<T>, value: unknown): Result<T> {
  const validate = compiled(closed, type, true);
  return validate(value) ? ok(value as T) : refuseErrors(validate.errors ?? []);
}

/** Like {@link parse}, but tolerates unknown fields: for events, which gain optional fields over time. */
export function parseEventData<T extends object>(type: Class<T>, value: unknown): Result<T, string> {
  const validate = compiled(open, type, false);
  return validate(value) ? ok(value as T) : err(ajv.errorsText(validate.errors));
}

function compiled(
  cache: WeakMap<Class<object>, ValidateFunction>,
  type: Class<object>,
  isClosed: boolean,
): ValidateFunction {
  let validate = cache.get(type);
  if (validate === undefined) {
    validate = ajv.compile(guardFreeObjects(jsonSchemaOf(type, { closed: isClosed })));
    cache.set(type, validate);
  }
  return validate;
}

/** Adds the key check to every object schema that does not list its properties. */
function guardFreeObjects(schema: JsonSchema): JsonSchema {
  const copy = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, guardPart(part)]));
  return schema.type === 'object' && schema.properties === undefined ? { ...copy, safeKeys: true } : copy;
}

function guardPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(guardPart);
  return typeof part === 'object' && part !== null ? guardFreeObjects(part as JsonSchema) : part;
}

function hasSafeKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.keys(value).every(
    (key) => !UNSAFE_KEYS.has(key) && hasSafeKeys((value as Record<string, unknown>)[key]),
  );
}

function refuseErrors(found: readonly ErrorObject[]): Result<never> {
  const errors = found.slice(0, MAX_ERRORS).map(fieldError);
  const onlyUnknown = found.every((error) => error.keyword === 'additionalProperties');
  return onlyUnknown
    ? refuse('request.unknown-field', 'The request has fields that are not part of it.', { errors })
    : refuse('request.invalid', 'The request is not valid; see `errors`.', { errors });
}

function fieldError(error: ErrorObject): FieldError {
  const params = error.params as {
    additionalProperty?: string;
    missingProperty?: string;
    allowedValues?: unknown[];
  };
  if (params.additionalProperty !== undefined) {
    return {
      path: `${error.instancePath}/${escapePointer(params.additionalProperty)}`,
      message: 'unknown field',
    };
  }
  if (error.keyword === 'required' && params.missingProperty !== undefined) {
    return { path: `${error.instancePath}/${escapePointer(params.missingProperty)}`, message: 'is required' };
  }
  if (params.allowedValues !== undefined) {
    return { path: error.instancePath, message: `must be one of ${params.allowedValues.join(', ')}` };
  }
  if (error.keyword === 'safeKeys') return { path: error.instancePath, message: 'has a forbidden key' };
  return { path: error.instancePath, message: error.message ?? 'is not valid' };
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
