import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { identityQueries, ok, refuse } from '@baize/contracts';
import { SignJWT, UnsecuredJWT } from 'jose';
import { signatureOf } from './auth/signed-request';
import { GatewayUnderTest, jwtSecret, problemOf, secrets } from './fixtures/gateway-under-test';
import type { AnyApiRoute } from './http/route';

const path = '/v1/players/p1/balance';

/** A path of the route with something for every parameter. */
const pathOf = (route: AnyApiRoute) => route.path.replaceAll(/\{\w+\}/g, 'someone');

const jwt = (
  claims: {
    exp?: string | number;
    aud?: string;
    iss?: string;
    sub?: string;
    typ?: string;
    alg?: string;
  } = {},
) =>
  new SignJWT({ scope: 'wallet:read' })
    .setProtectedHeader({ alg: claims.alg ?? 'HS256', typ: claims.typ ?? 'at+jwt' })
    .setSubject(claims.sub ?? 'id-operator')
    .setIssuer(claims.iss ?? 'baize')
    .setAudience(claims.aud ?? 'baize-api')
    .setExpirationTime(claims.exp ?? '5 minutes');

describe('security of the edge', () => {
  let gateway: GatewayUnderTest;
  let operator: string;
  const routes = () => gateway.running.routes.filter((route): route is AnyApiRoute => route.kind === 'api');

  beforeAll(async () => {
    gateway = await GatewayUnderTest.start();
    gateway.on(identityQueries.authenticateSession, ({ accessToken }) =>
      accessToken === 'player-one'
        ? ok({ playerId: 'p1', brand: 'demo', sessionId: 's1' })
        : refuse('identity.session-not-found', 'no'),
    );
    operator = await gateway.token('operator');
  });
  afterAll(() => gateway.stop());

  const statusOf = async (route: AnyApiRoute, token?: string) => {
    const response = await gateway.call(route.method, pathOf(route), {
      token,
      ...(route.body && { body: { nonsense: true } }),
    });
    const { code } = await problemOf(response);
    return [response.status, code];
  };

  it('asks everyone on every operation: nobody, strangers, expired sessions, forged tokens', async () => {
    expect(routes().length).toBeGreaterThanOrEqual(15);
    const tampered = `${operator.slice(0, -2)}${operator.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const route of routes()) {
      expect(await statusOf(route)).toEqual([401, 'auth.missing-credentials']);
      expect(await statusOf(route, 'expired-or-invented')).toEqual([401, 'auth.invalid-token']);
      expect(await statusOf(route, tampered)).toEqual([401, 'auth.invalid-token']);
    }
  });

  it('asks for the scope of every operation', async () => {
    const nobody = await gateway.token('nobody');
    for (const route of routes()) {
      expect(await statusOf(route, nobody)).toEqual([403, 'auth.insufficient-scope']);
    }
  });

  it('shows no player the things of another, and lets none do what operators do', async () => {
    const owned = routes().filter(({ owner, method }) => owner && method === 'GET');
    expect(owned.length).toBeGreaterThanOrEqual(5);
    for (const route of owned) {
      const query = route.path.endsWith('eligibility') ? '?action=bet' : '';
      const response = await gateway.call('GET', pathOf(route) + query, { token: 'player-one' });
      expect(response.status).toBe(404);
    }
    for (const route of routes().filter(({ access }) => !access.player)) {
      expect(await statusOf(route, 'player-one')).toEqual([403, 'auth.insufficient-scope']);
    }
  });

  it('gives a token no more than was asked for', async () => {
    const narrow = await gateway.token('operator', 'wallet:read');
    expect((await gateway.call('GET', path, { token: narrow })).status).not.toBe(403);
    expect((await gateway.call('GET', '/v1/games', { token: narrow })).status).toBe(403);
  });

  it('takes tokens of its own algorithm, issuer, audience, type and time only', async () => {
    const key = Buffer.from(jwtSecret);
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
    const rs256 = new SignJWT({ scope: 'wallet:read' })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' })
      .setSubject('id-operator')
      .setIssuer('baize')
      .setAudience('baize-api')
      .setExpirationTime('5 minutes');
    const none = new UnsecuredJWT({ scope: 'wallet:read' })
      .setSubject('id-operator')
      .setIssuer('baize')
      .setAudience('baize-api')
      .setExpirationTime('5 minutes');
    const good = await jwt().sign(key);
    expect((await gateway.call('GET', path, { token: good })).status).not.toBe(401);
    const bad: Record<string, string> = {
      'alg none': none.encode(),
      'alg none with the signature of a good one': `${none.encode()}${good.split('.')[2] ?? ''}`,
      RS256: await rs256.sign(privateKey),
      'HS256 with a public key as its secret': await jwt().sign(pem),
      HS512: await jwt({ alg: 'HS512' }).sign(key),
      'another secret': await jwt().sign(Buffer.from('another secret of more than thirty-two bytes')),
      expired: await jwt({ exp: Math.floor(Date.now() / 1_000) - 1 }).sign(key),
      'another issuer': await jwt({ iss: 'else' }).sign(key),
      'another audience': await jwt({ aud: 'else' }).sign(key),
      'another type': await jwt({ typ: 'id+jwt' }).sign(key),
      'a client that is gone': await jwt({ sub: 'id-gone' }).sign(key),
      'other claims under the same signature': [
        good.split('.')[0],
        btoa('{"sub":"id-operator"}'),
        good.split('.')[2],
      ].join('.'),
    };
    for (const [name, token] of Object.entries(bad)) {
      const response = await gateway.call('GET', path, { token });
      expect([name, response.status]).toEqual([name, 401]);
    }
  });

  describe('signed requests', () => {
    const signed = (
      over: { at?: number; nonce?: string; keyId?: string; query?: string; method?: string } = {},
    ) => {
      const request = {
        method: over.method ?? 'GET',
        path,
        query: over.query ?? '',
        body: Buffer.alloc(0),
        keyId: over.keyId ?? 'key-new',
        timestamp: String(Math.floor(Date.now() / 1_000) + (over.at ?? 0)),
        nonce: over.nonce ?? randomUUID(),
        signature: undefined,
      };
      return {
        'x-key-id': request.keyId,
        'x-timestamp': request.timestamp,
        'x-nonce': request.nonce,
        'x-signature': signatureOf(`${secrets.hmac}-${request.keyId}`, request),
      };
    };
    const send = async (headers: Record<string, string>, url = path) => {
      const response = await gateway.call('GET', url, { headers });
      return response.status === 401 ? (await problemOf(response)).code : response.status;
    };
    const passed = 503; // nobody serves the wallet here: the edge let it through

    it('takes either of two live keys', async () => {
      expect(await send(signed({ keyId: 'key-old' }))).toBe(passed);
      expect(await send(signed({ keyId: 'key-new', query: 'currency=EUR' }), `${path}?currency=EUR`)).toBe(
        passed,
      );
      expect(await send(signed({ keyId: 'key-retired' }))).toBe('auth.invalid-signature');
    });

    it('takes a nonce once, also when two replicas get it at the same moment', async () => {
      const headers = signed();
      expect(await send(headers)).toBe(passed);
      expect(await send(headers)).toBe('auth.replayed-nonce');
      const race = signed();
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => send(race)));
      expect(outcomes.filter((outcome) => outcome === passed)).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'auth.replayed-nonce')).toHaveLength(9);
    });

    it('does not use up a nonce that came with a wrong signature', async () => {
      const headers = signed();
      expect(await send({ ...headers, 'x-signature': '0'.repeat(64) })).toBe('auth.invalid-signature');
      expect(await send(headers)).toBe(passed);
    });

    it('refuses skewed clocks and anything that was changed', async () => {
      expect(await send(signed({ at: -310 }))).toBe('auth.stale-timestamp');
      expect(await send(signed({ at: 310 }))).toBe('auth.stale-timestamp');
      expect(await send(signed(), `${path}?currency=EUR`)).toBe('auth.invalid-signature');
      expect(await send(signed({ method: 'POST' }))).toBe('auth.invalid-signature');
      expect(await send({ ...signed(), 'x-nonce': randomUUID() })).toBe('auth.invalid-signature');
      expect(await send({ ...signed(), 'x-timestamp': String(Math.floor(Date.now() / 1_000) - 1) })).toBe(
        'auth.invalid-signature',
      );
      const { 'x-nonce': _, ...withoutNonce } = signed();
      expect(await send(withoutNonce)).toBe('auth.missing-credentials');
    });
  });

  it('binds a client to its brands', async () => {
    const chain = await gateway.token('chain');
    const ask = (brand?: string) =>
      gateway.call('GET', path, {
        token: chain,
        headers: brand === undefined ? {} : { 'baize-brand': brand },
      });
    expect(await problemOf(await ask())).toMatchObject({ status: 400, code: 'auth.brand-required' });
    expect(await problemOf(await ask('foreign'))).toMatchObject({
      status: 403,
      code: 'auth.brand-not-allowed',
    });
    expect((await ask('other')).status).toBe(503);
  });

  it('lets browsers register and log in from their own origins only', async () => {
    const login = (headers: Record<string, string>) =>
      gateway.call('POST', '/v1/sessions', { headers, body: { email: 'a@b.example', password: 'x' } });
    const origin = 'https://casino.example';
    const good = await login({ 'baize-client': 'web', origin });
    expect([good.status, good.headers.get('access-control-allow-origin')]).toEqual([503, origin]);
    const evil = await login({ 'baize-client': 'web', origin: 'https://evil.example' });
    expect([evil.status, evil.headers.get('access-control-allow-origin')]).toEqual([401, null]);
    expect((await login({ 'baize-client': 'web' })).status).toBe(401);
    expect((await login({ 'baize-client': 'unknown', origin })).status).toBe(401);
    expect((await gateway.call('GET', path, { headers: { 'baize-client': 'web', origin } })).status).toBe(
      403,
    );
    const preflight = (from: string) =>
      gateway.call('OPTIONS', '/v1/sessions', { headers: { origin: from } });
    expect((await preflight(origin)).status).toBe(204);
    expect((await preflight('https://evil.example')).status).toBe(405);
  });

  it('issues tokens to clients that prove themselves, and says what is wrong', async () => {
    const ask = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
      const response = await fetch(`${gateway.url}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers,
      });
      return [response.status, ((await response.json()) as { error?: string }).error];
    };
    const own = { client_id: 'id-reader', client_secret: 'reader-secret', grant_type: 'client_credentials' };
    expect(await ask(own)).toEqual([200, undefined]);
    expect(await ask({ ...own, client_secret: 'wrong' })).toEqual([401, 'invalid_client']);
    const digest = createHash('sha256').update('reader-secret').digest('hex');
    expect(await ask({ ...own, client_secret: digest })).toEqual([401, 'invalid_client']);
    expect(await ask({ ...own, client_id: 'unknown' })).toEqual([401, 'invalid_client']);
    expect(await ask({ ...own, scope: 'wallet:read audit:read' })).toEqual([400, 'invalid_scope']);
    expect(await ask({ ...own, grant_type: 'password' })).toEqual([400, 'unsupported_grant_type']);
    const json = await gateway.call('POST', '/oauth/token', { body: own });
    expect((await problemOf(json)).code).toBe('request.unsupported-media-type');
    const office = {
      client_id: 'id-office',
      client_secret: 'office-secret',
      grant_type: 'client_credentials',
    };
    expect(await ask(office)).toEqual([403, 'unauthorized_client']);
    expect(await ask(office, { 'x-forwarded-for': '198.51.100.7' })).toEqual([403, 'unauthorized_client']);
  });
});

describe('behind a trusted proxy', () => {
  it('believes the address that the proxy saw, not what the client says', async () => {
    const gateway = await GatewayUnderTest.start({ trustedProxies: ['127.0.0.0/8'] });
    const from = (forwarded: string) =>
      gateway.call('POST', '/callbacks/games/demo/guarded/play', {
        body: {},
        headers: { 'x-forwarded-for': forwarded },
      });
    expect((await from('203.0.113.5')).status).toBe(500);
    expect((await from('203.0.113.5, 192.0.2.1')).status).toBe(403);
    expect((await from('192.0.2.1')).status).toBe(403);
    expect((await gateway.call('POST', '/callbacks/games/demo/guarded/play', { body: {} })).status).toBe(403);
    await gateway.stop();
  });
});

describe('rate limits', () => {
  it('are per key and say when to come back', async () => {
    const gateway = await GatewayUnderTest.start({
      rateLimits: { clientPerSecond: 5, failuresPerMinute: 3, publicPerSecond: 4 },
    });
    const [token, other] = [await gateway.token('operator'), await gateway.token('reader')];
    /** Asks so often at once; answers the refused, which are all but those of the seconds that it took. */
    const floods = async (ask: () => Promise<Response>, perSecond: number) => {
      const startedAt = Date.now();
      const answers = await Promise.all(Array.from({ length: 20 }, ask));
      const seconds = 1 + Math.ceil((Date.now() - startedAt) / 1_000);
      const limited = answers.filter(({ status }) => status === 429);
      expect(answers.length - limited.length).toBeLessThanOrEqual(perSecond * seconds);
      return limited;
    };
    const limited = await floods(() => gateway.call('GET', path, { token }), 5);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await gateway.call('GET', path, { token: other })).status).not.toBe(429);
    const guesses = [];
    for (let i = 0; i < 5; i++) guesses.push((await gateway.call('GET', path, { token: `a.b.${i}` })).status);
    expect(guesses).toEqual([401, 401, 401, 429, 429]);
    expect(await floods(() => gateway.call('GET', '/openapi.json'), 4)).not.toEqual([]);
    await gateway.stop();
  });
});
