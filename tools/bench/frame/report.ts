import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { round } from './statistics';

/** What a benchmark found; the keys are listed in docs/benchmarks.md. */
export interface Outcome {
  readonly figures: Record<string, number>;
  /** How many times as good as the other side, such as `vs-typeorm`. */
  readonly ratios: Record<string, number>;
  /** What must not be and was: it makes the run fail, whatever its figures. */
  readonly failures?: readonly string[];
}

/** What `--json` writes. */
export interface BenchmarkFile {
  readonly name: string;
  readonly machine: string;
  readonly figures: Record<string, number>;
  readonly ratios: Record<string, number>;
}

/** Prints rows under a head; numbers are rounded to what they are worth. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const table = new Table({
    head: [...head],
    style: { head: [], border: [] },
    colAligns: head.map((_name, column) => (column === 0 ? 'left' : 'right')),
  });
  table.push(
    ...rows.map((row) =>
      row.map((cell) => (typeof cell === 'number' ? round(cell).toLocaleString('en-US') : cell)),
    ),
  );
  process.stdout.write(`${table.toString()}\n`);
}

/** One row of a ratio beside its target. */
export function ratioRow(name: string, ratio: number, target: number): (string | number)[] {
  return [name, `${round(ratio)}x`, `>= ${target}x`, ratio >= target ? 'reached' : 'missed'];
}

export function writeBenchmarkFile(file: string, content: BenchmarkFile): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
