import { identityQueries, ledgerHints, ok, refuse, walletQueries } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { EventStream } from '../fixtures/event-stream';
import { GatewayUnderTest, problemOf } from '../fixtures/gateway-under-test';

const balance = (version: number) => ({
  ...{ currency: 'EUR', real: version * 100, bonus: 0, locked: 0, total: version * 100, version },
});
const at = (version: number) => (event: { id: string | undefined }) => event.id === String(version);

describe('the balance as it happens', () => {
  let gateway: GatewayUnderTest;
  let version: number;
  let reads: number;
  let isLoggedIn: boolean;
  let streams: EventStream[];
  const path = (player = 'p1') => `/v1/players/${player}/balance/stream`;

  beforeEach(async () => {
    [version, reads, isLoggedIn, streams] = [1, 0, true, []];
    gateway = await GatewayUnderTest.start();
    gateway.on(walletQueries.getBalance, ({ playerId }) => {
      reads += 1;
      return playerId === 'nobody'
        ? refuse('wallet.player-not-found', 'There is no such player.')
        : ok(balance(version));
    });
    gateway.on(identityQueries.authenticateSession, () =>
      isLoggedIn
        ? ok({ playerId: 'p1', brand: 'demo', sessionId: 's1' })
        : refuse('identity.session-not-found', 'no'),
    );
  });
  afterEach(async () => {
    streams.forEach((stream) => stream.close());
    await gateway.stop();
  });

  const open = async (token = 'player-one', player = 'p1') => {
    const stream = await EventStream.open(gateway.url + path(player), token);
    streams.push(stream);
    return stream;
  };
  const hint = (player = 'p1') => gateway.nc.publish(`${ledgerHints.balanceChanged.subject}.${player}`);

  it('says what is there, then what changes: at once on a hint, within a second without', async () => {
    const stream = await open();
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    expect((await stream.until(at(1))).data).toEqual(balance(1));

    version = 2;
    const changedAt = Date.now();
    expect((await stream.until(at(2))).atMs - changedAt).toBeLessThan(5_000);

    // many changes: the hints make it far faster than looking every 0.8 s would be
    const delays: number[] = [];
    for (version = 3; version < 23; version += 1) {
      const said = Date.now();
      hint();
      delays.push((await stream.until(at(version))).atMs - said);
    }
    expect(delays.sort((a, b) => a - b)[10]).toBeLessThan(400);
    expect(stream.events.map(({ id }) => Number(id))).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
  });

  it('looks once for a flood of hints, and not at those of others', async () => {
    const stream = await open();
    await stream.until(at(1));
    const before = reads;
    const startedAt = Date.now();
    while (Date.now() - startedAt < 1_000) {
      for (let i = 0; i < 200; i += 1) hint();
      await new Promise((resolve) => setImmediate(resolve));
    }
    // one look every 50 ms, and those of the opening
    const looks = (sinceMs: number) => Math.ceil((Date.now() - sinceMs) / 50) + 5;
    expect(reads - before).toBeLessThanOrEqual(looks(startedAt));
    await waitFor(async () => {
      const last = reads;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return reads === last;
    });
    const [calm, calmAt] = [reads, Date.now()];
    for (let i = 0; i < 200; i += 1) hint('p2');
    await gateway.nc.flush();
    expect(reads - calm).toBeLessThanOrEqual(2 + Math.ceil((Date.now() - calmAt) / 800));
  });

  it('never goes back to an older balance that a slower replica answers', async () => {
    version = 5;
    const stream = await open();
    await stream.until(at(5));
    version = 4;
    hint();
    const before = reads;
    await waitFor(() => reads >= before + 2, { what: 'two looks' });
    expect(stream.events).toHaveLength(1);
  });

  it('goes on after the wallet was away, and after the broker was killed and came back', async () => {
    const stream = await open(await gateway.token('operator'));
    await stream.until(at(1));
    gateway.off(walletQueries.getBalance);
    version = 2;
    hint();
    gateway.on(walletQueries.getBalance, () => ok(balance(version)));
    await stream.until(at(2));

    await gateway.server.kill();
    version = 3;
    await gateway.server.restart();
    await stream.until(at(3));
    expect(stream.ended).toBeUndefined();
    version = 4;
    hint();
    await stream.until(at(4));
  });

  it('is refused as the balance is', async () => {
    const get = (token?: string, player = 'p1') => gateway.call('GET', path(player), { token });
    expect((await problemOf(await get())).code).toBe('auth.missing-credentials');
    expect((await problemOf(await get('player-one', 'p2'))).status).toBe(404);
    expect((await problemOf(await get(await gateway.token('nobody')))).status).toBe(403);
    expect((await problemOf(await get(await gateway.token('operator'), 'nobody'))).status).toBe(404);
    expect(
      (await problemOf(await gateway.call('GET', `${path()}?x=1`, { token: 'player-one' }))).status,
    ).toBe(422);
  });

  it('ends with the token', async () => {
    const stream = await open();
    await stream.until(at(1));
    isLoggedIn = false;
    expect((await stream.until(({ event }) => event === 'end')).data).toEqual({ reason: 'access-ended' });
    await waitFor(() => stream.ended === 'end', { what: 'the end of the answer' });
  });

  it('ends when nobody can say any more whether the token is good', async () => {
    const stream = await open();
    await stream.until(at(1));
    gateway.off(identityQueries.authenticateSession);
    expect((await stream.until(({ event }) => event === 'end')).data).toEqual({ reason: 'access-unknown' });
  });

  it('is bounded for each caller and in all, and a closed one makes room', async () => {
    const [first] = [await open(), await open()];
    const third = await open();
    expect((await problemOf(third.response)).code).toBe('gateway.too-many-streams');
    expect(third.response.headers.get('retry-after')).toBe('1');
    const operator = await gateway.token('operator');
    for (let i = 0; i < 6; i += 1) expect((await open(operator)).response.status).toBe(200);
    expect((await open(operator)).response.status).toBe(429);
    expect((await open(await gateway.token('reader'))).response.status).toBe(503);

    first.close();
    await waitFor(async () => (await open()).response.status === 200, { what: 'a free place' });
    // only reads of balances that are open go on
    streams.forEach((stream) => stream.close());
    await waitFor(
      async () => {
        const before = reads;
        await new Promise((resolve) => setTimeout(resolve, 1_200));
        return reads === before;
      },
      { what: 'the end of all looking' },
    );
  });

  it('ends at once when the gateway stops, and holds up nothing', async () => {
    const stream = await open();
    await stream.until(at(1));
    const startedAt = Date.now();
    await gateway.running.stop();
    expect(Date.now() - startedAt).toBeLessThan(14_000); // before its next sign of life
    expect((await stream.until(({ event }) => event === 'end')).data).toEqual({ reason: 'closing' });
    expect(stream.ended).toBe('end');
  });
});
