import {
  gameSessionsCommands,
  geoCommands,
  identityCommands,
  identityQueries,
  ok,
  paymentCommands,
  refuse,
  type CheckLocation,
} from '@baize/contracts';
import { GatewayUnderTest, problemOf } from './fixtures/gateway-under-test';

const abroad = '8.8.8.8';

describe('where a player is', () => {
  let gateway: GatewayUnderTest;
  const asked: CheckLocation[] = [];
  /** What was done all the same. */
  const done: string[] = [];

  beforeAll(async () => {
    gateway = await GatewayUnderTest.start({ trustedProxies: ['127.0.0.0/8'] });
    gateway.on(identityQueries.authenticateSession, () =>
      ok({ playerId: 'p1', brand: 'demo', sessionId: 's1' }),
    );
    gateway.on(identityCommands.createSession, () =>
      ok({ playerId: 'p1', accessToken: 'fresh', refreshToken: 'r', expiresIn: 600 }),
    );
    gateway.on(identityQueries.checkEligibility, () => {
      return ok({ allowed: true, reasons: [], epoch: 0, country: 'MT', currency: 'EUR' });
    });
    gateway.on(geoCommands.checkLocation, (request) => {
      asked.push(request);
      return refuse('identity.location-not-allowed', 'This is not offered where you are.');
    });
    const doing = (subject: string) => () => {
      done.push(subject);
      return refuse('request.not-found', 'it was done');
    };
    gateway.on(gameSessionsCommands.launchGame, doing('launch'));
    gateway.on(paymentCommands.requestDeposit, doing('deposit'));
    gateway.on(identityCommands.endSession, doing('logout'));
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    asked.splice(0);
    done.splice(0);
  });

  const from = { 'x-forwarded-for': abroad };
  const browser = { 'baize-client': 'web', origin: 'https://casino.example' };
  const credentials = { email: 'ada@example.com', password: 'correct horse battery' };
  const deposit = { amount: { amount: 1_000, currency: 'EUR' }, method: 'card' };
  const launch = { playerId: 'p1', mode: 'real' };

  it.each([
    ['launch', '/v1/games/book/launches', launch],
    ['deposit', '/v1/players/p1/deposits', deposit],
  ] as const)('decides about a %s before anything happens', async (action, path, body) => {
    const headers = { ...from, 'idempotency-key': `key-${action}` };
    const answer = await gateway.call('POST', path, { token: 'player-one', body, headers });
    expect([answer.status, (await problemOf(answer)).code]).toEqual([403, 'identity.location-not-allowed']);
    expect(asked).toEqual([{ brand: 'demo', playerId: 'p1', action, ip: abroad }]);
    expect(done).toEqual([]);
  });

  it('decides about the login of a browser, whose session is ended again', async () => {
    const answer = await gateway.call('POST', '/v1/sessions', {
      body: credentials,
      headers: { ...from, ...browser },
    });
    expect([answer.status, (await problemOf(answer)).code]).toEqual([403, 'identity.location-not-allowed']);
    expect(asked).toEqual([{ brand: 'demo', playerId: 'p1', action: 'login', ip: abroad }]);
    expect(done).toEqual(['logout']);
  });

  it('is not where the backend of an operator is', async () => {
    const token = await gateway.token('operator');
    await gateway.call('POST', '/v1/games/book/launches', { token, body: launch, headers: from });
    expect(asked).toEqual([]);
    expect(done).toEqual(['launch']);
  });
});
