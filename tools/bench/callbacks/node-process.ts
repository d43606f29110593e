import { spawn } from 'node:child_process';
import { endProcess, isAlive, waitFor } from '../../servers/processes.cjs';
import { root, type Benchmark } from '../frame/benchmark';

export interface NodeProcessOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Asked with the output so far until it is true; a throw counts as not yet. */
  readonly ready: (output: string) => boolean | Promise<boolean>;
}

const maxOutput = 100_000;

/** Starts a node process from the repository's root, waits until it is ready, and stops it with the benchmark. */
export async function startNode(
  benchmark: Benchmark,
  { name, args, env, ready }: NodeProcessOptions,
): Promise<{ readonly pid: number }> {
  let output = '';
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches the benchmark alone, which then stops all in order.
    detached: true,
  });
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-maxOutput);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const pid = child.pid ?? 0;
  let stopping = false;
  child.once('exit', (code) => {
    if (!stopping) benchmark.say(`${name} ended with ${String(code)}:\n${output}`);
  });
  benchmark.atEnd(async () => {
    stopping = true;
    await endProcess(pid, { timeoutMs: 20_000 });
  });
  await waitFor(() => !isAlive(pid) || ready(output), { timeoutMs: 30_000, what: `the start of ${name}` });
  if (!isAlive(pid)) throw new Error(`${name} did not start:\n${output}`);
  return { pid };
}
