import { readFileSync } from 'node:fs';
import { AuditSigner, type AuditConfig } from '@baize/audit';
import { Database } from '@baize/persistence';
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { sealsIn } from '../domain/checkpoints';
import { archiveMonth, oldestMonth } from '../store/archive';
import type { Finding } from '../store/verify/finding';
import { ledgerChecks, type Evidence } from '../store/verify/verify-ledger';
import { ledgerKeys } from './ledger-keys';

const usage = `usage: wallet verify [--checkpoints <file of the wallet's log lines>]
       wallet archive --older-than-months <13 or more>
`;
/** Less than a year and a month would take entries away from accounts that must be shown. */
const fewestMonths = 13;
const shownFindings = 100;

type Print = (text: string) => void;

/**
 * `verify` recomputes every balance and hash chain and prints what differs; `archive` detaches old months of entries
 * after a verification that found nothing. Answers the exit code: 0, 1 when something is wrong, 2 for wrong arguments.
 */
export async function ledgerCommand(
  config: AuditConfig,
  argv: readonly string[],
  print: Print = (text) => void process.stdout.write(text),
): Promise<number> {
  const [verb, option, value, ...rest] = argv;
  const months = Number(value);
  const isVerify =
    verb === 'verify' && (option === undefined || (option === '--checkpoints' && value !== undefined));
  const isArchive =
    verb === 'archive' &&
    option === '--older-than-months' &&
    Number.isInteger(months) &&
    months >= fewestMonths;
  if ((!isVerify && !isArchive) || rest.length > 0) {
    print(usage);
    return 2;
  }
  const database = new Database({ url: config.databaseUrl, name: 'wallet-verify', poolSize: 1 });
  try {
    const kept = isVerify && value !== undefined ? sealsIn(readFileSync(value, 'utf8')) : [];
    const found = await verify(database, evidenceOf(config, kept), print);
    if (found > 0 || isVerify) return found > 0 ? 1 : 0;
    return await archive(database, months, print);
  } finally {
    await database.close();
  }
}

function evidenceOf(config: AuditConfig, kept: Evidence['kept']): Evidence {
  const own = config.auditSigningKey ? [new AuditSigner('wallet', config.auditSigningKey).publicKey] : [];
  const keys = [...config.auditPublicKeys, ...own];
  return { kept, isGenuine: keys.length > 0 ? ledgerKeys(keys) : undefined };
}

async function verify(database: Database, evidence: Evidence, print: Print): Promise<number> {
  const table = new Table({ head: ['check', 'rows', 'findings'], style: { head: [], border: [] } });
  const findings: Finding[] = [];
  const bar = new SingleBar(
    { format: '{check} {bar} {value}/~{total}', noTTYOutput: false },
    Presets.shades_classic,
  );
  const expected = await expectedRows(database);
  for (const [check, steps] of Object.entries(ledgerChecks(database, evidence))) {
    const before = findings.length;
    let rows = 0;
    bar.start(Math.max(expected[check] ?? 0, 1), 0, { check: check.padEnd(11) });
    for await (const step of steps) {
      rows += step.checked;
      findings.push(...step.findings);
      bar.update(rows);
    }
    bar.stop();
    table.push([check, rows, findings.length - before]);
  }
  print(`${table.toString()}\n`);
  for (const { check, where, problem } of findings.slice(0, shownFindings))
    print(`${check}  ${where}  ${problem}\n`);
  if (findings.length > shownFindings) print(`... and ${findings.length - shownFindings} more\n`);
  if (!evidence.isGenuine) print('signatures were not checked: AUDIT_SIGNING_KEY or AUDIT_PUBLIC_KEYS\n');
  print(
    findings.length === 0
      ? 'the ledger adds up\n'
      : `the ledger does not add up: ${findings.length} findings\n`,
  );
  return findings.length;
}

/** By the planner's estimates: counting would take as long as some of the checks. */
async function expectedRows(database: Database): Promise<Record<string, number>> {
  const rows = await database.query<{ check: string; rows: number }>(
    `SELECT "check", greatest(sum(reltuples), 0)::float8 AS rows FROM pg_class JOIN (VALUES ('accounts', 'journal'),
       ('seals', 'journal'), ('checkpoints', 'seal_checkpoint')) v("check", name) ON relname = name AND relkind = 'r' GROUP BY 1
     UNION ALL SELECT 'house', greatest(sum(greatest(reltuples, 0)), 0)::float8 FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
       WHERE inhparent = 'entry'::regclass`,
  );
  return Object.fromEntries(rows.map(({ check, rows: count }) => [check, Math.round(count)]));
}

async function archive(database: Database, months: number, print: Print): Promise<number> {
  for (let month = await oldestMonth(database, months); month; month = await oldestMonth(database, months)) {
    const reason = await archiveMonth(database, month);
    if (reason !== undefined) {
      print(`${month.table} stays: ${reason}\n`);
      return 1;
    }
    print(`${month.table} is in the schema archive\n`);
  }
  print(`no more months that ended ${months} months ago\n`);
  return 0;
}
