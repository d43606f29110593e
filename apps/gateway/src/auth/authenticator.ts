import { identityQueries, ok, refuse, type Result, staffQueries } from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import type { Clock } from '@baize/runtime';
import type { FastifyRequest } from 'fastify';
import type { Edge } from '../edge';
import { headerOf, splitUrl } from '../http/raw-request';
import type { Standing } from '../streams/stream';
import type { AccessTokens } from './access-tokens';
import type { Caller } from './caller';
import type { NonceStore } from './nonces';
import { type SignedRequest, verifySignature } from './signed-request';

/** Services and stores that are asked who a caller is. */
export interface Witnesses {
  tokens: AccessTokens;
  nonces: NonceStore;
  services: Pick<RequestClient, 'call'>;
}

const standingTimeoutMs = 2_000;

/** Finds out who makes a request: a refusal is 401, a witness that does not answer throws. */
export class Authenticator {
  constructor(
    private readonly edge: Edge,
    private readonly witnesses: Witnesses,
    private readonly clock: Clock,
  ) {}

  async identify(request: FastifyRequest, deadlineMs: number): Promise<Result<Caller>> {
    if (headerOf(request, 'x-key-id') !== undefined || headerOf(request, 'x-signature') !== undefined) {
      return this.bySignature(request);
    }
    const authorization = headerOf(request, 'authorization');
    if (authorization !== undefined) return this.byToken(authorization, deadlineMs);
    const publicId = headerOf(request, 'baize-client');
    if (publicId !== undefined) return this.byOrigin(publicId, headerOf(request, 'origin'));
    return refuse('auth.missing-credentials', 'Send a bearer token, or sign the request.');
  }

  /**
   * Whether who opened a stream with this request is still who it was. A signature is for one moment: who signed is
   * told apart no more than when the stream ends, which is why streams have a longest time.
   */
  async standing(request: FastifyRequest, caller: Caller): Promise<Standing> {
    const authorization = headerOf(request, 'authorization');
    if (authorization === undefined || headerOf(request, 'x-key-id') !== undefined) return 'valid';
    try {
      const now = await this.byToken(authorization, this.clock.now().getTime() + standingTimeoutMs);
      return now.ok && now.value.id === caller.id ? 'valid' : 'ended';
    } catch {
      return 'unknown';
    }
  }

  private async bySignature(request: FastifyRequest): Promise<Result<Caller>> {
    const signed: SignedRequest = {
      method: request.method,
      ...splitUrl(request.raw.url ?? '/'),
      body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
      keyId: headerOf(request, 'x-key-id'),
      timestamp: headerOf(request, 'x-timestamp'),
      nonce: headerOf(request, 'x-nonce'),
      signature: headerOf(request, 'x-signature'),
    };
    const key = verifySignature(signed, this.edge.hmacKeys, this.clock.now());
    if (!key.ok) return key;
    if (!(await this.witnesses.nonces.claim(signed.keyId ?? '', signed.nonce ?? ''))) {
      return refuse('auth.replayed-nonce', 'This X-Nonce was used before.');
    }
    const { secret: _, ...grant } = key.value;
    return ok({ kind: 'client', ...grant });
  }

  private async byToken(authorization: string, deadlineMs: number): Promise<Result<Caller>> {
    const token = /^Bearer +([A-Za-z0-9\-._~+/]{1,4096}=*)$/i.exec(authorization)?.[1];
    if (token === undefined) return refuse('auth.invalid-token', 'Send `Authorization: Bearer <token>`.');
    // Machines bring a JWT of three parts, players an opaque token without dots.
    if (token.includes('.')) {
      const grant = await this.witnesses.tokens.verify(token);
      return grant.ok ? ok({ kind: 'client', ...grant.value }) : grant;
    }
    return token.startsWith('staff~') ? this.byStaff(token, deadlineMs) : this.bySession(token, deadlineMs);
  }

  private async bySession(accessToken: string, deadlineMs: number): Promise<Result<Caller>> {
    const invalid = refuse('auth.invalid-token', 'The access token is not valid or no longer; refresh it.');
    if (accessToken.length > 256) return invalid;
    const { services } = this.witnesses;
    const session = await services.call(identityQueries.authenticateSession, { accessToken }, { deadlineMs });
    if (!session.ok) return invalid;
    const { playerId, brand } = session.value;
    return ok({ kind: 'player', id: `player:${playerId}`, playerId, brand, accessToken });
  }

  private async byStaff(accessToken: string, deadlineMs: number): Promise<Result<Caller>> {
    const invalid = refuse('auth.invalid-token', 'The access token is not valid or no longer; log in again.');
    if (accessToken.length > 256) return invalid;
    const { services } = this.witnesses;
    const person = await services.call(staffQueries.authenticateStaff, { accessToken }, { deadlineMs });
    if (!person.ok) return invalid;
    const { staffId, role, brands } = person.value;
    return ok({ kind: 'staff', id: `staff:${staffId}`, staffId, role, brands, accessToken });
  }

  private byOrigin(clientId: string, origin: string | undefined): Result<Caller> {
    const client = this.edge.publicClients.get(clientId);
    if (client === undefined || origin === undefined || !client.origins.has(origin)) {
      return refuse('auth.invalid-credentials', 'This client id is unknown, or not for this origin.');
    }
    return ok({ kind: 'browser', id: `browser:${clientId}`, brand: client.brand });
  }
}
