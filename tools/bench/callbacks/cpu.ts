import { childrenOf, cpuSeconds } from '../frame/machine';

/** CPU seconds used so far, by process name. */
export type CpuReading = Readonly<Record<string, number>>;

/** Reads the named processes, and PostgreSQL with all its backends as one. */
export function readCpu(processes: Readonly<Record<string, number>>, postgresPid: number): CpuReading {
  const own = Object.entries(processes).map(([name, pid]): [string, number] => [name, cpuSeconds(pid)]);
  const backends = childrenOf(postgresPid).reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  return { ...Object.fromEntries(own), postgres: backends + cpuSeconds(postgresPid, 'and-ended-children') };
}

export function cpuBetween(before: CpuReading, after: CpuReading): CpuReading {
  return Object.fromEntries(Object.entries(after).map(([name, used]) => [name, used - (before[name] ?? 0)]));
}

export function addCpu(readings: readonly CpuReading[]): CpuReading {
  const sums: Record<string, number> = {};
  for (const reading of readings) {
    for (const [name, used] of Object.entries(reading)) sums[name] = (sums[name] ?? 0) + used;
  }
  return sums;
}
