import type { Refusal } from '@baize/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Edge } from '../edge';
import { clientAddress } from '../http/addresses';
import { problemOf, sendProblem } from '../http/problem';
import type { RateLimits } from '../http/rate-limits';
import { headerOf } from '../http/raw-request';
import type { AccessTokens, ProvenClient } from './access-tokens';
import type { Scope } from './scopes';

/** `POST /oauth/token`: the client credentials grant of RFC 6749. */
export class TokenEndpoint {
  constructor(
    private readonly edge: Edge,
    private readonly tokens: AccessTokens,
    private readonly limits: RateLimits,
  ) {}

  async serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    void reply.header('cache-control', 'no-store');
    const address = clientAddress(request.ip, request.headers['x-forwarded-for'], this.edge.trustedProxies);
    const form = formOf(request);
    if (form === undefined) {
      sendProblem(reply, {
        code: 'request.unsupported-media-type',
        detail: 'Send a form: application/x-www-form-urlencoded, each field once.',
      });
      return;
    }
    const client = this.clientOf(request, form);
    if (client === undefined) {
      const patience = await this.limits.take('failure', address);
      if (!patience.ok) {
        sendProblem(reply, patience.error);
        return;
      }
      const refusal = {
        code: 'auth.invalid-credentials',
        detail: 'The client id or its secret is wrong.',
      } as const;
      void reply.header('www-authenticate', 'Basic realm="baize"');
      sendOAuthError(reply, 'invalid_client', refusal);
      return;
    }
    request.callerId = client.grant.id;
    if (client.grant.allowed && !client.grant.allowed.has(address)) {
      const detail = 'This client may not call from this address.';
      sendOAuthError(reply, 'unauthorized_client', { code: 'auth.address-not-allowed', detail });
      return;
    }
    const rate = await this.limits.take('client', client.grant.id);
    if (!rate.ok) {
      sendProblem(reply, rate.error);
      return;
    }
    return this.issue(reply, client, form);
  }

  private async issue(reply: FastifyReply, client: ProvenClient, form: URLSearchParams): Promise<void> {
    if (form.get('grant_type') !== 'client_credentials') {
      const detail = 'grant_type must be client_credentials.';
      sendOAuthError(reply, 'unsupported_grant_type', { code: 'request.malformed', detail });
      return;
    }
    const wanted = form.get('scope')?.split(' ').filter(Boolean) ?? [];
    if (!wanted.every((scope) => client.grant.scopes.has(scope as Scope))) {
      const detail = 'This client does not hold every scope it asks for.';
      sendOAuthError(reply, 'invalid_scope', { code: 'request.malformed', detail });
      return;
    }
    const granted = wanted.length > 0 ? (wanted as Scope[]) : [...client.grant.scopes];
    const accessToken = await this.tokens.issue(client.clientId, granted);
    void reply.type('application/json').send(
      JSON.stringify({
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: this.tokens.lifeSeconds,
        scope: granted.join(' '),
      }),
    );
  }

  /** Basic, or client_id and client_secret in the form; not both. */
  private clientOf(request: FastifyRequest, form: URLSearchParams): ProvenClient | undefined {
    const authorization = headerOf(request, 'authorization');
    if (authorization === undefined) {
      return this.tokens.prove(form.get('client_id') ?? '', form.get('client_secret') ?? '');
    }
    const basic = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization)?.[1];
    const text = Buffer.from(basic ?? '', 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 0 || form.has('client_secret')) return undefined;
    const [id, secret] = [text.slice(0, colon), text.slice(colon + 1)];
    // RFC 6749 form-encodes both, many clients do not
    return this.tokens.prove(id, secret) ?? this.tokens.prove(formDecode(id), formDecode(secret));
  }
}

function formDecode(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x') ?? '';
}

function formOf(request: FastifyRequest): URLSearchParams | undefined {
  if (!/^application\/x-www-form-urlencoded *(?:;|$)/i.test(headerOf(request, 'content-type') ?? ''))
    return undefined;
  const form = new URLSearchParams(
    ((request.body as Buffer | undefined) ?? Buffer.alloc(0)).toString('utf8'),
  );
  const names = [...form.keys()];
  return new Set(names).size === names.length ? form : undefined;
}

/** A problem document that is an OAuth error as well: 400, or 401 and 403 by its code. */
function sendOAuthError(reply: FastifyReply, error: string, refusal: Refusal): void {
  const problem = { ...problemOf(refusal, reply.request.traceId), error, error_description: refusal.detail };
  void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
