import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { type Result, ok, refuse } from '@baize/contracts';
import type { Clock } from '@baize/runtime';
import { jwtVerify, SignJWT } from 'jose';
import type { Edge, Grant } from '../edge';
import { scopeNames, type Scope } from './scopes';
import { equal } from './signed-request';

/** A client that proved its secret. */
export interface ProvenClient {
  clientId: string;
  grant: Grant;
}

/** Issues and checks the access tokens of machine clients: JWT, HS256 and nothing else. */
export class AccessTokens {
  private readonly key: KeyObject;

  constructor(
    private readonly edge: Pick<Edge, 'clients' | 'jwt'>,
    private readonly clock: Clock,
  ) {
    this.key = createSecretKey(Buffer.from(edge.jwt.secret, 'utf8'));
  }

  get lifeSeconds(): number {
    return this.edge.jwt.ttlSeconds;
  }

  /** The client with this id and secret; an unknown id takes the same time. */
  prove(clientId: string, secret: string): ProvenClient | undefined {
    const client = this.edge.clients.get(clientId);
    const digest = createHash('sha256').update(secret, 'utf8').digest('hex');
    return equal(digest, client?.secretSha256 ?? '0'.repeat(64)) && client
      ? { clientId, grant: client }
      : undefined;
  }

  issue(clientId: string, granted: readonly Scope[]): Promise<string> {
    const { issuer, audience, ttlSeconds } = this.edge.jwt;
    const now = Math.floor(this.clock.now().getTime() / 1_000);
    return new SignJWT({ scope: granted.join(' ') })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setSubject(clientId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + ttlSeconds)
      .sign(this.key);
  }

  /** What the token's bearer may do: never more than its client may today. */
  async verify(token: string): Promise<Result<Grant>> {
    const { issuer, audience } = this.edge.jwt;
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: ['HS256'],
        typ: 'at+jwt',
        issuer,
        audience,
        requiredClaims: ['sub', 'exp', 'scope'],
        currentDate: this.clock.now(),
      });
      const client = this.edge.clients.get(payload.sub ?? '');
      if (client) {
        const held = new Set(String(payload.scope).split(' '));
        return ok({
          ...client,
          scopes: new Set(scopeNames.filter((s) => held.has(s) && client.scopes.has(s))),
        });
      }
    } catch {
      // every reason gets the same answer
    }
    return refuse('auth.invalid-token', 'The access token is not valid or no longer; get another one.');
  }
}
