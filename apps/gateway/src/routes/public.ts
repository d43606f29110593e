import type { RequestClient } from '@baize/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TokenEndpoint } from '../auth/token-endpoint';
import type { Callbacks } from '../callbacks/callbacks';
import type { PaymentCallbacks } from '../callbacks/payment-callbacks';
import type { KycCallbacks } from '../callbacks/kyc-callbacks';
import type { Edge } from '../edge';
import { asyncApiOf } from '../docs/asyncapi';
import { serveDocsFile, serveDocsPage } from '../docs/docs-page';
import { clientAddress } from '../http/addresses';
import { sendProblem } from '../http/problem';
import type { RateLimits } from '../http/rate-limits';
import type { Method, RawRoute } from '../http/route';
import { serveHealth } from './health';
import { paymentCallbackRoute } from './payments';
import { kycCallbackRoute } from './kyc';

/** What the public routes need. */
export interface PublicParts {
  callbacks: Callbacks;
  paymentCallbacks: PaymentCallbacks;
  kycCallbacks: KycCallbacks;
  tokenEndpoint: TokenEndpoint;
  edge: Pick<Edge, 'trustedProxies'>;
  limits: RateLimits;
  services: Pick<RequestClient, 'call'>;
  /** The text of the document, made from the table that these routes are part of. */
  openApi: () => string;
}

const anything = { type: 'object' };
const json = 'application/json';

/** Operations without a caller: callbacks prove themselves in the provider's way, tokens by their form. */
export function publicRoutes(parts: PublicParts): readonly RawRoute[] {
  return [
    ...callbackRoutes(parts.callbacks),
    paymentCallbackRoute(parts.paymentCallbacks),
    kycCallbackRoute(parts.kycCallbacks),
    tokenRoute(parts.tokenEndpoint),
    ...documentRoutes(parts),
  ];
}

function callbackRoutes(callbacks: Callbacks): RawRoute[] {
  const base = '/callbacks/games/{brand}/{provider}';
  return (['POST', 'GET'] satisfies Method[]).flatMap((method) =>
    [base, `${base}/{path}`].map((path): RawRoute => ({
      kind: 'raw',
      method,
      path,
      operationId: `gameCallback${method === 'POST' ? 'Post' : 'Get'}${path === base ? '' : 'Path'}`,
      summary: "A game provider's call in its own dialect",
      description:
        "Proves itself by the provider's own signature or secret. `path` is the rest of the path, slashes included. The answer is in the provider's form.",
      tag: 'Callbacks',
      hot: true,
      responses: { default: { description: "The dialect's answer" } },
      serve: (request, reply) => callbacks.serve(request, reply),
    })),
  );
}

function tokenRoute(endpoint: TokenEndpoint): RawRoute {
  const text = { type: 'string' };
  return {
    kind: 'raw',
    method: 'POST',
    path: '/oauth/token',
    operationId: 'issueToken',
    summary: 'Access token for a machine client',
    description: 'Client credentials of RFC 6749: by HTTP Basic, or client_id and client_secret in the form.',
    tag: 'Access',
    requestBody: {
      contentType: 'application/x-www-form-urlencoded',
      schema: {
        type: 'object',
        required: ['grant_type'],
        properties: {
          grant_type: { const: 'client_credentials' },
          scope: text,
          client_id: text,
          client_secret: text,
        },
      },
    },
    responses: {
      '200': {
        description: 'A token',
        contentType: json,
        schema: {
          type: 'object',
          required: ['access_token', 'token_type', 'expires_in', 'scope'],
          properties: {
            access_token: text,
            token_type: { const: 'Bearer' },
            expires_in: { type: 'integer' },
            scope: text,
          },
        },
      },
      default: {
        description: 'A problem document, with the `error` of RFC 6749',
        contentType: 'application/problem+json',
        schema: { $ref: '#/components/schemas/Problem' },
      },
    },
    serve: (request, reply) => endpoint.serve(request, reply),
  };
}

function documentRoutes({ services, openApi, edge, limits }: PublicParts): RawRoute[] {
  const asyncApi = JSON.stringify(asyncApiOf());
  const route = (
    path: string,
    operationId: string,
    summary: string,
    answer: {
      contentType: string;
      responses?: RawRoute['responses'];
      serve: (request: FastifyRequest, reply: FastifyReply) => ReturnType<RawRoute['serve']>;
    },
  ): RawRoute => ({
    kind: 'raw',
    method: 'GET',
    path,
    operationId,
    summary,
    tag: 'Documents',
    responses: {
      '200': { description: summary, contentType: answer.contentType, schema: anything },
      '429': {
        description: 'Too many requests from this address',
        contentType: 'application/problem+json',
        schema: { $ref: '#/components/schemas/Problem' },
      },
      ...answer.responses,
    },
    serve: async (request, reply) => {
      const address = clientAddress(request.ip, request.headers['x-forwarded-for'], edge.trustedProxies);
      const rate = await limits.take('public', address);
      if (rate.ok) await answer.serve(request, reply);
      else sendProblem(reply, rate.error);
    },
  });
  return [
    route('/openapi.json', 'getOpenApi', 'This document', {
      contentType: json,
      serve: (_, reply) => void reply.type(json).send(openApi()),
    }),
    route('/asyncapi.json', 'getAsyncApi', 'The published events', {
      contentType: json,
      serve: (_, reply) => void reply.type(json).send(asyncApi),
    }),
    route('/docs', 'getDocs', 'This document as a page', { contentType: 'text/html', serve: serveDocsPage }),
    route('/docs/{file}', 'getDocsFile', 'What the page is made of', {
      contentType: 'text/plain',
      serve: serveDocsFile,
    }),
    route('/health', 'getHealth', 'State of every service', {
      contentType: json,
      responses: {
        '503': { description: 'Not every service is ready', contentType: json, schema: anything },
      },
      serve: (_, reply) => serveHealth(services, reply),
    }),
  ];
}
