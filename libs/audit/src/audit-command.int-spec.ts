import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@baize/testing';
import { AuditConfig, auditCommand, AuditSealer, checkpointsIn, checkpointText } from './index';
import { LogUnderTest, newSeed } from './fixtures/log-under-test';

describe('the audit command', () => {
  const log = new LogUnderTest();
  const seed = newSeed();
  const logFile = join(mkdtempSync(join(tmpdir(), 'audit-')), 'wallet.log');
  const lines: string[] = [];

  beforeAll(async () => {
    await log.open();
    const write = (fields: object, message: string) => lines.push(JSON.stringify({ ...fields, message }));
    const signer = log.signerOf(seed);
    const sealer = new AuditSealer(log.database, signer, { info: write, error: write }, 20);
    sealer.start();
    for (const subject of ['one', 'two', 'three']) {
      const before = lines.length;
      await log.append(log.database, subject);
      await waitFor(() => lines.length > before);
    }
    await sealer.stop();
    writeFileSync(logFile, ['{"message":"something else"}', 'no json', ...lines, ''].join('\n'));
  });
  afterAll(() => log.drop());

  async function run(argv: string[], changes: Partial<AuditConfig> = {}) {
    const printed: string[] = [];
    const config = Object.assign(new AuditConfig(), { databaseUrl: log.url, auditSigningKey: seed }, changes);
    const code = await auditCommand(config, 'wallet', argv, (text) => printed.push(text));
    return { code, printed: printed.join('') };
  }

  it('keeps a signed line of every round of sealing', () => {
    const kept = checkpointsIn(lines.join('\n'));
    expect(kept.map(({ stream, position }) => [stream, position])).toEqual([
      ['demo', 1n],
      ['demo', 2n],
      ['demo', 3n],
    ]);
    expect(checkpointsIn(kept.map(checkpointText).join('\n'))).toEqual(kept);
  });

  it('says that all is well, with the signing key or the public one alone', async () => {
    const { code, printed } = await run(['verify', '--checkpoints', logFile]);
    expect(printed.trim().split('\n')).toEqual([
      '{"service":"wallet","stream":"demo","entries":"3"}',
      '{"service":"wallet","findings":0,"checkpointsFromElsewhere":3}',
    ]);
    expect(code).toBe(0);
    const publicKey = (await run(['public-key'])).printed.trim();
    const alone = { auditSigningKey: undefined, auditPublicKeys: [publicKey] };
    expect((await run(['verify'], alone)).code).toBe(0);
    expect((await run(['verify'], { auditSigningKey: newSeed() })).code).toBe(1);
  });

  it('fails on a log that lost its end without a trace in the database', async () => {
    await log.tamper(
      'DELETE FROM audit_seal WHERE position = 3',
      'DELETE FROM audit_checkpoint WHERE position = 3',
      `DELETE FROM audit_entry WHERE subject = 'three'`,
    );
    expect((await run(['verify'])).code).toBe(0);
    const { code, printed } = await run(['verify', '--checkpoints', logFile]);
    expect(code).toBe(1);
    expect(printed).toContain('"kind":"truncated","stream":"demo","position":"3"');
  });

  it.each([
    [[], {}],
    [['verify', 'x'], {}],
    [['verify', '--checkpoints'], {}],
    [['verify'], { auditSigningKey: undefined }],
    [['seal'], {}],
  ])('explains itself when called as %j %j', async (argv, changes) => {
    expect(await run(argv, changes)).toEqual({ code: 2, printed: expect.stringContaining('usage:') });
  });
});
