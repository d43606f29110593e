import 'reflect-metadata';
import { runBenchmark } from '../frame/benchmark';
import { build } from '../frame/servers';

void runBenchmark('dialects', 3, async (benchmark) => {
  build(benchmark, ['contracts', 'money']);
  // Only now: it imports the libraries that were just built.
  const { measureDialects } = await import('./measure-dialects');
  return measureDialects(benchmark);
});
