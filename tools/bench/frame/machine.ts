import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';

/** The machine in one line: figures of different machines must not be compared. */
export function describeMachine(): string {
  const processors = cpus();
  const model = processors[0]?.model.replaceAll(/\s+/g, ' ').trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${processors.length} x ${model}, ${memory}, ${type()} ${release()} ${arch()}, Node ${process.versions.node}`;
}

// What /proc counts in; 100 on every Linux that Node runs on.
const ticksPerSecond = 100;

/** CPU seconds (user and system) that a process has used so far; 0 once it is gone. */
export function cpuSeconds(pid: number, children: 'alone' | 'and-ended-children' = 'alone'): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command is in parentheses and may hold spaces: fields count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const used = fields.slice(11, children === 'alone' ? 13 : 15).map(Number);
    return used.reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** Resident memory of a process in bytes; 0 once it is gone. `own`: without what it maps of files and shares. */
export function residentBytes(pid: number, of: 'all' | 'own' = 'all'): number {
  const line = of === 'all' ? /^VmRSS:\s+(\d+) kB$/m : /^RssAnon:\s+(\d+) kB$/m;
  try {
    return Number(line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The living children of a process, such as the backends of PostgreSQL. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}
