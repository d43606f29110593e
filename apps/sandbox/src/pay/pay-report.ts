import Table from 'cli-table3';
import { groupBy } from '../domain/group-by';
import type { PspRecord } from '../psps/record';
import type { Difference, PlatformPayment } from './compare-payments';
import type { StartedPayment } from './payer';
import type { WebhookTallies } from './sandbox-client';

export interface PlayerResult {
  readonly playerId: string;
  readonly payments: readonly PlatformPayment[];
  readonly differences: readonly Difference[];
}
export interface PayReport {
  readonly started: readonly StartedPayment[];
  readonly records: readonly PspRecord[];
  readonly results: readonly PlayerResult[];
  readonly webhooks: { readonly before: WebhookTallies; readonly after: WebhookTallies };
  readonly seconds: number;
}

const shownPerPlayer = 20;
const plain = { head: [], border: [], compact: true };

/** What became of the payments, what was planted, what the PSPs said, and in what the books differ. */
export function payReportText(report: PayReport): { text: string; differences: number } {
  const forged = forgedDifferences(report.webhooks);
  const results =
    forged.length > 0
      ? [...report.results, { playerId: 'nobody', payments: [], differences: forged }]
      : report.results;
  const differences = results.reduce((sum, one) => sum + one.differences.length, 0);
  const text = [
    paymentsTable(report),
    faultsTable(report.records),
    webhooksTable(report.webhooks),
    differencesText(results, report.started.length, differences),
  ].join('\n\n');
  return { text, differences };
}

function paymentsTable({ results, started, seconds }: PayReport): string {
  const columns = ['confirmed', 'failed', 'cancelled', 'reversed', 'review', 'other'];
  const table = new Table({
    head: ['payments', 'all', ...columns.map((name) => (name === 'review' ? 'held' : name))],
    colAligns: ['left', ...Array.from({ length: columns.length + 1 }, () => 'right' as const)],
    style: plain,
  });
  const payments = results.flatMap((one) => one.payments);
  const groups = groupBy(payments, ({ psp, kind }) => `${psp ?? 'no PSP'} ${kind}s`);
  const row = (name: string, some: readonly PlatformPayment[]): void => {
    const counts = columns.map(
      (column) =>
        some.filter(({ status }) => (columns.includes(status) ? status === column : column === 'other'))
          .length,
    );
    table.push([name, some.length, ...counts]);
  };
  for (const name of [...groups.keys()].sort()) row(name, groups.get(name) ?? []);
  row('all', payments);
  return `${table.toString()}\n${started.length} payments asked for, ${Math.round(seconds)} s until all was said`;
}

function faultsTable(records: readonly PspRecord[]): string {
  const table = new Table({ head: ['planted', 'payments'], colAligns: ['left', 'right'], style: plain });
  const counts = new Map<string, number>();
  for (const name of records.flatMap(({ planned }) => planned)) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const row of [...counts].sort(([a], [b]) => a.localeCompare(b))) table.push(row);
  return table.toString();
}

function webhooksTable({ before, after }: PayReport['webhooks']): string {
  const table = new Table({
    head: ['webhooks', 'sent', 'heard', 'given up', 'forged and taken'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: plain,
  });
  for (const [psp, now] of Object.entries(after)) {
    const was = before[psp];
    table.push([
      psp,
      now.sent - (was?.sent ?? 0),
      now.heard - (was?.heard ?? 0),
      now.givenUp - (was?.givenUp ?? 0),
      now.forgedHeard - (was?.forgedHeard ?? 0),
    ]);
  }
  return table.toString();
}

function forgedDifferences({ before, after }: PayReport['webhooks']): Difference[] {
  return Object.entries(after).flatMap(([psp, { forgedHeard }]) => {
    const taken = forgedHeard - (before[psp]?.forgedHeard ?? 0);
    return taken > 0
      ? [{ kind: 'forged', detail: `${taken} forged webhooks of ${psp} were taken for real` }]
      : [];
  });
}

function differencesText(results: readonly PlayerResult[], payments: number, count: number): string {
  if (count === 0)
    return `no differences between the PSPs' books and the platform's over ${payments} payments`;
  const lines = [`${count} differences`];
  for (const { playerId, differences } of results) {
    if (differences.length === 0) continue;
    lines.push(`player ${playerId}`);
    for (const { kind, detail } of differences.slice(0, shownPerPlayer)) lines.push(`  ${kind}: ${detail}`);
    if (differences.length > shownPerPlayer) lines.push(`  and ${differences.length - shownPerPlayer} more`);
  }
  return lines.join('\n');
}
