import { ok, refuse, roundQueries, type ExportedRound, type ExportRounds } from '@baize/contracts';
import { GatewayUnderTest, problemOf } from '../fixtures/gateway-under-test';

const line = (n: number) => ({ cursor: `c${n}`, round: { id: `r${n}` } }) as unknown as ExportedRound;

describe('answers in lines', () => {
  let gateway: GatewayUnderTest;
  let token: string;
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start();
    token = await gateway.token('operator');
  });
  afterAll(() => gateway.stop());

  it('send page after page, each item a line, until there are no more', async () => {
    const asked: ExportRounds[] = [];
    gateway.on(roundQueries.exportRounds, (request) => {
      asked.push(request);
      const from = asked.length * 2;
      const more = asked.length < 3 ? { nextCursor: `c${from}` } : {};
      return ok({ items: [line(from - 1), line(from)], ...more });
    });
    const response = await gateway.call('GET', '/v1/rounds/export?provider=softswiss&cursor=c0', { token });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((text) => JSON.parse(text) as unknown)).toEqual([1, 2, 3, 4, 5, 6].map(line));
    expect(asked).toEqual(
      ['c0', 'c2', 'c4'].map((cursor) => ({ brand: 'demo', provider: 'softswiss', cursor, limit: 200 })),
    );
  });

  it('are cut, never ended, when something fails in the middle', async () => {
    let pages = 0;
    gateway.on(roundQueries.exportRounds, () => {
      pages += 1;
      return pages === 1 ? ok({ items: [line(1)], nextCursor: 'c1' }) : refuse('request.invalid', 'x');
    });
    const response = await gateway.call('GET', '/v1/rounds/export', { token });
    await expect(response.text()).rejects.toThrow();
  });

  it('outlive a service that starts anew', async () => {
    let pages = 0;
    gateway.on(roundQueries.exportRounds, () => {
      pages += 1;
      if (pages === 2) return 'fault';
      return ok({ items: [line(pages)], ...(pages === 1 && { nextCursor: 'c1' }) });
    });
    const response = await gateway.call('GET', '/v1/rounds/export', { token });
    expect((await response.text()).trimEnd().split('\n')).toHaveLength(2);
  });

  it('are a problem document when the first page is refused, and for players', async () => {
    gateway.on(roundQueries.exportRounds, () => refuse('request.invalid', 'no such cursor'));
    const response = await gateway.call('GET', '/v1/rounds/export?cursor=x', { token });
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'request.invalid' });
    const reader = await gateway.call('GET', '/v1/rounds/export', { token: await gateway.token('reader') });
    expect((await problemOf(reader)).status).toBe(403);
  });

  it('end at a bound, so that one reader does not hold a place for ever', async () => {
    let sent = 0;
    gateway.on(roundQueries.exportRounds, () => {
      sent += 200;
      return ok({ items: Array.from({ length: 200 }, (_, n) => line(sent + n)), nextCursor: `c${sent}` });
    });
    const response = await gateway.call('GET', '/v1/rounds/export', { token });
    expect((await response.text()).trimEnd().split('\n')).toHaveLength(10_000);
  });
});
