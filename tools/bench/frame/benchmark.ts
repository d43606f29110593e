import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine';
import { writeBenchmarkFile, type Outcome } from './report';

/** A stop that takes longer is given up. */
const longestStopMs = 30_000;

/** The repository's root; what a benchmark starts runs from there. */
export const root = resolve(__dirname, '../../..');

/** What a running benchmark may use. */
export interface Benchmark {
  /** Per side. */
  readonly seconds: number;
  /** Runs when the benchmark ends, however it ends; the last one registered first. */
  atEnd(stop: () => void | Promise<void>): void;
  /** A line of progress, on standard error: standard output holds the results alone. */
  say(message: string): void;
}

export interface BenchmarkArguments {
  readonly seconds: number;
  readonly json?: string;
}

/** Reads `--json <file>` and `--seconds <n>`. */
export function parseBenchmarkArguments(args: string[], defaultSeconds: number): BenchmarkArguments {
  const { values } = parseArgs({ args, options: { json: { type: 'string' }, seconds: { type: 'string' } } });
  const seconds = Number(values.seconds ?? defaultSeconds);
  if (!Number.isFinite(seconds) || seconds < 1 || seconds > 3_600) {
    throw new Error('--seconds takes a number from 1 to 3600');
  }
  return { seconds, json: values.json };
}

/**
 * The frame of a benchmark's main: reads the arguments, names the machine, writes the file, and stops all that was
 * started, also after a failure or Ctrl-C. Exits non-zero when the run failed or found something wrong.
 */
export async function runBenchmark(
  name: string,
  defaultSeconds: number,
  body: (benchmark: Benchmark) => Promise<Outcome>,
  args: string[] = process.argv.slice(2),
): Promise<void> {
  const stops: (() => void | Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stopAll = (): Promise<void> => (stopping ??= runAll(stops));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // What is being started at this moment is stopped by `atEnd`; then the body fails and the process ends.
      process.exitCode = 130;
      void stopAll();
      setTimeout(() => process.exit(), longestStopMs).unref();
    });
  }
  // A closed pipe must not end it before it has stopped what it started.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  try {
    const { seconds, json } = parseBenchmarkArguments(args, defaultSeconds);
    const machine = describeMachine();
    process.stdout.write(`${name}: ${machine}\n`);
    const outcome = await body({
      seconds,
      atEnd: (stop) => {
        if (stopping) stopping = stopping.then(() => runAll([stop]));
        else stops.unshift(stop);
      },
      say: (message) => void process.stderr.write(`${message}\n`),
    });
    const { figures, ratios, failures = [] } = outcome;
    if (json) writeBenchmarkFile(resolve(json), { name, machine, figures, ratios });
    for (const failure of failures) process.stdout.write(`FAILED: ${failure}\n`);
    if (failures.length > 0) process.exitCode = 1;
  } catch (error) {
    if (!stopping)
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode ??= 1;
  } finally {
    await stopAll();
  }
}

async function runAll(stops: readonly (() => void | Promise<void>)[]): Promise<void> {
  for (const stop of stops) {
    try {
      await stop();
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
      process.exitCode = 1;
    }
  }
}
