import { childrenOf, cpuSeconds } from '../frame/machine';

/** Counters that only grow, by name. */
export type Reading = Readonly<Record<string, number>>;

/** CPU seconds so far of the named processes, and of PostgreSQL with all its backends as one. */
export function readCpu(processes: Readonly<Record<string, number>>, postgresPid: number): Reading {
  const own = Object.entries(processes).map(([name, pid]): [string, number] => [name, cpuSeconds(pid)]);
  const backends = childrenOf(postgresPid).reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  return { ...Object.fromEntries(own), postgres: backends + cpuSeconds(postgresPid, 'and-ended-children') };
}

/** What was counted from the one to the other. */
export function between(before: Reading, after: Reading): Reading {
  return Object.fromEntries(Object.entries(after).map(([name, used]) => [name, used - (before[name] ?? 0)]));
}

/** The sum of several, by name. */
export function addUp(readings: readonly Reading[]): Reading {
  const sums: Record<string, number> = {};
  for (const reading of readings) {
    for (const [name, used] of Object.entries(reading)) sums[name] = (sums[name] ?? 0) + used;
  }
  return sums;
}
