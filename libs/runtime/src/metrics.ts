import { Counter, Gauge, Histogram, register } from 'prom-client';

/** The counter of that name, made on first use: modules may ask for it independently. */
export function counter<L extends string = string>(name: string, help: string, labels: readonly L[] = []) {
  return (
    (register.getSingleMetric(name) as Counter<L> | undefined) ??
    new Counter<L>({ name, help, labelNames: labels })
  );
}

/** The gauge of that name, made on first use. */
export function gauge<L extends string = string>(name: string, help: string, labels: readonly L[] = []) {
  return (
    (register.getSingleMetric(name) as Gauge<L> | undefined) ??
    new Gauge<L>({ name, help, labelNames: labels })
  );
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5];

/** The histogram of that name, made on first use; the default buckets are seconds from 1 ms to 5 s. */
export function histogram<L extends string = string>(
  name: string,
  help: string,
  labels: readonly L[] = [],
  buckets: readonly number[] = SECONDS,
) {
  return (
    (register.getSingleMetric(name) as Histogram<L> | undefined) ??
    new Histogram<L>({ name, help, labelNames: labels, buckets: [...buckets] })
  );
}
