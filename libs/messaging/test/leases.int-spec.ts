import { createTestDatabase, waitFor, type TestDatabase } from '@baize/testing';
import { Database } from '@baize/persistence';
import { Leases } from '../src/leases';
import { MessagingTables1700000000001 } from './harness';

describe('leases', () => {
  let test: TestDatabase;
  let db: Database;
  const open: Leases[] = [];

  beforeEach(async () => {
    test = await createTestDatabase({ migrations: [MessagingTables1700000000001] });
    db = new Database({ url: test.url });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((leases) => leases.close()));
    await db.close();
    await test.drop();
  });

  async function opened(silentMs?: number): Promise<Leases> {
    const leases = await Leases.open(db, { silentMs });
    open.push(leases);
    return leases;
  }

  it('gives a lease to one holder, different leases to different ones, and frees it on close', async () => {
    const [first, second] = [await opened(), await opened()];
    expect([await first.take('a'), await second.take('a')]).toEqual([true, false]);
    expect(await second.take('b')).toBe(true);
    expect(await first.take('a')).toBe(true);
    await first.close();
    await waitFor(() => second.take('a'));
  });

  it('ends a holder that went silent, but not one that beats, and fences what it still tries', async () => {
    const [holder, standby] = [await opened(), await opened(60_000)];
    await holder.take('a');
    expect(await standby.take('a')).toBe(false);
    expect(holder.lost.aborted).toBe(false);
    const silence = () => db.query(`UPDATE leader SET beat_at = clock_timestamp() - interval '61 seconds'`);
    await silence();
    expect(await standby.take('a')).toBe(false);
    await waitFor(async () => {
      await silence(); // again: it may have beaten in between
      return standby.take('a');
    });
    await waitFor(() => holder.lost.aborted);
    await expect(holder.query('SELECT 1')).rejects.toThrow();
  });
});
