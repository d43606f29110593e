import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditConfig } from '@baize/audit';
import { ledgerQueries } from '@baize/contracts';
import { createLogger } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { register } from 'prom-client';
import { sealsIn } from '../src/domain/checkpoints';
import { ledgerCommand } from '../src/ledger/ledger-command';
import { LedgerKeeper } from '../src/ledger/ledger-keeper';
import { ledgerKeys, ledgerSigner } from '../src/ledger/ledger-keys';
import { archiveMonth, oldestMonth } from '../src/store/archive';
import { verifyHouse } from '../src/store/verify/verify-house';
import { SealedLedger } from './support/sealed-ledger';
import { WalletService } from './support/use-wallet-service';
import { AuditSigner } from '@baize/audit';

let wallet: WalletService;

beforeAll(async () => {
  wallet = await WalletService.start({ ledgerSealIntervalMs: 50, ledgerCheckHour: 0 });
});
afterAll(() => wallet.stop());

const metric = async (name: string): Promise<number> =>
  (await register.getSingleMetric(name)!.get()).values[0]?.value ?? -1;

/** Runs the nightly verification again, as if the hour had come; the one of a keeper that went on is awaited too. */
async function verifyAgain(): Promise<bigint> {
  await wallet.db.query(`DELETE FROM ledger_check`);
  let mismatches: bigint | undefined;
  await waitFor(
    async () => {
      const [row] = await wallet.db.query<{ mismatches: bigint }>(
        `SELECT mismatches FROM ledger_check WHERE finished_at IS NOT NULL`,
      );
      mismatches = row?.mismatches;
      return row !== undefined;
    },
    { what: 'the nightly verification' },
  );
  return mismatches!;
}

async function command(argv: string[], changes: Partial<AuditConfig> = {}) {
  const printed: string[] = [];
  const { databaseUrl, auditSigningKey } = wallet.config;
  const config = Object.assign(new AuditConfig(), { databaseUrl, auditSigningKey }, changes);
  const code = await ledgerCommand(config, argv, (text) => void printed.push(text));
  return { code, printed: printed.join('') };
}

test('what was posted is sealed soon, verified at night, and a mismatch is a metric of every replica', async () => {
  const playerId = await wallet.openPlayer();
  await wallet.adjust(playerId, 700);
  await wallet.adjust(playerId, 800);
  await waitFor(
    async () => {
      const [row] = await wallet.db.query<{ last: bigint | null }>(
        `SELECT max(last_sequence) AS last FROM journal_seal WHERE player_id = $1`,
        [playerId],
      );
      return row?.last === 2n;
    },
    { what: 'the seals' },
  );
  expect(await verifyAgain()).toBe(0n);
  await wallet.db.query(`UPDATE wallet SET real = real + 1 WHERE player_id = $1`, [playerId]);
  expect(await verifyAgain()).toBe(1n);
  await waitFor(async () => (await metric('wallet_ledger_mismatches')) === 1, { what: 'the metric' });
  const found = await command(['verify']);
  expect(found.code).toBe(1);
  expect(found.printed).toContain(
    `accounts  ${playerId} EUR  the wallet has 1501/0/0, its lines come to 1500/0/0`,
  );
  await wallet.db.query(`UPDATE wallet SET real = real - 1 WHERE player_id = $1`, [playerId]);
  expect(await verifyAgain()).toBe(0n);
  await waitFor(async () => (await metric('wallet_ledger_mismatches')) === 0, { what: 'the metric' });
  expect(await metric('wallet_ledger_checked_timestamp_seconds')).toBeGreaterThan(Date.now() / 1_000 - 600);
});

test('of several replicas one verifies', async () => {
  const signer = new AuditSigner('wallet', wallet.config.auditSigningKey);
  const keepers = Array.from(
    { length: 3 },
    () =>
      new LedgerKeeper({
        ...{ database: wallet.db, log: createLogger('test'), config: wallet.config },
        ...{ signer: ledgerSigner(signer), isGenuine: ledgerKeys([signer.publicKey]) },
      }),
  );
  keepers.forEach((keeper) => keeper.start());
  expect(await verifyAgain()).toBe(0n);
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  const [row] = await wallet.db.query<{ checks: bigint }>(`SELECT count(*) AS checks FROM ledger_check`);
  expect(row!.checks).toBe(1n);
});

test('the command explains itself, and uses what the log kept', async () => {
  for (const argv of [
    ['verify', 'x'],
    ['verify', '--checkpoints'],
    ['archive'],
    ['archive', '--older-than-months', '12'],
  ]) {
    expect(await command(argv)).toMatchObject({
      code: 2,
      printed: expect.stringContaining('usage:') as string,
    });
  }
  const playerId = await wallet.openPlayer();
  await wallet.adjust(playerId, 1);
  const ledger = new SealedLedger(wallet.db);
  const signer = ledgerSigner(new AuditSigner('wallet', wallet.config.auditSigningKey));
  Object.assign(ledger, { signer });
  await ledger.seal();
  const clean = await command(['verify']);
  expect(clean.printed).toContain('the ledger adds up');
  expect(clean.code).toBe(0);
  expect((await command(['verify'], { auditSigningKey: undefined })).printed).toContain(
    'signatures were not checked',
  );
  // a checkpoint that the log has and the database has not
  const beyond = signer.sign({
    number: 1_000_000n,
    digest: 'a'.repeat(64),
    sealedAt: '2026-01-31T12:00:00.000Z',
  });
  const text = [1_000_000, 'a'.repeat(64), '2026-01-31T12:00:00.000Z', beyond.keyId, beyond.signature].join(
    ',',
  );
  const file = join(mkdtempSync(join(tmpdir(), 'ledger-')), 'wallet.log');
  writeFileSync(file, `no json\n{"level":30,"ledgerSeal":"${text}","msg":"ledger sealed"}\n`);
  expect(sealsIn(`{"ledgerSeal":"${text}"}`)).toEqual([beyond]);
  const cut = await command(['verify', '--checkpoints', file]);
  expect(cut.code).toBe(1);
  expect(cut.printed).toContain('kept elsewhere, gone here');
});

describe('archiving', () => {
  /** Lines of a month two years ago, with their entries. */
  async function postLongAgo(playerId: string): Promise<void> {
    await wallet.db.query(
      `CREATE TABLE IF NOT EXISTS entry_2024_05 PARTITION OF entry FOR VALUES FROM ('2024-05-01Z') TO ('2024-06-01Z')`,
    );
    await wallet.db.query(
      `WITH line AS (
         INSERT INTO journal (id, player_id, currency, sequence, kind, brand, provider, provider_tx_id, amount, real, bonus,
           locked, forfeited, wagered, balance_after, actor, received_at, created_at)
         SELECT gen_random_uuid(), $1, 'EUR', n, 'win', 'demo', 'acme', n::text, 5, 5, 0, 0, 0, 0, 5 * n, 'system', now(),
           '2024-05-01Z'::timestamptz + n * interval '1 minute' FROM generate_series(1, 30) n
         RETURNING *
       ), entries AS (
         INSERT INTO entry SELECT id, account::ledger_account, player_id, currency, change,
           CASE account WHEN 'games' THEN brand END, CASE account WHEN 'games' THEN provider END,
           pg_current_xact_id()::text::bigint, created_at
         FROM line, (VALUES ('real', 5), ('games', -5)) v(account, change)
       )
       UPDATE wallet SET real = 150, sequence = 30 WHERE player_id = $1`,
      [playerId],
    );
  }

  test('detaches a month that is rolled up and sealed; statements and balances go on adding up', async () => {
    const playerId = await wallet.openPlayer();
    await postLongAgo(playerId);
    const before = await wallet.get(ledgerQueries.listHouseAccounts, { brand: 'demo' });
    const statement = () =>
      wallet.get(ledgerQueries.getStatement, {
        ...{ playerId, brand: 'demo', audience: 'operator' as const, from: '2024-05-01', to: '2024-06-01' },
      });
    const shown = await statement();
    expect(shown).toMatchObject({ openingBalance: 0, closingBalance: 150 });

    expect(await oldestMonth(wallet.db, 240)).toBeUndefined();
    const month = await oldestMonth(wallet.db, 13);
    expect(month).toEqual({ table: 'entry_2024_05', month: '2024-05-01' });
    await waitFor(
      async () => {
        const answer = await command(['archive', '--older-than-months', '13']);
        if (answer.code === 1)
          expect(answer.printed).toMatch(/stays: not-(sealed|rolled-up)|that was sealed|EUR/);
        return answer.code === 0;
      },
      { what: 'a month that may be archived' },
    );
    const attached = await wallet.db.query(
      `SELECT 1 FROM pg_inherits WHERE inhparent = 'entry'::regclass AND inhrelid = to_regclass('archive.entry_2024_05')`,
    );
    expect(attached).toEqual([]);
    const [archived] = await wallet.db.query<{ entries: bigint }>(
      `SELECT count(*) AS entries FROM archive.entry_2024_05`,
    );
    expect(archived!.entries).toBe(60n);
    await expect(wallet.db.query(`DELETE FROM archive.entry_2024_05`)).rejects.toThrow('append-only');

    expect(await statement()).toEqual(shown);
    expect(await wallet.get(ledgerQueries.listHouseAccounts, { brand: 'demo' })).toEqual(before);
    expect((await command(['verify'])).printed).toContain('the ledger adds up');
    expect(await verifyAgain()).toBe(0n);
    await wallet.adjust(playerId, 5);

    // what was carried is part of what the house's balances follow from
    const problems = await new SealedLedger(wallet.db).findingsAfter(async (db) => {
      await db.query(`UPDATE archived_entry_total SET amount = amount + 1 WHERE brand <> ''`);
    });
    expect(problems.filter(({ check }) => check === 'house')).toHaveLength(1);
  });

  test('leaves a month that is not sealed, and gives way to postings', async () => {
    const playerId = await wallet.openPlayer();
    await wallet.db.query(
      `CREATE TABLE entry_2024_06 PARTITION OF entry FOR VALUES FROM ('2024-06-01Z') TO ('2024-07-01Z')`,
    );
    const month = { table: 'entry_2024_06', month: '2024-06-01' };
    await wallet.db.query(
      `INSERT INTO entry SELECT gen_random_uuid(), 'real', $1, 'EUR', 5, NULL, NULL, 1, '2024-06-02Z'`,
      [playerId],
    );
    expect(await archiveMonth(wallet.db, month)).toBe('not-balanced');
    await wallet.db.transactions.run(async (db) => {
      await db.query(`SET LOCAL session_replication_role = replica`);
      await db.query(`DELETE FROM entry_2024_06`);
    });
    await wallet.db.transactions.run(async (db) => {
      await db.query(`LOCK TABLE entry IN ROW EXCLUSIVE MODE`);
      expect(await archiveMonth(wallet.db, month)).toBe('busy');
    });
    expect(await archiveMonth(wallet.db, month)).toBeUndefined();
    const found = [];
    for await (const { findings } of verifyHouse(wallet.db)) found.push(...findings);
    expect(found).toEqual([]);
  });
});
