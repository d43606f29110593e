import { errorCodes } from '@baize/contracts';
import { scopes } from '../auth/scopes';
import type { AnyApiRoute, RawRoute, Route } from '../http/route';
import { Schemas } from './schemas';

type Json = Record<string, unknown>;

/** Semver of the published surface. */
export const apiVersion = '1.0.0';

/** The OpenAPI 3.1 document of the routes: what the edge does and what it says come from the same table. */
export function openApiOf(routes: readonly Route[]): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const operation = route.kind === 'api' ? apiOperation(route, schemas) : rawOperation(route);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Baize',
      version: apiVersion,
      description:
        'The open integration layer of an online casino. Money is integer minor units with a currency. ' +
        'Errors are RFC 9457 problem documents with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: { schemas: { ...schemas.sorted(), Problem: problemSchema }, responses, securitySchemes },
  };
}

function described(route: Route): Json {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    parameters: names.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string', maxLength: 128 },
    })),
  };
}

function apiOperation(route: AnyApiRoute, schemas: Schemas): Json {
  const { parameters, ...base } = described(route) as { parameters: Json[] };
  const { scope, player, browser, staff } = route.access;
  const reply = route.response?.schema ?? route.contract.reply;
  const { stream } = route;
  const plain = stream && !stream.wanted ? {} : { 'application/json': { schema: schemas.replyRef(reply) } };
  const content = stream
    ? { ...plain, [stream.contentType.split(';')[0] ?? '']: { schema: streamSchema(stream.description) } }
    : plain;
  const success = route.status === 204 ? { description: 'Done' } : { description: 'Done', content };
  return {
    ...base,
    security: [
      ...(scope ? [{ oauth2: [scope] }, { signedRequest: [scope] }, { staff: [scope] }] : []),
      ...(staff ? [{ staff: [] }] : []),
      ...(player ? [{ player: [] }] : []),
      ...(browser ? [{ browser: [] }] : []),
    ],
    parameters: [
      ...parameters,
      ...(route.query ? schemas.parameters(route.query) : []),
      ...(route.idempotent ? [idempotencyKey] : []),
      ...(scope ? [brandHeader] : []),
    ],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemas.ref(route.body, true) } },
          },
        }),
    responses: { [route.status]: success, ...problemRefs(route) },
  };
}

const streamSchema = (description: string): Json => ({ type: 'string', description });

function problemRefs(route: AnyApiRoute): Json {
  const statuses = ['400', '401', '403', '404', '422', '429', '500', '503', '504'];
  if (route.body) statuses.push('413', '415');
  if (route.method === 'POST') statuses.push('409');
  return Object.fromEntries(statuses.map((status) => [status, { $ref: '#/components/responses/Problem' }]));
}

function rawOperation(route: RawRoute): Json {
  const { requestBody } = route;
  return {
    ...described(route),
    security: [],
    ...(requestBody && {
      requestBody: { required: true, content: { [requestBody.contentType]: { schema: requestBody.schema } } },
    }),
    responses: Object.fromEntries(
      Object.entries(route.responses).map(([status, { description, contentType, schema }]) => [
        status,
        { description, ...(contentType && { content: { [contentType]: { schema: schema ?? {} } } }) },
      ]),
    ),
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'The same key and body give the first answer again, with `Idempotency-Replayed: true`.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};
const brandHeader = {
  name: 'Baize-Brand',
  in: 'header',
  required: false,
  description: 'The brand; needed by machine clients that act for several.',
  schema: { type: 'string', maxLength: 128 },
};

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: [...errorCodes] },
    traceId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};
const responses = {
  Problem: {
    description: 'A problem document (RFC 9457)',
    headers: { 'Retry-After': { description: 'Seconds; with 429 and 503', schema: { type: 'integer' } } },
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
};
const securitySchemes = {
  oauth2: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes } } },
  signedRequest: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Signature',
    description:
      'With X-Key-Id, X-Timestamp (unix seconds, +-300 s) and X-Nonce (once): lower-case hex HMAC-SHA256 of the ' +
      'lines v1, METHOD, path, sorted query, hex SHA-256 of the body, timestamp, nonce, key id, joined by LF.',
  },
  player: {
    type: 'http',
    scheme: 'bearer',
    description: 'Access token of a player; only for its own resources.',
  },
  staff: {
    type: 'http',
    scheme: 'bearer',
    description: 'Access token of a person of the back office; the scopes are those of the role.',
  },
  browser: {
    type: 'apiKey',
    in: 'header',
    name: 'Baize-Client',
    description: "The brand's public client id, from its own origins.",
  },
};
