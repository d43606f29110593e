import { Database } from '@baize/persistence';
import { createTestDatabase, type TestDatabase } from '@baize/testing';
import { startProviderApi } from '../test/provider-api-server';
import type { CallbackSign } from './domain/quality';
import { ProviderGate } from './provider-gate';
import { ProviderWatch } from './provider-watch';
import { migrations } from './store/migrations';

const key = { brand: 'demo', provider: 'softswiss' };

describe('what replicas see of a provider', () => {
  let test: TestDatabase;
  let database: Database;
  let watch: ProviderWatch;

  beforeAll(async () => {
    test = await createTestDatabase({ migrations });
    database = new Database({ url: test.url, poolSize: 3 });
  });
  beforeEach(async () => {
    await database.query('TRUNCATE provider_health, provider_window, provider_quality');
    watch = replica();
    await watch.start();
    await watch.stop(); // it looks when the test says so
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const replica = (keys = [key]) => new ProviderWatch(database, keys, () => undefined);
  const breaker = () => watch.of(key.brand)[0]!;
  const saw = (count: number, sign?: CallbackSign) => {
    for (let n = 0; n < count; n++) watch.sawCallback(key, sign);
  };
  /** As if all that is known had happened so long ago. */
  const age = async (minutes: number) => {
    await database.query(
      `UPDATE provider_health SET changed_at = changed_at - $1 * interval '1 minute',
         retry_at = retry_at - $1 * interval '1 minute'`,
      [minutes],
    );
    await database.query(`UPDATE provider_window SET at = at - $1 * interval '1 minute'`, [minutes]);
  };

  it('shows the games of a half-open breaker, and decides by five calls however seldom they come', async () => {
    await age(1);
    saw(20, 'malformed');
    await watch.look();
    expect(breaker()).toMatchObject({ breaker: { state: 'open' } });
    expect(watch.isHidden(key.brand, key.provider)).toBe(true);
    await age(1);
    await watch.look();
    expect(breaker()).toMatchObject({ breaker: { state: 'half-open' }, seen: { calls: 0 } });
    expect(watch.isHidden(key.brand, key.provider)).toBe(false);
    await age(1);
    saw(3);
    await watch.look();
    await age(15);
    await watch.prune();
    expect(breaker()).toMatchObject({ breaker: { state: 'half-open' } });
    saw(2);
    await watch.look();
    expect(breaker()).toMatchObject({ breaker: { state: 'closed' } });
  });

  it('is dated by the clock that replicas share, whatever a process takes for the time', async () => {
    await age(1);
    saw(20, 'malformed');
    const hourLate = Date.now() + 3_600_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(hourLate);
    await watch.look();
    const opened = breaker().breaker;
    await watch.look(); // it is not tried again at once either
    clock.mockRestore();
    expect(opened.state).toBe('open');
    expect(opened.changedAtMs).toBeLessThan(hourLate - 1_800_000);
    expect(opened.retryAtMs).toBe(opened.changedAtMs + 30_000);
    expect(breaker().breaker).toEqual(opened);
  });

  it('is counted for the brand whose keys asked, and not when nothing was asked', async () => {
    const api = await startProviderApi();
    api.answer(() => ({ status: 503, body: {} }));
    const other = { ...key, brand: 'other' };
    const both = new ProviderWatch(database, [key, other], () => undefined);
    const gate = new ProviderGate(both);
    const about = { ...other, operation: 'game-list', baseUrl: api.url } as const;
    const ask = (deadlineMs: number) =>
      gate.ask(about, { method: 'GET', path: '/', headers: {} }, deadlineMs);
    expect(await ask(Date.now() + 30_000)).toMatchObject({ kind: 'answered' });
    expect(await ask(Date.now() - 1)).toEqual({ kind: 'silent', why: 'there was no time left' });
    await both.look();
    const rows = await database.query(
      'SELECT brand, outbound, outbound_failed AS failed FROM provider_quality ORDER BY brand',
    );
    expect(rows).toEqual([{ brand: 'other', outbound: 1n, failed: 1n }]);
    await gate.close();
    await api.stop();
  });

  it('is kept while the database is away, and counted once when it is back', async () => {
    await age(1);
    saw(12, 'malformed');
    watch.sawOutbound(key, { ok: false, ms: 40 });
    await database.query('ALTER TABLE provider_quality RENAME TO provider_quality_away');
    await expect(watch.look()).rejects.toThrow();
    saw(10, 'malformed');
    await expect(watch.look()).rejects.toThrow();
    await database.query('ALTER TABLE provider_quality_away RENAME TO provider_quality');
    await watch.look();
    await watch.look();
    const [row] = await database.query<Record<string, string>>(
      `SELECT sum(callbacks) AS callbacks, sum(malformed) AS malformed, sum(outbound) AS outbound,
         sum(outbound_failed) AS failed, sum(outbound_ms) AS ms FROM provider_quality`,
    );
    expect(row).toEqual({ callbacks: '22', malformed: '22', outbound: '1', failed: '1', ms: '40' });
    expect(breaker().breaker).toMatchObject({
      state: 'open',
      reason: expect.stringMatching(/^of 23 calls 23 failed/) as string,
    });
  });
});
