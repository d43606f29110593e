import {
  type GetPayment,
  type HandlePaymentCallback,
  identityQueries,
  ok,
  paymentCommands,
  paymentQueries,
  refuse,
  type RequestDeposit,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { GatewayUnderTest, problemOf } from './fixtures/gateway-under-test';

const callback = '/callbacks/payments/demo';
const body = Buffer.from([0x7b, 0xff, 0x00, 0x0d, 0x0a, 0x7d]);
const deposit = { amount: { amount: 1_000, currency: 'EUR' }, method: 'card' };
const eligible = { allowed: true, reasons: [], epoch: 0, country: 'MT', currency: 'EUR' };

describe('payments at the edge', () => {
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    const psps = { stripe: {}, guarded: { allowedIps: ['203.0.113.0/24'] } };
    gateway = await GatewayUnderTest.start({ psps, rateLimits: { providerPerSecond: 20 } });
    gateway.on(identityQueries.authenticateSession, ({ accessToken }) =>
      accessToken === 'player-one'
        ? ok({ playerId: 'p1', brand: 'demo', sessionId: 's1' })
        : refuse('auth.invalid-token', 'no'),
    );
    gateway.on(identityQueries.checkEligibility, () => ok(eligible));
  });
  afterAll(() => gateway.stop());

  it('hands a webhook on byte for byte, whatever its type, and gives the answer as it is', async () => {
    let seen: HandlePaymentCallback | undefined;
    gateway.on(paymentCommands.handlePaymentCallback, (request) => {
      seen = request;
      return ok({
        status: 401,
        contentType: 'text/plain',
        body: '[no]',
        outcome: 'unauthenticated' as const,
      });
    });
    const headers = { 'stripe-signature': 't=1,v1=ab', 'content-type': 'application/x-odd' };
    const response = await gateway.call('POST', `${callback}/stripe?a=%20`, { body, headers });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      401,
      'text/plain',
      '[no]',
    ]);
    expect(seen).toMatchObject({
      brand: 'demo',
      psp: 'stripe',
      query: 'a=%20',
      bodyBase64: body.toString('base64'),
    });
    expect(seen?.headers).toContainEqual({ name: 'stripe-signature', value: 't=1,v1=ab' });
  });

  it('turns away what is too large, comes from elsewhere, or has nobody to hear it', async () => {
    const large = await gateway.call('POST', `${callback}/stripe`, { body: Buffer.alloc(65_537, 97) });
    expect(await problemOf(large)).toMatchObject({ status: 413, code: 'request.too-large' });
    const elsewhere = await gateway.call('POST', `${callback}/guarded`, { body });
    expect(await problemOf(elsewhere)).toMatchObject({ status: 403, code: 'auth.address-not-allowed' });
    gateway.on(paymentCommands.handlePaymentCallback, () => 'fault');
    expect((await gateway.call('POST', `${callback}/stripe`, { body })).status).toBeGreaterThanOrEqual(500);
  });

  it('limits the webhooks of a PSP', async () => {
    gateway.on(paymentCommands.handlePaymentCallback, () =>
      ok({ status: 200, contentType: 'text/plain', body: '', outcome: 'ok' as const }),
    );
    // at once; of a machine that needs seconds for them, once more
    const isLimited = async () => {
      const all = Array.from({ length: 60 }, () => gateway.call('POST', `${callback}/stripe`, { body }));
      return (await Promise.all(all)).some(({ status }) => status === 429);
    };
    await waitFor(isLimited, { what: 'a webhook too many' });
  });

  it('takes a deposit of the player for whom it is, with a key', async () => {
    let seen: RequestDeposit | undefined;
    gateway.on(paymentCommands.requestDeposit, (request) => {
      seen = request;
      return ok({
        id: 'd1',
        status: 'pending' as const,
        redirectUrl: 'https://pay.example/1',
        replayed: true,
      });
    });
    const call = { token: 'player-one', body: deposit, headers: { 'idempotency-key': 'k1' } };
    const response = await gateway.call('POST', '/v1/players/p1/deposits', call);
    expect([response.status, response.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await response.json()).toEqual({
      id: 'd1',
      status: 'pending',
      redirectUrl: 'https://pay.example/1',
    });
    expect(seen).toMatchObject({
      ...deposit,
      playerId: 'p1',
      actor: { kind: 'player', id: 'p1' },
      idempotency: { key: 'k1' },
    });
    const theirs = await gateway.call('POST', '/v1/players/p2/deposits', call);
    expect((await problemOf(theirs)).status).toBe(404);
    const keyless = await gateway.call('POST', '/v1/players/p1/deposits', {
      token: 'player-one',
      body: deposit,
    });
    expect((await problemOf(keyless)).code).toBe('idempotency.key-required');
    const reader = { ...call, token: await gateway.token('reader') };
    expect((await problemOf(await gateway.call('POST', '/v1/players/p1/deposits', reader))).status).toBe(403);
    const odd = { ...call, body: { ...deposit, extra: 1 } };
    expect((await problemOf(await gateway.call('POST', '/v1/players/p1/deposits', odd))).code).toBe(
      'request.unknown-field',
    );
  });

  it('begins no deposit of who may not pay in, whoever asks, nor when identity does not say', async () => {
    const asked: object[] = [];
    let begun = 0;
    gateway.on(paymentCommands.requestDeposit, () => {
      begun += 1;
      return ok({ id: 'd2', status: 'pending' as const });
    });
    const reasons = ['identity.kyc-required'];
    gateway.on(identityQueries.checkEligibility, (question) => {
      asked.push(question);
      return ok({ ...eligible, allowed: false, reasons });
    });
    for (const token of ['player-one', await gateway.token('operator')]) {
      const call = { token, body: deposit, headers: { 'idempotency-key': `no-${token}`.slice(0, 20) } };
      const problem = await problemOf(await gateway.call('POST', '/v1/players/p1/deposits', call));
      expect(problem).toMatchObject({ status: 403, code: 'identity.action-not-allowed' });
      expect(problem).toMatchObject({ detail: expect.stringContaining(reasons[0]!) });
    }
    expect(asked[0]).toEqual({ playerId: 'p1', brand: 'demo', action: 'deposit', amount: deposit.amount });
    gateway.on(identityQueries.checkEligibility, () => 'fault');
    const call = { token: 'player-one', body: deposit, headers: { 'idempotency-key': 'later' } };
    expect((await gateway.call('POST', '/v1/players/p1/deposits', call)).status).toBeGreaterThanOrEqual(500);
    expect(begun).toBe(0);
    gateway.on(identityQueries.checkEligibility, () => ok(eligible));
    expect((await gateway.call('POST', '/v1/players/p1/deposits', call)).status).toBe(201);
    expect(begun).toBe(1);
  });

  it('has the wallet check whose payment it is, and keeps reviews from players', async () => {
    const seen: GetPayment[] = [];
    gateway.on(paymentQueries.getPayment, (request) => {
      seen.push(request);
      return refuse('wallet.payment-not-found', 'There is no such payment.');
    });
    for (const token of ['player-one', await gateway.token('reader')]) {
      expect((await problemOf(await gateway.call('GET', '/v1/payments/x', { token }))).status).toBe(404);
    }
    expect(seen).toEqual([
      { brand: 'demo', paymentId: 'x', ownerId: 'p1' },
      { brand: 'demo', paymentId: 'x' },
    ]);
    const review = { token: 'player-one', body: { decision: 'approve', reason: 'mine' } };
    expect((await problemOf(await gateway.call('POST', '/v1/withdrawals/x/reviews', review))).status).toBe(
      403,
    );
    expect(
      (await problemOf(await gateway.call('GET', '/v1/payment-reviews', { token: 'player-one' }))).status,
    ).toBe(403);
  });
});
