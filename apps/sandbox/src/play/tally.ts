import type { Verdict } from '../dialects/dialect';

/** Counts and latencies of one kind of call. */
export interface TallyRow {
  readonly name: string;
  readonly calls: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unknown: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Counter {
  accepted: number;
  refused: number;
  unknown: number;
  /** Of definite answers only: what was given up says nothing about the platform. */
  latenciesMs: number[];
}

/** What was said, what came of it, and which faults were planted. */
export class Tally {
  private readonly calls = new Map<string, Counter>();
  private readonly planted = new Map<string, number>();
  private readonly odd = new Map<string, number>();

  call(name: string, verdict: Verdict, ms: number): void {
    let counter = this.calls.get(name);
    if (counter === undefined) {
      counter = { accepted: 0, refused: 0, unknown: 0, latenciesMs: [] };
      this.calls.set(name, counter);
    }
    counter[verdict.kind]++;
    if (verdict.kind !== 'unknown') counter.latenciesMs.push(ms);
    else count(this.odd, verdict.text);
  }

  fault(name: string): void {
    count(this.planted, name);
  }

  rows(): TallyRow[] {
    return [...this.calls.entries()].map(([name, counter]) => {
      const sorted = Float64Array.from(counter.latenciesMs).sort();
      return {
        name,
        calls: counter.accepted + counter.refused + counter.unknown,
        accepted: counter.accepted,
        refused: counter.refused,
        unknown: counter.unknown,
        p50Ms: quantile(sorted, 0.5),
        p99Ms: quantile(sorted, 0.99),
      };
    });
  }

  faults(): [string, number][] {
    return [...this.planted.entries()].sort(([a], [b]) => a.localeCompare(b));
  }

  /** Why answers were not definite, most frequent first. */
  unknowns(): [string, number][] {
    return [...this.odd.entries()].sort(([, a], [, b]) => b - a);
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Nearest rank; 0 of nothing. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
