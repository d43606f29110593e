import { printTable } from '../frame/report';
import { ascending, percentile } from '../frame/statistics';
import { addUp, type Reading } from './readings';
import type { LoadSlice } from './movements';
import { load, type CallbackSide } from './side';

/** One slice of load on one side. */
export interface MeasuredSlice extends LoadSlice {
  /** From the last answer until all that follows from the calls was done, such as publishing their events. */
  readonly settledSeconds: number;
  readonly cpu: Reading;
  /** Commits and WAL syncs of PostgreSQL. */
  readonly server: Reading;
}

/** A side over all its slices. */
export interface Result {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly failures: readonly string[];
  /** The longest of its slices. */
  readonly settledSeconds: number;
  /** Microseconds per call, by process. */
  readonly cpuMicros: Reading;
  /** Commits and WAL syncs per call. */
  readonly serverWork: Reading;
}

/** Adds the slices of a side up. */
export function summarise(slices: readonly MeasuredSlice[]): Result {
  const seconds = slices.reduce((sum, slice) => sum + slice.seconds, 0);
  const answered = slices.reduce((sum, slice) => sum + slice.answered, 0);
  const latencies = ascending(slices.flatMap((slice) => slice.latenciesMs));
  const perCall = (readings: readonly Reading[], factor: number): Reading =>
    Object.fromEntries(
      Object.entries(addUp(readings)).map(([name, used]) => [name, (used / Math.max(1, answered)) * factor]),
    );
  return {
    perSecond: answered / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    failed: slices.reduce((sum, slice) => sum + slice.failed, 0),
    settledSeconds: Math.max(...slices.map((slice) => slice.settledSeconds)),
    failures: slices.flatMap((slice) => slice.failures).slice(0, 5),
    cpuMicros: perCall(
      slices.map((slice) => slice.cpu),
      1_000_000,
    ),
    serverWork: perCall(
      slices.map((slice) => slice.server),
      1,
    ),
  };
}

/** Throughput and latency, then what a call costs. */
export function printResults(results: ReadonlyMap<string, Result>): void {
  printTable(
    [
      `signed bets and wins, ${load.connections} connections`,
      'calls/s',
      'p50 ms',
      'p99 ms',
      'failed',
      'settled after s',
    ],
    [...results].map(([name, { perSecond, p50Ms, p99Ms, failed, settledSeconds }]) => [
      ...[name, perSecond, p50Ms, p99Ms, failed, settledSeconds],
    ]),
  );
  const sum = (cpu: Reading): number => Object.values(cpu).reduce((all, micros) => all + micros, 0);
  const all = ['all', ...[...results.values()].map(({ cpuMicros }) => sum(cpuMicros))];
  printReadings('CPU per call, µs', results, ({ cpuMicros }) => cpuMicros, [all]);
  printReadings('PostgreSQL, per call', results, ({ serverWork }) => serverWork);
}

function printReadings(
  title: string,
  results: ReadonlyMap<string, Result>,
  pick: (result: Result) => Reading,
  more: (string | number)[][] = [],
): void {
  const readings = [...results.values()].map(pick);
  const names = [...new Set(readings.flatMap((reading) => Object.keys(reading)))];
  printTable(
    [title, ...results.keys()],
    [...names.map((name) => [name, ...readings.map((reading) => reading[name] ?? '-')]), ...more],
  );
}

/** What each process holds when nothing was asked of it yet. */
export function printMemory({ idleBytes }: CallbackSide): void {
  printTable(
    ['idle, resident', 'MB', 'target'],
    Object.entries(idleBytes).map(([name, bytes]) => [
      name,
      bytes / 1_000_000,
      name === 'nats' ? '' : '< 130',
    ]),
  );
}
