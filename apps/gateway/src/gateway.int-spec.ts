import {
  gameSessionsQueries,
  roundQueries,
  identityCommands,
  identityQueries,
  ok,
  refuse,
  walletCommands,
  walletQueries,
} from '@baize/contracts';
import { GatewayUnderTest, problemOf } from './fixtures/gateway-under-test';

const registration = {
  email: 'ada@example.com',
  password: 'a long password',
  firstName: 'Ada',
  lastName: 'Lovelace',
  dateOfBirth: '1990-12-10',
  country: 'MT',
  currency: 'EUR',
  address: { line1: '1 Main Street', city: 'Valletta', postalCode: 'VLT 1000' },
};
const player = {
  id: 'p1',
  status: 'active',
  kycLevel: 'none',
  createdAt: '2026-01-31T12:00:00.000Z',
} as const;
const balance = { currency: 'EUR', real: 100, bonus: 0, locked: 0, total: 100, version: 1 };

describe('gateway', () => {
  let gateway: GatewayUnderTest;
  let token: string;
  const lines: string[] = [];

  beforeAll(async () => {
    gateway = await GatewayUnderTest.start({}, { logTo: (line) => lines.push(line) });
    gateway.on(identityQueries.authenticateSession, ({ accessToken }) =>
      accessToken === 'player-one'
        ? ok({ playerId: 'p1', brand: 'demo', sessionId: 's1' })
        : refuse('auth.invalid-token', 'no'),
    );
    token = await gateway.token('operator');
  });
  afterAll(() => gateway.stop());

  it('registers a player: form, brand and idempotency key reach identity, replays say so', async () => {
    let seen: unknown;
    gateway.on(identityCommands.registerPlayer, (request) => {
      seen = request;
      return ok({ ...player, replayed: true });
    });
    const headers = { 'idempotency-key': 'k-1' };
    const response = await gateway.call('POST', '/v1/players', { token, headers, body: registration });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual(player);
    expect(response.headers.get('idempotency-replayed')).toBe('true');
    expect(seen).toEqual({
      brand: 'demo',
      form: registration,
      idempotency: {
        key: 'k-1',
        caller: 'client:operator',
        bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  it('takes the same key and body for another player as another request', async () => {
    const hashes: string[] = [];
    gateway.on(walletCommands.adjustBalance, ({ idempotency }) => {
      hashes.push(idempotency.bodySha256);
      return ok({ id: 'a1', status: 'posted' });
    });
    const call = {
      token,
      headers: { 'idempotency-key': 'k' },
      body: { amount: { amount: 1, currency: 'EUR' }, reason: 'x' },
    };
    for (const player of ['p1', 'p1', 'p2'])
      await gateway.call('POST', `/v1/players/${player}/adjustments`, call);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });

  it('passes refusals on with their status, and stored ones as replays', async () => {
    gateway.on(identityCommands.registerPlayer, () =>
      refuse('identity.under-age', 'too young', { replayed: true }),
    );
    const headers = { 'idempotency-key': 'k-2' };
    const response = await gateway.call('POST', '/v1/players', { token, headers, body: registration });
    expect(response.headers.get('idempotency-replayed')).toBe('true');
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'identity.under-age' });
  });

  it.each([
    ['missing', {}],
    ['too long', { 'idempotency-key': 'x'.repeat(256) }],
    ['not ASCII', { 'idempotency-key': 'kéy' }],
    ['with a space', { 'idempotency-key': 'a b' }],
  ])('needs a proper idempotency key: %s', async (_, headers) => {
    const response = await gateway.call('POST', '/v1/players', { token, headers, body: registration });
    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'idempotency.key-required' });
  });

  it('lists with limit and cursor, and null at the end', async () => {
    let seen: unknown;
    gateway.on(walletQueries.listTransactions, (request) => {
      seen = request;
      return ok({ items: [] });
    });
    const response = await gateway.call('GET', '/v1/players/p1/transactions?limit=50&cursor=c', { token });
    expect(await response.json()).toEqual({ items: [], nextCursor: null });
    expect(seen).toEqual({ brand: 'demo', playerId: 'p1', limit: 50, cursor: 'c' });
    for (const query of [
      'limit=201',
      'limit=0',
      'limit=x',
      'limit=1e2',
      'limit=1&limit=2',
      'page=2',
      '__proto__=1',
    ]) {
      const refused = await gateway.call('GET', `/v1/players/p1/transactions?${query}`, { token });
      expect((await problemOf(refused)).status).toBe(422);
    }
  });

  it('shows a player the own things only', async () => {
    gateway.on(walletQueries.getBalance, () => ok(balance));
    const mine = await gateway.call('GET', '/v1/players/p1/balance', { token: 'player-one' });
    expect([mine.status, await mine.json()]).toEqual([200, balance]);
    const theirs = await gateway.call('GET', '/v1/players/p2/balance', { token: 'player-one' });
    expect(await problemOf(theirs)).toMatchObject({ status: 404, code: 'identity.player-not-found' });
    const launch = await gateway.call('POST', '/v1/games/g1/launches', {
      token: 'player-one',
      body: { playerId: 'p2', mode: 'real' },
    });
    expect((await problemOf(launch)).status).toBe(404);
  });

  it('names the asking player where the service must check whose it is', async () => {
    let seen: unknown;
    gateway.on(roundQueries.getRound, (request) => {
      seen = request;
      return refuse('game-sessions.round-not-found', 'none');
    });
    expect((await gateway.call('GET', '/v1/rounds/r1', { token: 'player-one' })).status).toBe(404);
    expect(seen).toEqual({ brand: 'demo', roundId: 'r1', playerId: 'p1' });
  });

  it('keeps the inner view of eligibility inside', async () => {
    const full = { allowed: false, reasons: ['x'], epoch: 3, country: 'MT', currency: 'EUR' };
    gateway.on(identityQueries.checkEligibility, () => ok(full));
    const response = await gateway.call('GET', '/v1/players/p1/eligibility?action=bet', { token });
    expect(await response.json()).toEqual({ allowed: false, reasons: ['x'], epoch: 3 });
  });

  it('says no to bad bodies in the pinned way', async () => {
    const headers = { 'idempotency-key': 'k-3' };
    const amount = { amount: 100, currency: 'EUR' };
    const post = async (body: unknown, more: Record<string, string> = {}) => {
      const response = await gateway.call('POST', '/v1/players/p1/adjustments', {
        token,
        headers: { ...headers, ...more },
        body,
      });
      const { status, code } = await problemOf(response);
      return [status, code];
    };
    gateway.on(walletCommands.adjustBalance, () => refuse('wallet.player-not-found', 'nobody'));
    expect(await post({ amount, reason: 'x' })).toEqual([404, 'wallet.player-not-found']);
    expect(await post('{"amount":')).toEqual([400, 'request.malformed']);
    expect(await post('{"reason":"x","reason":"y"}')).toEqual([400, 'request.malformed']);
    expect(await post('{"__proto__":{"x":1}}')).toEqual([400, 'request.malformed']);
    expect(await post('['.repeat(30_000))).toEqual([400, 'request.malformed']);
    expect(await post({ amount, reason: 'x', extra: 1 })).toEqual([422, 'request.unknown-field']);
    expect(await post({ amount: { ...amount, amount: 10.5 }, reason: 'x' })).toEqual([
      422,
      'request.invalid',
    ]);
    expect(await post('{"amount":{"amount":9007199254740993,"currency":"EUR"},"reason":"x"}')).toEqual([
      422,
      'request.invalid',
    ]);
    expect(await post('{"amount":{"amount":1e400,"currency":"EUR"},"reason":"x"}')).toEqual([
      422,
      'request.invalid',
    ]);
    expect(await post('<a/>', { 'content-type': 'text/xml' })).toEqual([
      415,
      'request.unsupported-media-type',
    ]);
    expect(await post({ amount, reason: 'x'.repeat(70_000) })).toEqual([413, 'request.too-large']);
  });

  it('checks 413 before 401 before 403 before 422 before 404', async () => {
    const post = async (path: string, call: Parameters<GatewayUnderTest['call']>[2]) =>
      (await gateway.call('POST', path, call)).status;
    const path = '/v1/players/nobody/adjustments';
    const small = await gateway.token('reader');
    expect(await post(path, { body: 'x'.repeat(65_537) })).toBe(413);
    expect(await post(path, { body: 'x' })).toBe(401);
    expect(await post(path, { token: small, body: 'x' })).toBe(403);
    expect(await post(path, { token, headers: { 'idempotency-key': 'k' }, body: { nonsense: true } })).toBe(
      422,
    );
  });

  it('answers problems everywhere', async () => {
    expect(await problemOf(await gateway.call('GET', '/nowhere'))).toMatchObject({ status: 404 });
    expect(await problemOf(await gateway.call('GET', '/v1/players/%zz', { token }))).toMatchObject({
      status: 400,
    });
    const put = await gateway.call('PUT', '/v1/players/p1', { token });
    expect(put.headers.get('allow')).toBe('GET');
    expect(await problemOf(put)).toMatchObject({ status: 405, code: 'request.method-not-allowed' });
    const nul = await gateway.call('GET', '/v1/players/a%00b', { token });
    expect((await problemOf(nul)).status).toBe(404);
  });

  it('tells silence, failure and overload of a service apart', async () => {
    gateway.off(walletQueries.getBalance);
    const absent = await gateway.call('GET', '/v1/players/p1/balance', { token });
    expect(absent.headers.get('retry-after')).toBe('1');
    expect((await problemOf(absent)).code).toBe('gateway.service-unavailable');
    gateway.on(walletQueries.getBalance, () => 'fault');
    const failed = await gateway.call('GET', '/v1/players/p1/balance', { token });
    expect(await problemOf(failed)).toMatchObject({ status: 500, code: 'gateway.internal-error' });
    gateway.on(walletQueries.getBalance, () => new Promise(() => undefined));
    const silent = await gateway.call('GET', '/v1/players/p1/balance', { token });
    expect(await problemOf(silent)).toMatchObject({ status: 504, code: 'gateway.deadline-exceeded' });
  });

  it('refuses players while identity cannot be asked', async () => {
    gateway.off(identityQueries.authenticateSession);
    const response = await gateway.call('GET', '/v1/players/p1/balance', { token: 'player-one' });
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'gateway.service-unavailable' });
  });

  it('continues an incoming trace into services, answer and log, and keeps secrets out of the log', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    let reached = '';
    gateway.on(walletQueries.getBalance, (_request, traceparent) => {
      reached = traceparent;
      return ok(balance);
    });
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const response = await gateway.call('GET', '/v1/players/p1/balance?currency=EUR', { token, headers });
    expect(response.headers.get('x-trace-id')).toBe(trace);
    expect(reached).toContain(trace);
    expect(lines.filter((line) => line.includes(trace)).length).toBeGreaterThan(0);
    const log = lines.join('');
    for (const secret of [
      token,
      'player-one',
      'operator-secret',
      'ada@example.com',
      'a long password',
      'Valletta',
    ]) {
      expect(log).not.toContain(secret);
    }
  });

  it('shows the state of every service', async () => {
    const state = { status: 'ready', version: '0.1.0', uptimeSeconds: 1 } as const;
    gateway.on(walletQueries.getHealth, () => ok(state));
    gateway.on(identityQueries.getHealth, () => ok(state));
    const partly = await gateway.call('GET', '/health');
    expect(partly.status).toBe(503);
    expect(await partly.json()).toMatchObject({
      status: 'degraded',
      services: { wallet: state, 'game-sessions': { status: 'unreachable' } },
    });
    gateway.on(gameSessionsQueries.getHealth, () => ok(state));
    expect((await gateway.call('GET', '/health')).status).toBe(200);
  });
});
