import { createHash } from 'node:crypto';
import { type Class, Done, type IdempotencyKey, ok, refuse, type Result } from '@baize/contracts';
import { jsonSchemaOf, parse } from '@baize/messaging';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller';
import { parseJson } from './json-body';
import { headerOf, splitUrl } from './raw-request';
import type { AnyApiRoute, Input } from './route';

const jsonType = /^application\/(?:[\w.-]+\+)?json *(?:; *charset="?utf-8"? *)?$/i;

/** Reads what a request says, after it is known who says it: 400, 415 and 422, then 404. */
export function readInput(
  route: AnyApiRoute,
  request: FastifyRequest,
  who: { caller: Caller; brand: string; address: string },
): Result<Input<object, object>> {
  const body = readBody(route, request);
  if (!body.ok) return body;
  const idempotency = route.idempotent ? readKey(request, who.caller) : ok(undefined);
  if (!idempotency.ok) return idempotency;
  const query = readQuery(route.query ?? Done, splitUrl(request.raw.url ?? '').query);
  if (!query.ok) return query;
  const params = request.params as Record<string, string>;
  if (!Object.values(params).every(isPathValue)) {
    return refuse('request.not-found', 'There is nothing at this path.');
  }
  const playerId = who.caller.kind === 'player' ? who.caller.playerId : undefined;
  return ok({
    ...who,
    params,
    playerId,
    body: body.value,
    query: query.value,
    idempotency: idempotency.value as IdempotencyKey,
  });
}

/** A path parameter that could name something: NUL and the like only ever break what comes behind. */
function isPathValue(value: string): boolean {
  return value.length > 0 && value.length <= 128 && /^[^\p{Cc}\p{Cs}]+$/u.test(value);
}

function readBody(route: AnyApiRoute, request: FastifyRequest): Result<object> {
  const bytes = request.body as Buffer | undefined;
  const hasBody = bytes !== undefined && bytes.length > 0;
  if (!hasBody && route.body === undefined) return ok({});
  if (!hasBody) return refuse('request.malformed', 'This operation needs a JSON body.');
  if (!jsonType.test(headerOf(request, 'content-type') ?? '')) {
    return refuse('request.unsupported-media-type', 'Send the body as application/json in UTF-8.');
  }
  const json = parseJson(bytes);
  return json.ok ? parse<object>(route.body ?? Done, json.value) : json;
}

function readKey(request: FastifyRequest, caller: Caller): Result<IdempotencyKey> {
  const key = headerOf(request, 'idempotency-key');
  if (key === undefined || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    return refuse('idempotency.key-required', 'Send Idempotency-Key: 1 to 255 visible ASCII characters.');
  }
  const bytes = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
  // With the path: the same body for another player is another request, not a repeat of the first.
  const { path } = splitUrl(request.raw.url ?? '');
  const bodySha256 = createHash('sha256').update(`${path}\n`).update(bytes).digest('hex');
  return ok({ key, caller: caller.id, bodySha256 });
}

const integers = new WeakMap<Class<object>, ReadonlySet<string>>();

/** The query's fields as the class has them; a field may come once. */
function readQuery(form: Class<object>, query: string): Result<object> {
  const numeric = integers.get(form) ?? integerFields(form);
  const fields = new Map<string, unknown>();
  for (const [name, text] of new URLSearchParams(query)) {
    if (fields.has(name) || text.includes('\0')) {
      const errors = [{ path: `/${name}`, message: fields.has(name) ? 'comes more than once' : 'has a NUL' }];
      return refuse('request.invalid', 'The query is not valid; see `errors`.', { errors });
    }
    fields.set(name, numeric.has(name) && /^-?\d{1,15}$/.test(text) ? Number(text) : text);
  }
  // fromEntries defines own properties, whatever their names
  return parse(form, Object.fromEntries(fields));
}

function integerFields(form: Class<object>): ReadonlySet<string> {
  const properties = (jsonSchemaOf(form).properties ?? {}) as Record<string, { type?: string }>;
  const names = Object.keys(properties).filter((name) => properties[name]?.type === 'integer');
  integers.set(form, new Set(names));
  return new Set(names);
}
