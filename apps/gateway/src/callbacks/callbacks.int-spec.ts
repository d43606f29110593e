import { connect } from 'node:net';
import {
  gameSessionsCommands,
  gameSessionsQueries,
  type HandleCallback,
  ok,
  refuse,
  walletQueries,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test';

const providers = ok({
  items: [
    {
      provider: 'evolution',
      priorities: [{ path: '/credit', priority: 'settlement' as const }],
      fault: { status: 200, contentType: 'application/json', body: '{"status":"TEMPORARY_ERROR"}' },
    },
    {
      provider: 'softswiss',
      priorities: [
        { path: '/rollback', priority: 'settlement' as const },
        { path: '/play', bodyPattern: '"action"\\s*:\\s*"win"', priority: 'settlement' as const },
        { path: '/play', bodyPattern: '"action"', priority: 'bet' as const },
        { path: '/play', priority: 'read' as const },
      ],
    },
  ],
});
const base = '/callbacks/games/demo';
const answer = (body: string) =>
  ok({ status: 200, contentType: 'application/json', body, outcome: 'ok' as const });

describe('callbacks', () => {
  let gateway: GatewayUnderTest;
  const lines: string[] = [];

  beforeAll(async () => {
    const config = { gatewayMaxInFlight: 8, gatewayMaxQueued: 8, gatewayMaxWaitMs: 2_000 };
    gateway = await GatewayUnderTest.start({}, { config, logTo: (line) => lines.push(line) });
    gateway.on(gameSessionsQueries.listProviders, () => providers);
  });
  afterAll(() => gateway.stop());

  it('hands the call on byte for byte and gives the answer as it is', async () => {
    let seen: HandleCallback | undefined;
    gateway.on(gameSessionsCommands.handleCallback, (request) => {
      seen = request;
      return ok({
        status: 412,
        contentType: 'application/vnd.x+json',
        body: '{"code":100}',
        outcome: 'refused',
      });
    });
    const body = Buffer.from([0x7b, 0xff, 0x00, 0x0d, 0x0a, 0x7d]);
    const response = await gateway.call('POST', `${base}/softswiss/play/%41?b=2&a=%20`, {
      body,
      headers: { 'x-request-sign': 'abc', 'content-type': 'application/x-odd' },
    });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      412,
      'application/vnd.x+json',
      '{"code":100}',
    ]);
    expect(seen).toMatchObject({
      brand: 'demo',
      provider: 'softswiss',
      method: 'POST',
      path: '/play/%41',
      query: 'b=2&a=%20',
    });
    expect(Buffer.from(seen?.bodyBase64 ?? '', 'base64')).toEqual(body);
    expect(seen?.headers).toContainEqual({ name: 'x-request-sign', value: 'abc' });
    await fetch(`${gateway.url}${base}/softswiss/play`, { method: 'POST', body }); // no content type at all
    expect(Buffer.from(seen?.bodyBase64 ?? '', 'base64')).toEqual(body);
    const read = await gateway.call('GET', `${base}/softswiss`);
    expect([read.status, seen]).toMatchObject([412, { method: 'GET', path: '/', bodyBase64: '' }]);
  });

  it('refuses what is too large, and unknown providers as game-sessions says', async () => {
    const large = await gateway.call('POST', `${base}/softswiss/play`, { body: 'x'.repeat(65_537) });
    expect(large.status).toBe(413);
    gateway.on(gameSessionsCommands.handleCallback, () => refuse('game-sessions.unknown-provider', 'none'));
    expect((await gateway.call('POST', `${base}/nobody`, { body: {} })).status).toBe(404);
  });

  it('says of a body that comes too slowly that it may come again, and not that it cannot be read', async () => {
    const { server } = gateway.running.adapter.fastify;
    const usual = { requestTimeout: server.requestTimeout, headersTimeout: server.headersTimeout };
    expect(usual).toEqual({ requestTimeout: 10_000, headersTimeout: 10_000 });
    Object.assign(server, { requestTimeout: 300, headersTimeout: 300 });
    const head = `POST ${base}/softswiss/play HTTP/1.1\r\nhost: here\r\ncontent-length: 50\r\n\r\n`;
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () =>
        socket.write(`${head}{"actions":`),
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('end', () => resolve(text)).on('error', reject);
    });
    Object.assign(server, usual);
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toContain('"code":"request.timeout"');
  });

  it("answers in the provider's own words when game-sessions cannot", async () => {
    gateway.off(gameSessionsCommands.handleCallback);
    const faults = async () => {
      const response = await gateway.call('POST', `${base}/evolution/debit?authToken=evo-secret`, {
        body: {},
      });
      return [response.status, await response.text()];
    };
    await waitFor(async () => (await faults())[0] === 200, { what: 'the fault of evolution' });
    expect(await faults()).toEqual([200, '{"status":"TEMPORARY_ERROR"}']);
    expect((await gateway.call('POST', `${base}/softswiss/play`, { body: {} })).status).toBe(500);
    // of two versions of ours that do not agree, too: a provider takes a 422 for its last word
    gateway.on(gameSessionsCommands.handleCallback, () => refuse('request.unknown-field', 'unknown field'));
    expect(await faults()).toEqual([200, '{"status":"TEMPORARY_ERROR"}']);
    const problem = await gateway.call('POST', `${base}/softswiss/play`, { body: {} });
    expect([problem.status, await problem.json()]).toMatchObject([500, { code: 'gateway.internal-error' }]);
  });

  it('keeps query secrets out of the log, which has the failures', () => {
    expect(lines.join('')).toContain('callbacks/games/:brand/:provider');
    expect(lines.join('')).not.toContain('evo-secret');
  });

  it('serves settlements while it sheds reads', async () => {
    const held: (() => void)[] = [];
    const hold = <T>(value: T) => new Promise<T>((resolve) => held.push(() => resolve(value)));
    gateway.on(walletQueries.getBalance, () =>
      hold(ok({ currency: 'EUR', real: 0, bonus: 0, locked: 0, total: 0, version: 0 })),
    );
    gateway.on(gameSessionsCommands.handleCallback, () => answer('{"settled":true}'));
    const token = await gateway.token('operator');
    const flood = Array.from({ length: 60 }, () => gateway.call('GET', '/v1/players/p1/balance', { token }));
    await waitFor(() => held.length >= 6, { what: 'a full house of reads' });
    const win = () =>
      gateway.call('POST', `${base}/softswiss/play`, { body: '{"actions":[{"action": "win"}]}' });
    // eight at once: as many as may wait, were all of them to come before the first is served
    for (let wave = 0; wave < 5; wave++) {
      const wins = await Promise.all(Array.from({ length: 8 }, win));
      expect(wins.map(({ status }) => status)).toEqual(wins.map(() => 200));
    }
    const drain = setInterval(() => held.splice(0).forEach((release) => release()), 5);
    const reads = await Promise.all(flood);
    clearInterval(drain);
    const shed = reads.filter(({ status }) => status === 503);
    expect(shed.length).toBeGreaterThanOrEqual(40);
    expect(shed.every(({ headers }) => headers.get('retry-after') === '1')).toBe(true);
    // those in hand: answered, or given up when the settlements of a slow machine took longer than a read may
    expect(reads.filter(({ status }) => [200, 504].includes(status)).length).toBeGreaterThanOrEqual(6);
  });
});
