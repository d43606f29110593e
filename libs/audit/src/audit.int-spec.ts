import { randomBytes } from 'node:crypto';
import { Database } from '@baize/persistence';
import { waitFor } from '@baize/testing';
import { appendAudit, listAudit, sealAudit } from './index';
import { LogUnderTest } from './fixtures/log-under-test';

describe('the audit log', () => {
  const log = new LogUnderTest();
  beforeEach(() => log.open());
  afterEach(() => log.drop());

  it('chains every entry of a stream once and finds nothing wrong with it', async () => {
    const kept = await log.fill();
    expect(kept).toHaveLength(9);
    expect(await log.verify(kept)).toEqual({ findings: [], entries: { demo: 9, other: 3, '*': 3 } });
    expect(await sealAudit(log.database, log.signer)).toEqual([]);
  });

  it('holds an entry exactly when the act was committed', async () => {
    const failing = log.database.transactions.run(async (db) => {
      await log.append(db, 'rolled-back');
      throw new Error('the act failed');
    });
    await expect(failing).rejects.toThrow('the act failed');
    expect(
      await listAudit(log.database, 'wallet', { brand: 'demo', subject: 'rolled-back', limit: 10 }),
    ).toEqual([]);
  });

  it('waits for transactions in hand, and forgets none that began before and committed late', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let late: Promise<unknown> = Promise.resolve();
    await new Promise<void>((written) => {
      late = log.database.transactions.run(async (db) => {
        await log.append(db, 'late');
        written();
        await held;
      });
    });
    await log.append(log.database, 'early');
    expect(await sealAudit(log.database, log.signer)).toEqual([]);
    letGo();
    await late;
    await log.sealAll();
    expect(await log.verify()).toEqual({ findings: [], entries: { demo: 2 } });
  });

  it('is sealed by many at once without a gap or a double', async () => {
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([
        log.append(log.database, `player-${round}`),
        ...Array.from({ length: 4 }, () => sealAudit(log.database, log.signer)),
      ]);
    }
    await log.sealAll();
    expect(await log.verify()).toEqual({ findings: [], entries: { demo: 20 } });
  });

  it('seals more than a batch in several rounds', async () => {
    await log.database.transactions.run(async (db) => {
      await db.query(
        `INSERT INTO audit_entry (stream, subject, actor_kind, actor_id, action, details)
         SELECT 'demo', 'p' || n, 'system', 'load', 'load.tested', '{}' FROM generate_series(1, 2300) n`,
      );
    });
    expect((await log.sealAll()).map(({ position }) => position)).toEqual([1000n, 2000n, 2300n]);
    expect(await log.verify()).toEqual({ findings: [], entries: { demo: 2300 } });
  });

  describe('refuses whoever would change it', () => {
    it.each(
      ['audit_entry', 'audit_seal', 'audit_checkpoint'].flatMap((table) => [
        `UPDATE ${table} SET stream = 'x'`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ]),
    )('%s', async (statement) => {
      await log.fill();
      await expect(log.database.query(statement)).rejects.toThrow('appended to, never changed');
    });

    it('and lets a writer append, seal and read, but date nothing back and drop no trigger', async () => {
      const role = `writer_${randomBytes(4).toString('hex')}`;
      await log.database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'writer' IN ROLE baize_audit_writer`);
      const url = new URL(log.url);
      [url.username, url.password] = [role, 'writer'];
      const writer = new Database({ url: url.href });
      try {
        await log.append(writer, 'player');
        const isSealed = async () => (await sealAudit(writer, log.signer)).length === 1;
        await waitFor(isSealed);
        expect(await log.verify()).toEqual({ findings: [], entries: { demo: 1 } });
        for (const statement of [
          'UPDATE audit_entry SET action = action',
          'DELETE FROM audit_seal',
          'TRUNCATE audit_checkpoint',
          'ALTER TABLE audit_entry DISABLE TRIGGER ALL',
          'DROP TRIGGER audit_entry_appended ON audit_entry',
          `SET session_replication_role = 'replica'`,
          `INSERT INTO audit_entry (stream, subject, actor_kind, actor_id, action, details, at)
           VALUES ('demo', 's', 'system', 'x', 'y', '{}', '2020-01-01')`,
          `INSERT INTO audit_entry (stream, subject, actor_kind, actor_id, action, details, xid)
           VALUES ('demo', 's', 'system', 'x', 'y', '{}', '3')`,
        ]) {
          await expect(writer.query(statement)).rejects.toThrow(/permission denied|must be owner/);
        }
      } finally {
        await writer.close();
        await log.database.query(`DROP ROLE ${role}`);
      }
    });
  });

  it('is read newest first, by brand and subject, page by page', async () => {
    await log.fill();
    const all = await listAudit(log.database, 'wallet', { brand: 'demo', limit: 200 });
    expect(all).toHaveLength(12);
    expect(all.every(({ brand }) => brand === 'demo' || brand === undefined)).toBe(true);
    const paged: unknown[] = [];
    for (let before: { at: string; id: string } | undefined; ;) {
      const page = await listAudit(log.database, 'wallet', { brand: 'demo', limit: 5, before });
      if (page.length === 0) break;
      paged.push(...page);
      const last = page.at(-1)!;
      before = { at: last.at, id: last.id.split(':')[1]! };
    }
    expect(paged).toEqual(all);
    const [one, ...none] = await listAudit(log.database, 'wallet', {
      brand: 'demo',
      subject: 'player-2-2',
      limit: 5,
    });
    expect(none).toEqual([]);
    expect(one).toMatchObject({ service: 'wallet', actor: log.actor, details: { amount: 5 }, position: 5 });
    expect(
      await listAudit(log.database, 'wallet', { brand: 'other', subject: 'player-2-2', limit: 5 }),
    ).toEqual([]);
  });

  it('refuses details without bounds', async () => {
    const details = { text: 'x'.repeat(9_000) };
    const entry = { brand: 'demo', subject: 'p', actor: log.actor, action: 'a.b', details };
    await expect(appendAudit(log.database, entry)).rejects.toThrow(RangeError);
  });
});
