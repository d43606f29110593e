import Table from 'cli-table3';
import type { Difference } from '../domain/account';
import type { Tally } from './tally';

export interface PlayerDifferences {
  readonly playerId: string;
  readonly differences: readonly Difference[];
}

const shownPerPlayer = 20;

/** What was said, which faults were planted, and in what the two accounts differ. */
export function reportText(tally: Tally, results: readonly PlayerDifferences[], seconds: number): string {
  return [callsTable(tally, seconds), faultsTable(tally), differencesText(results)].join('\n\n');
}

function callsTable(tally: Tally, seconds: number): string {
  const rows = tally.rows().sort((a, b) => a.name.localeCompare(b.name));
  const table = new Table({
    head: ['call', 'said', 'accepted', 'refused', 'no answer', 'p50 ms', 'p99 ms'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows)
    table.push([row.name, row.calls, row.accepted, row.refused, row.unknown, ms(row.p50Ms), ms(row.p99Ms)]);
  const sum = (of: 'calls' | 'accepted' | 'refused' | 'unknown'): number =>
    rows.reduce((total, row) => total + row[of], 0);
  table.push(['all', sum('calls'), sum('accepted'), sum('refused'), sum('unknown'), '', '']);
  const perSecond = seconds > 0 ? Math.round(sum('calls') / seconds) : 0;
  return `${table.toString()}\n${sum('calls')} calls in ${Math.round(seconds)} s, ${perSecond} per second`;
}

function faultsTable(tally: Tally): string {
  const table = new Table({
    head: ['planted', 'times'],
    colAligns: ['left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of tally.faults()) table.push(row);
  const unknowns = tally.unknowns().slice(0, 8);
  const why = unknowns.map(([text, times]) => `  ${times} x ${text}`).join('\n');
  return `${table.toString()}${unknowns.length > 0 ? `\nno definite answer because of\n${why}` : ''}`;
}

function differencesText(results: readonly PlayerDifferences[]): string {
  const count = results.reduce((total, { differences }) => total + differences.length, 0);
  if (count === 0) return `no differences between the two accounts of ${results.length} players`;
  const lines = [`${count} differences`];
  for (const { playerId, differences } of results) {
    if (differences.length === 0) continue;
    lines.push(`player ${playerId}`);
    for (const { kind, detail } of differences.slice(0, shownPerPlayer)) lines.push(`  ${kind}: ${detail}`);
    if (differences.length > shownPerPlayer) lines.push(`  and ${differences.length - shownPerPlayer} more`);
  }
  return lines.join('\n');
}

function ms(value: number): string {
  return value.toFixed(1);
}
