import { AuditSigner, CheckpointKeys, sealAudit, type SignedCheckpoint } from './index';
import { LogUnderTest, newSeed } from './fixtures/log-under-test';

describe('the verifier finds', () => {
  const log = new LogUnderTest();
  beforeEach(() => log.open());
  afterEach(() => log.drop());

  it.each([
    ['action', `action = 'adjustment.rejected'`],
    ['actor', `actor_id = 'somebody-else'`],
    ['actor kind', `actor_kind = 'client'`],
    ['subject', `subject = 'somebody-else'`],
    ['reason', `reason = 'made up'`],
    ['time', `at = at + interval '1 microsecond'`],
    ['details', `details = '{"amount":5 }'`],
    ['stream', `stream = 'other'`],
    ['transaction', `xid = '7'`],
  ])('an edited %s', async (_, change) => {
    await log.fill();
    await log.tamper(`UPDATE audit_entry SET ${change} WHERE subject = 'player-2-2'`);
    const { findings } = await log.verify();
    expect(findings).toEqual([expect.objectContaining({ kind: 'altered', stream: 'demo', position: 5n })]);
  });

  it('a deleted entry, with its seal or without', async () => {
    await log.fill();
    await log.tamper(`DELETE FROM audit_entry WHERE subject = 'player-2-2'`);
    expect((await log.verify()).findings).toEqual([
      expect.objectContaining({ kind: 'deleted', stream: 'demo', position: 5n }),
    ]);
    await log.tamper(`DELETE FROM audit_seal WHERE stream = 'demo' AND position = 5`);
    expect((await log.verify()).findings).toEqual([{ kind: 'deleted', stream: 'demo', position: 5n }]);
  });

  it('a deleted first entry', async () => {
    await log.fill();
    await log.tamper(`DELETE FROM audit_seal WHERE stream = 'demo' AND position = 1`);
    expect((await log.verify()).findings).toContainEqual({ kind: 'deleted', stream: 'demo', position: 1n });
  });

  it('two that changed places', async () => {
    await log.fill();
    await log.tamper(
      `UPDATE audit_seal a SET entry_id = -b.entry_id FROM audit_seal b WHERE a.stream = 'demo' AND b.stream = 'demo'
         AND (a.position, b.position) IN ((4, 5), (5, 4))`,
      'UPDATE audit_seal SET entry_id = -entry_id WHERE entry_id < 0',
    );
    expect((await log.verify()).findings.map(({ kind, position }) => [kind, position])).toEqual([
      ['altered', 4n],
      ['altered', 5n],
    ]);
  });

  it('an end that was cut off', async () => {
    const kept = await log.fill();
    await log.tamper(
      `DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal WHERE stream = 'demo' AND position > 7)`,
      `DELETE FROM audit_seal WHERE stream = 'demo' AND position > 7`,
    );
    expect((await log.verify()).findings).toEqual([
      { kind: 'truncated', stream: 'demo', position: 9n },
      { kind: 'unsigned', stream: 'demo', position: 7n },
    ]);
    // with the checkpoints gone too, only one that was kept elsewhere tells
    await log.tamper(
      `DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal WHERE stream = 'demo' AND position > 6)`,
      `DELETE FROM audit_seal WHERE stream = 'demo' AND position > 6`,
      `DELETE FROM audit_checkpoint WHERE stream = 'demo' AND position > 6`,
    );
    expect((await log.verify()).findings).toEqual([]);
    expect((await log.verify(kept)).findings).toEqual([{ kind: 'truncated', stream: 'demo', position: 9n }]);
  });

  it('a whole stream that was removed', async () => {
    const kept = await log.fill();
    await log.tamper(
      ...['seal', 'checkpoint', 'entry'].map((table) => `DELETE FROM audit_${table} WHERE stream = 'other'`),
    );
    expect((await log.verify(kept)).findings.map(({ kind, stream }) => [kind, stream])).toEqual(
      Array(3).fill(['truncated', 'other']),
    );
  });

  it('a chain that was made anew after an edit, by somebody without the key', async () => {
    await log.fill();
    await log.tamper(
      `UPDATE audit_entry SET actor_id = 'nobody' WHERE subject = 'player-1-1'`,
      'DELETE FROM audit_seal',
      `UPDATE audit_horizon SET horizon = '0'`,
      'CREATE TABLE genuine AS TABLE audit_checkpoint',
      'DELETE FROM audit_checkpoint',
    );
    const forger = new AuditSigner('wallet', newSeed());
    await log.sealAll(forger);
    const forged = await log.verify();
    expect(forged.findings.map(({ kind, stream }) => [kind, stream])).toEqual(
      ['*', 'demo', 'other'].flatMap((stream) => [
        ['forged-checkpoint', stream],
        ['unsigned', stream],
      ]),
    );
    await log.tamper('DELETE FROM audit_checkpoint', 'INSERT INTO audit_checkpoint TABLE genuine');
    expect((await log.verify()).findings.map(({ kind, position }) => [kind, position])).toEqual(
      [3n, 6n, 9n].map((position) => ['rewritten', position]),
    );
  });

  it('a checkpoint that was taken away, altered, or brought from another service', async () => {
    const kept = await log.fill();
    await log.tamper(`DELETE FROM audit_checkpoint WHERE stream = 'demo' AND position = 9`);
    expect((await log.verify()).findings).toEqual([{ kind: 'unsigned', stream: 'demo', position: 7n }]);
    const [first] = kept as [SignedCheckpoint];
    const elsewhere = new AuditSigner('identity', newSeed());
    const both = new CheckpointKeys('wallet', [log.signer.publicKey, elsewhere.publicKey]);
    for (const bad of [{ ...first, position: 2n }, elsewhere.sign(first)]) {
      expect((await log.verify([bad], both)).findings).toContainEqual(
        expect.objectContaining({ kind: 'forged-checkpoint' }),
      );
    }
  });

  it('an entry that was slipped in behind the sealed horizon', async () => {
    await log.fill();
    await log.database.query(
      `INSERT INTO audit_entry (stream, subject, actor_kind, actor_id, action, details, xid, at)
       VALUES ('demo', 'slipped', 'staff', 'x', 'adjustment.approved', '{}', '3', now() - interval '1 day')`,
    );
    expect(await sealAudit(log.database, log.signer)).toEqual([]);
    expect((await log.verify()).findings).toEqual([expect.objectContaining({ kind: 'slipped-in' })]);
  });

  it('nothing wrong with a log whose key was changed, given the keys of its whole life', async () => {
    await log.fill();
    const next = new AuditSigner('wallet', newSeed());
    await log.append(log.database, 'after the change of keys');
    await log.sealAll(next);
    const both = new CheckpointKeys('wallet', [log.signer.publicKey, next.publicKey]);
    expect((await log.verify([], both)).findings).toEqual([]);
    expect((await log.verify([], new CheckpointKeys('wallet', [next.publicKey]))).findings).toContainEqual(
      expect.objectContaining({ kind: 'forged-checkpoint', stream: 'demo', position: 3n }),
    );
  });
});
