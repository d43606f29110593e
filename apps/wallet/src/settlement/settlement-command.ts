import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Database } from '@baize/persistence';
import { systemClock } from '@baize/runtime';
import Table from 'cli-table3';
import type { SettlementConfig } from '../config';
import { PaymentSaga } from '../payments/payment-saga';
import { readPaymentSettings } from '../payments/payment-settings';
import { SettlementFileError } from './read-settlement';
import { Reconciliation, type Finding, type Outcome, type SettlementFile } from './reconcile';

const usage = `usage: wallet settlement --brand <brand> --psp <psp> --file <csv> [--day YYYY-MM-DD]
`;
const shownFindings = 200;

type Print = (text: string) => void;

/**
 * Compares a PSP's settlement file with our payments; a payment that is open takes its line as the PSP's word. Answers
 * the exit code: 0, 1 when something differs, 2 for wrong arguments or a file that is none.
 */
export async function settlementCommand(
  config: SettlementConfig,
  argv: readonly string[],
  print: Print = (text) => void process.stdout.write(text),
): Promise<number> {
  const file = readArguments(argv);
  if (!file) {
    print(usage);
    return 2;
  }
  const { accounts, timing } = readPaymentSettings(config.paymentsConfig);
  if (!accounts.some(({ brand, psp }) => brand === file.brand && psp === file.psp)) {
    print(`${file.brand} has no account at ${file.psp}\n`);
    return 2;
  }
  const database = new Database({ url: config.databaseUrl, name: 'wallet-settlement', poolSize: 2 });
  try {
    return await report(new Reconciliation(database, new PaymentSaga(timing, systemClock), file), print);
  } catch (error) {
    if (!(error instanceof SettlementFileError)) throw error;
    print(`${file.path}: ${error.message}\n`);
    return 2;
  } finally {
    await database.close();
  }
}

function readArguments(argv: readonly string[]): SettlementFile | undefined {
  const text = { type: 'string' } as const;
  const options = { brand: text, psp: text, file: text, day: text };
  try {
    const { brand, psp, file: path, day } = parseArgs({ args: [...argv], options }).values;
    if (!brand || !psp || !path || !existsSync(path)) return undefined;
    const dayMs = day === undefined ? undefined : Date.parse(`${day}T00:00:00Z`);
    if (Number.isNaN(dayMs)) return undefined;
    return { brand, psp, path, dayMs, writtenMs: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

async function report(reconciliation: Reconciliation, print: Print): Promise<number> {
  const counts: Record<Outcome, number> = {
    ...{ match: 0, taken: 0, mismatch: 0 },
    ...{ 'missing here': 0, 'missing there': 0, unreadable: 0 },
  };
  const shown: Finding[] = [];
  for await (const finding of reconciliation.run()) {
    counts[finding.outcome] += 1;
    if (finding.outcome !== 'match' && shown.length < shownFindings) shown.push(finding);
  }
  const total = new Table({ head: ['outcome', 'payments'], style: { head: [], border: [] } });
  total.push(...Object.entries(counts));
  print(`${total.toString()}\n`);
  for (const { outcome, where, detail } of shown) print(`${outcome.padEnd(13)}  ${where}  ${detail}\n`);
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.match;
  if (all > shown.length) print(`... and ${all - shown.length} more\n`);
  const differences = all - counts.taken;
  print(differences === 0 ? 'the file agrees with the payments\n' : `${differences} differences\n`);
  return differences === 0 ? 0 : 1;
}
