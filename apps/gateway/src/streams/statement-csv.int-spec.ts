import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ledgerQueries, ok, refuse, type GetStatement, type Statement } from '@baize/contracts';
import { GatewayUnderTest, problemOf } from '../fixtures/gateway-under-test';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is held, without what only waits to be collected. */
function liveBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

async function* rest(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let part = await reader.read(); part.value !== undefined; part = await reader.read()) yield part.value;
}

const at = '2026-01-31T12:00:00.000Z';

/** A wallet that wins 1 in every line; pages of at most `perPage` lines, the cursor is where to go on. */
function pageOf({ cursor = '0', audience }: GetStatement, lines: number, perPage: number): Statement {
  const first = Number(cursor);
  const count = Math.min(perPage, lines - first);
  const items = Array.from({ length: count }, (_, i) => ({
    ...{ id: `t${first + i}`, sequence: first + i + 1, kind: 'win' as const, amount: 1, currency: 'EUR' },
    ...{ funds: { real: 1, bonus: 0, locked: 0 }, balanceAfter: first + i + 1, createdAt: at },
    ...(audience === 'operator' && { actor: 'provider:acme', source: '=1+1 "quoted", and\nbroken' }),
  }));
  const nextCursor = first + count < lines ? String(first + count) : undefined;
  return { currency: 'EUR', from: at, to: at, openingBalance: 0, closingBalance: lines, items, nextCursor };
}

describe('a statement as CSV', () => {
  let gateway: GatewayUnderTest;
  let operator: string;
  const path = '/v1/players/p1/statements';
  const asked: GetStatement[] = [];

  beforeAll(async () => {
    gateway = await GatewayUnderTest.start();
    operator = await gateway.token('operator');
  });
  beforeEach(() => asked.splice(0));
  afterAll(() => gateway.stop());

  const serve = (lines: number, perPage = 1_000) =>
    gateway.on(ledgerQueries.getStatement, (query) => {
      asked.push(query);
      return ok(pageOf(query, lines, perPage));
    });

  it('is JSON unless CSV is asked for, by name or by the header', async () => {
    serve(3);
    const typeOf = async (query: string, accept: string) =>
      (await gateway.call('GET', path + query, { token: operator, headers: { accept } })).headers.get(
        'content-type',
      );
    const [json, csv] = ['application/json; charset=utf-8', 'text/csv; charset=utf-8'];
    expect(await typeOf('', '*/*')).toBe(json);
    expect(await typeOf('', 'application/json, text/csv')).toBe(json);
    expect(await typeOf('?format=json', 'text/csv')).toBe(json);
    expect(await typeOf('', 'text/csv')).toBe(csv);
    expect(await typeOf('?format=csv', '*/*')).toBe(csv);
    expect(
      (await problemOf(await gateway.call('GET', `${path}?format=xml`, { token: operator }))).status,
    ).toBe(422);
  });

  it('has the balances around the lines, and text that no spreadsheet runs', async () => {
    serve(3, 2);
    const answer = await gateway.call(
      'GET',
      `${path}?format=csv&from=2026-01-01&to=2026-02-01&currency=EUR`,
      {
        token: operator,
      },
    );
    expect(await answer.text()).toBe(
      [
        'sequence,id,kind,createdAt,currency,amount,real,bonus,locked,balanceAfter,provider,providerTxId,gameId,roundId,referenceId,sessionId,actor,source',
        `,,opening-balance,${at},EUR,,,,,0,,,,,,,,`,
        ...[1, 2, 3].map(
          (n) =>
            `${n},t${n - 1},win,${at},EUR,1,1,0,0,${n},,,,,,,provider:acme,"'=1+1 ""quoted"", and\nbroken"`,
        ),
        `,,closing-balance,${at},EUR,,,,,3,,,,,,,,`,
        '',
      ].join('\r\n'),
    );
    expect(asked).toMatchObject([
      {
        playerId: 'p1',
        from: '2026-01-01',
        to: '2026-02-01',
        currency: 'EUR',
        limit: 1_000,
        audience: 'operator',
      },
      { cursor: '2' },
    ]);
  });

  it('is streamed: half a million lines pass through a gateway that hardly grows, no faster than they are read', async () => {
    serve(500_000);
    const answer = await gateway.call('GET', `${path}?format=csv`, { token: operator });
    const reader = answer.body!.getReader();
    await reader.read();
    // nobody reads: the wallet is not asked for more than what fills the pipes
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const ahead = asked.length;
    expect(ahead).toBeLessThan(100);
    let bytes = 0;
    let parts = 0;
    const live: number[] = [];
    for await (const part of rest(reader)) {
      bytes += part.length;
      parts += 1;
      if (parts % 200 === 1) live.push(liveBytes());
    }
    expect(asked).toHaveLength(500);
    expect(bytes).toBeGreaterThan(40_000_000);
    expect(live.length).toBeGreaterThan(3);
    expect(Math.max(...live) - live[0]!).toBeLessThan(10_000_000);
  });

  it('asks again for a page that the wallet failed to give', async () => {
    let failures = 0;
    gateway.on(ledgerQueries.getStatement, (query) => {
      if (query.cursor !== undefined && failures++ < 2) return 'fault';
      return ok(pageOf(query, 2_000, 1_000));
    });
    const text = await (await gateway.call('GET', `${path}?format=csv`, { token: operator })).text();
    expect(text.split('\r\n')).toHaveLength(2_000 + 4);
    expect(failures).toBe(3);
  });

  it('is cut, never ended as if it were whole, when the rest cannot be had', async () => {
    gateway.on(ledgerQueries.getStatement, (query) =>
      query.cursor === undefined
        ? ok(pageOf(query, 2_000, 1_000))
        : refuse('wallet.wallet-not-found', 'gone'),
    );
    const answer = await gateway.call('GET', `${path}?format=csv`, { token: operator });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  it('is refused with a problem document', async () => {
    gateway.on(ledgerQueries.getStatement, () => refuse('wallet.player-not-found', 'no'));
    const answer = await gateway.call('GET', `${path}?format=csv`, { token: operator });
    expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'wallet.player-not-found' });
  });

  it('lets no player ask for what operators see', async () => {
    serve(1);
    const answer = await gateway.call('GET', `${path}?audience=operator`, { token: operator });
    expect((await problemOf(answer)).code).toBe('request.unknown-field');
  });
});
