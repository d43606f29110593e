import type { CallbackPriority, CheckEligibility, Class, RequestContract, Result } from '@baize/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../auth/caller';
import type { StreamedForm } from '../streams/stream';
import type { Input } from './input-form';

export type { Input } from './input-form';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What the published document says of an operation. */
export interface Described {
  readonly method: Method;
  /** In the document's form: `/v1/players/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
}

/** Asks a service within the deadline of the request. */
export type Ask = <Req extends object, Rep extends object>(
  contract: RequestContract<Req, Rep>,
  request: Req,
) => Promise<Result<Rep>>;

/** An operation of the API: everything that the edge does with it follows from this. */
export interface ApiRoute<
  Body extends object,
  Query extends object,
  Req extends object,
  Rep extends object,
> extends Described {
  readonly kind: 'api';
  readonly access: Access;
  readonly priority: CallbackPriority;
  readonly body?: Class<Body>;
  readonly query?: Class<Query>;
  /** Needs an Idempotency-Key. */
  readonly idempotent?: true;
  readonly status: 200 | 201 | 202 | 204;
  readonly contract: RequestContract<Req, Rep>;
  /** What a player does here that the market may not allow from everywhere. */
  readonly place?: 'login' | 'launch' | 'deposit';
  /** What identity is asked before, where the service behind it does not ask by itself. */
  eligibility?(input: Input<Body, Query>): CheckEligibility;
  /** The player whom the request concerns: to another player it does not exist. */
  owner?(input: Input<Body, Query>): string | undefined;
  request(input: Input<Body, Query>): Req;
  /** Puts the answer together from several services, where `contract` alone does not have it. */
  compose?(input: Input<Body, Query>, ask: Ask): Promise<Result<object>>;
  /** The public form of the reply: `schema` describes what `of` makes. */
  readonly response?: { readonly schema: Class<object>; of(reply: Rep): object };
  /** Another form of the answer, sent as it comes. */
  readonly stream?: StreamedForm<Body, Query>;
  /** What is left of the public form for callers who may not see who a player is. */
  mask?(shown: object): object;
}

/** An operation that answers by itself: health, documents, tokens, callbacks. Its access is public. */
export interface RawRoute extends Described {
  readonly kind: 'raw';
  readonly responses: Readonly<
    Record<string, { description: string; contentType?: string; schema?: object }>
  >;
  readonly requestBody?: { contentType: string; schema: object };
  /** Served as soon as its bytes are here, whatever the Content-Type says of them. */
  readonly hot?: true;
  serve(request: FastifyRequest, reply: FastifyReply): Promise<void> | void;
}

export type AnyApiRoute = ApiRoute<object, object, object, object>;
export type Route = AnyApiRoute | RawRoute;

/** States an operation of the API. */
export function api<Body extends object, Query extends object, Req extends object, Rep extends object>(
  route: Omit<ApiRoute<Body, Query, Req, Rep>, 'kind'>,
): AnyApiRoute {
  return { kind: 'api', ...route } as unknown as AnyApiRoute;
}
